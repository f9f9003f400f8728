import { Fifo } from "./Fifo.ts"

/** A key that may be worked on at once, and since when. */
export interface Item {
  readonly key: string
  readonly since: number
  /** Its place among the priorities, 0 for the highest. */
  readonly rank: number
  /** Whether it was taken out. It may still stand in line. */
  gone: boolean
}

/**
 * The keys of one priority: each namespace has a line of its own, and the namespaces take turns.
 *
 * A key that is taken out of the middle stays in line as a gap. Gaps never outnumber the keys by much, so memory is bounded
 * by these.
 */
export class Lane {
  #lines = new Map<string, Fifo<Item>>()
  readonly #turns = new Fifo<string>()
  #gaps = 0
  #size = 0

  add(item: Item): void {
    const namespace = namespaceOf(item.key)
    let line = this.#lines.get(namespace)
    if (line === undefined) {
      line = new Fifo()
      this.#lines.set(namespace, line)
      this.#turns.push(namespace)
    }
    line.push(item)
    this.#size++
  }

  /** The key whose turn it is. */
  head(): Item | undefined {
    for (let namespace = this.#turns.peek(); namespace !== undefined; namespace = this.#turns.peek()) {
      const line = this.#lines.get(namespace)
      const first = line === undefined ? undefined : this.#firstOf(line)
      if (first !== undefined) return first
      this.#close(namespace)
      this.#turns.shift()
    }
    return undefined
  }

  /** Takes out the key whose turn it is; its namespace goes to the end, so that the others have theirs. */
  shift(): Item | undefined {
    const item = this.head()
    const namespace = this.#turns.shift()
    if (item === undefined || namespace === undefined) return undefined
    const line = this.#lines.get(namespace)
    line?.shift()
    item.gone = true
    this.#size--
    if (line === undefined || line.length === 0) this.#close(namespace)
    else this.#turns.push(namespace)
    return item
  }

  /** Takes a key out of wherever it stands. */
  remove(item: Item): void {
    item.gone = true
    this.#size--
    this.#gaps++
    if (this.#gaps <= this.#size + 64) return
    for (const line of this.#lines.values()) line.keep(({ gone }) => !gone)
    this.#gaps = 0
  }

  clear(): void {
    this.#lines.clear()
    this.#turns.keep(() => false)
    this.#gaps = 0
    this.#size = 0
  }

  #close(namespace: string): void {
    this.#lines.delete(namespace)
    if (this.#lines.size === 0) this.#lines = new Map()
  }

  #firstOf(line: Fifo<Item>): Item | undefined {
    for (let item = line.peek(); item !== undefined; item = line.peek()) {
      if (!item.gone) return item
      line.shift()
      this.#gaps--
    }
    return undefined
  }
}

const namespaceOf = (key: string) => {
  const slash = key.indexOf("/")
  return slash < 0 ? "" : key.slice(0, slash)
}
