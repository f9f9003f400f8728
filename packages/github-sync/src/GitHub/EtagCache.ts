/** What an answer was read as, and by which tag GitHub knows it. */
export interface Known<A> {
  readonly etag: string
  readonly value: A
}

/** Remembers what was read at a URL, so that GitHub need not tell it again: a read that finds nothing new costs nothing. */
export interface EtagCache<A> {
  get(url: string): Known<A> | undefined
  set(url: string, known: Known<A>): void
}

/** Creates a cache in memory. What was not used for longest goes when there is too much. */
export const make = <A>(capacity: number): EtagCache<A> => {
  const entries = new Map<string, Known<A>>()
  return {
    get: (url) => {
      const found = entries.get(url)
      if (found === undefined) return undefined
      entries.delete(url)
      entries.set(url, found)
      return found
    },
    set: (url, known) => {
      entries.delete(url)
      entries.set(url, known)
      for (const oldest of entries.keys()) {
        if (entries.size <= capacity) break
        entries.delete(oldest)
      }
    }
  }
}
