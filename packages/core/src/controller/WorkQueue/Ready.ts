import { Lane, type Item } from "./Lane.ts"

/** Why a key is worked on: something changed, something failed, or it is time to look again. */
export type Priority = "change" | "retry" | "resync"

const ranks: { readonly [priority in Priority]: number } = { change: 0, retry: 1, resync: 2 }

/** The keys that may be worked on at once: by priority, with ageing, and with namespaces taking turns. */
export const makeReady = (ageing: number) => {
  const lanes = [new Lane(), new Lane(), new Lane()] as const
  let places = new Map<string, Item>()

  const put = (key: string, rank: number, since: number) => {
    const item = { key, since, rank, gone: false }
    places.set(key, item)
    lanes[rank]?.add(item)
  }

  return {
    size: () => places.size,

    /** Reports whether the key was not there before. */
    add(key: string, priority: Priority, now: number): boolean {
      const rank = ranks[priority]
      const place = places.get(key)
      if (place === undefined) put(key, rank, now)
      else if (rank < place.rank) {
        lanes[place.rank]?.remove(place)
        put(key, rank, place.since)
      }
      return place === undefined
    },

    next(now: number): Item | undefined {
      let best: Lane | undefined
      let [bestRank, bestSince] = [Infinity, Infinity]
      for (const lane of lanes) {
        const head = lane.head()
        if (head === undefined) continue
        const rank = Math.max(0, head.rank - Math.floor((now - head.since) / ageing))
        if (rank < bestRank || (rank === bestRank && head.since < bestSince)) {
          best = lane
          bestRank = rank
          bestSince = head.since
        }
      }
      const item = best?.shift()
      if (item === undefined) return undefined
      places.delete(item.key)
      if (places.size === 0) places = new Map()
      return item
    },

    clear() {
      for (const lane of lanes) lane.clear()
      places.clear()
    },

    /** The higher of two priorities. */
    higher: (a: Priority | undefined, b: Priority): Priority => (a === undefined || ranks[b] < ranks[a] ? b : a)
  }
}
