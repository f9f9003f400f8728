/** Tokens that come back with time: so many at once, and one for each period after that. */
export class Bucket {
  #tokens: number
  #at: number
  readonly #size: number
  readonly #period: number

  constructor(size: number, period: number, now: number) {
    this.#tokens = size
    this.#at = now
    this.#size = size
    this.#period = period
  }

  /** Takes a token if there is one. */
  take(now: number): boolean {
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#at) / this.#period)
    this.#at = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
