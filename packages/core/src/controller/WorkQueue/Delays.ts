/** Something that is to happen to a key at a time. */
interface Entry<A> {
  readonly key: string
  readonly at: number
  readonly value: A
}

/**
 * Keys that wait for a time, each at most once: a heap by time that knows the place of every key.
 *
 * One timer serves all of them, and taking a key out leaves nothing behind, so memory is bounded by the keys that wait.
 */
export class Delays<A> {
  readonly #heap: Array<Entry<A>> = []
  readonly #places = new Map<string, number>()

  get size(): number {
    return this.#heap.length
  }

  /** When the first key is due. */
  get next(): number | undefined {
    return this.#heap[0]?.at
  }

  /** Lets a key wait until a time, whatever was said about it before. */
  set(key: string, at: number, value: A): void {
    this.remove(key)
    this.#put({ key, at, value }, this.#heap.length)
    this.#up(this.#heap.length - 1)
  }

  remove(key: string): void {
    const place = this.#places.get(key)
    if (place === undefined) return
    this.#places.delete(key)
    const last = this.#heap.pop()
    if (last === undefined || last.key === key) return
    this.#put(last, place)
    this.#down(place)
    this.#up(place)
  }

  /** Takes out all keys whose time has come, the earliest first. */
  due(now: number): ReadonlyArray<{ readonly key: string; readonly value: A }> {
    const found: Array<{ readonly key: string; readonly value: A }> = []
    for (let head = this.#heap[0]; head !== undefined && head.at <= now; head = this.#heap[0]) {
      this.remove(head.key)
      found.push(head)
    }
    return found
  }

  clear(): void {
    this.#heap.length = 0
    this.#places.clear()
  }

  #put(entry: Entry<A>, place: number): void {
    this.#heap[place] = entry
    this.#places.set(entry.key, place)
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]]
    if (one === undefined || other === undefined) return
    this.#put(other, a)
    this.#put(one, b)
  }

  #at(place: number): number {
    return this.#heap[place]?.at ?? Number.POSITIVE_INFINITY
  }

  #up(start: number): void {
    for (let place = start; place > 0;) {
      const parent = (place - 1) >> 1
      if (this.#at(parent) <= this.#at(place)) return
      this.#swap(parent, place)
      place = parent
    }
  }

  #down(start: number): void {
    for (let place = start; ;) {
      const left = 2 * place + 1
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left
      if (this.#at(place) <= this.#at(child)) return
      this.#swap(place, child)
      place = child
    }
  }
}
