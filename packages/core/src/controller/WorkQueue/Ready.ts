/** Why a key is worked on: something changed, something failed, or it is time to look again. */
export type Priority = "change" | "retry" | "resync"

const priorities: ReadonlyArray<Priority> = ["change", "retry", "resync"]

/** A key that may be worked on at once, and since when. */
export interface Item {
  readonly key: string
  readonly since: number
}

/** The keys that may be worked on at once: by priority, with ageing, and with namespaces taking turns. */
export const makeReady = (ageing: number) => {
  const lanes = priorities.map(() => new Map<string, Map<string, number>>())
  const places = new Map<string, number>()

  const put = (key: string, rank: number, since: number) => {
    const lane = lanes[rank]
    const turn = namespaceOf(key)
    const keys = lane?.get(turn) ?? new Map<string, number>()
    keys.set(key, since)
    lane?.set(turn, keys)
    places.set(key, rank)
  }

  const take = (key: string): number | undefined => {
    const lane = lanes[places.get(key) ?? -1]
    const turn = namespaceOf(key)
    const keys = lane?.get(turn)
    const since = keys?.get(key)
    keys?.delete(key)
    if (keys?.size === 0) lane?.delete(turn)
    places.delete(key)
    return since
  }

  const head = (rank: number): Item | undefined => {
    for (const keys of lanes[rank]?.values() ?? []) for (const [key, since] of keys) return { key, since }
    return undefined
  }

  return {
    size: () => places.size,

    /** Reports whether the key was not there before. */
    add(key: string, priority: Priority, now: number): boolean {
      const rank = priorities.indexOf(priority)
      const place = places.get(key)
      if (place === undefined) put(key, rank, now)
      else if (rank < place) put(key, rank, take(key) ?? now)
      return place === undefined
    },

    next(now: number): Item | undefined {
      const [best] = priorities
        .map((_, rank) => ({ item: head(rank), rank }))
        .flatMap(({ item, rank }) =>
          item === undefined ? [] : [{ item, rank: Math.max(0, rank - Math.floor((now - item.since) / ageing)) }]
        )
        .toSorted((a, b) => a.rank - b.rank || a.item.since - b.item.since)
      if (best === undefined) return undefined
      const lane = lanes[places.get(best.item.key) ?? -1]
      take(best.item.key)
      // The namespace goes to the end of its lane, so that the others have their turn.
      const turn = namespaceOf(best.item.key)
      const rest = lane?.get(turn)
      if (rest !== undefined) {
        lane?.delete(turn)
        lane?.set(turn, rest)
      }
      return best.item
    },

    clear() {
      for (const lane of lanes) lane.clear()
      places.clear()
    },

    /** The higher of two priorities. */
    higher: (a: Priority | undefined, b: Priority): Priority =>
      a === undefined || priorities.indexOf(b) < priorities.indexOf(a) ? b : a
  }
}

const namespaceOf = (key: string) => {
  const slash = key.indexOf("/")
  return slash < 0 ? "" : key.slice(0, slash)
}
