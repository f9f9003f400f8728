/** Equal elements of two lists by their places, in the order of both. */
export type Matches = ReadonlyArray<readonly [from: number, to: number]>

/** Beyond this many differences the search for the longest run in order would cost more than it saves. */
const exactLimit = 1500

/** Where each element stands, of the places that count. */
export const placesOf = (list: ReadonlyArray<string>, counts: (place: number) => boolean): Map<string, Array<number>> =>
  Map.groupBy([...list.keys()].filter(counts), (place) => list[place] ?? "")

/** Returns a longest common subsequence as pairs of indexes (Myers), or a good one where the lists differ very much. */
export const longestCommon = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): Matches => {
  const n = a.length
  const m = b.length
  if (n === 0 || m === 0) return []
  const limit = Math.min(n + m, exactLimit)
  const history: Array<Int32Array> = []
  let furthest = new Int32Array(2 * limit + 3)
  for (let d = 0; d <= limit; d++) {
    const next = furthest.slice()
    for (let k = -d; k <= d; k += 2) {
      const at = k + limit + 1
      let x =
        k === -d || (k !== d && (furthest[at - 1] ?? 0) < (furthest[at + 1] ?? 0))
          ? (furthest[at + 1] ?? 0)
          : (furthest[at - 1] ?? 0) + 1
      let y = x - k
      while (x < n && y < m && a[x] === b[y]) {
        x++
        y++
      }
      next[at] = x
      if (x >= n && y >= m) return walkBack(history, furthest, d, n, m, limit)
    }
    history.push(furthest)
    furthest = next
  }
  return increasing(a, b)
}

const walkBack = (
  history: ReadonlyArray<Int32Array>,
  last: Int32Array,
  distance: number,
  n: number,
  m: number,
  limit: number
): Matches => {
  const matches: Array<readonly [number, number]> = []
  let x = n
  let y = m
  for (let d = distance; d >= 0; d--) {
    const furthest = d === distance ? last : (history[d] ?? last)
    const k = x - y
    const at = k + limit + 1
    const down = k === -d || (k !== d && (furthest[at - 1] ?? 0) < (furthest[at + 1] ?? 0))
    const startX = d === 0 ? 0 : down ? (furthest[at + 1] ?? 0) : (furthest[at - 1] ?? 0)
    const startY = d === 0 ? 0 : startX - (down ? k + 1 : k - 1)
    const afterX = d === 0 ? 0 : down ? startX : startX + 1
    while (x > afterX && y > (d === 0 ? 0 : down ? startY + 1 : startY)) matches.push([--x, --y])
    x = startX
    y = startY
  }
  return matches.toReversed()
}

/** Pairs equal elements in order and keeps the longest run of pairs that increases on both sides. */
const increasing = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): Matches => {
  const places = placesOf(b, () => true)
  const pairs = a.flatMap((key, i) => {
    const j = places.get(key)?.shift()
    return j === undefined ? [] : [[i, j] as const]
  })
  const ends: Array<number> = []
  const before: Array<number> = []
  pairs.forEach(([, j], index) => {
    let low = 0
    let high = ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < j) low = middle + 1
      else high = middle
    }
    before[index] = low === 0 ? -1 : (ends[low - 1] ?? -1)
    ends[low] = index
  })
  const result: Array<readonly [number, number]> = []
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index] ?? -1) {
    const pair = pairs[index]
    if (pair !== undefined) result.push(pair)
  }
  return result.toReversed()
}
