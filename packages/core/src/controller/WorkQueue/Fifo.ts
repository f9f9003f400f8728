/** A line: what came first goes first. Taking from its front costs the same however long it is. */
export class Fifo<A> {
  #items: Array<A | undefined> = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  push(item: A): void {
    this.#items.push(item)
  }

  peek(): A | undefined {
    return this.#items[this.#head]
  }

  shift(): A | undefined {
    const item = this.#items[this.#head]
    if (this.#head >= this.#items.length) return undefined
    this.#items[this.#head++] = undefined
    // The part that is used up is given back when it is the larger one.
    if (this.#head > 32 && this.#head > this.#items.length / 2) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }

  /** Keeps only some of what stands in line. */
  keep(wanted: (item: A) => boolean): void {
    this.#items = this.#items.slice(this.#head).filter((item) => item !== undefined && wanted(item))
    this.#head = 0
  }
}
