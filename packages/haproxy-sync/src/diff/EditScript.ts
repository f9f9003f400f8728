import { longestCommon, type Matches, placesOf } from "./longestCommon.ts"

/**
 * One step that changes an ordered list. The steps of a script are carried out one after another, so every index is that of the
 * list as the steps before have left it.
 *
 * **Details**
 *
 * `from` and `to` name elements of the old and of the new list. A move takes the element at `index` out and puts it in at
 * `toIndex` of the list without it.
 *
 * @category edit scripts
 * @since 0.1.0
 */
export type Edit =
  | { readonly type: "delete"; readonly index: number; readonly from: number }
  | {
      readonly type: "move"
      readonly index: number
      readonly toIndex: number
      readonly from: number
      readonly to: number
    }
  | { readonly type: "create"; readonly index: number; readonly to: number }
  | { readonly type: "update"; readonly index: number; readonly from: number; readonly to: number }

/** Up to this length, what is left without the common ends is searched for the true minimum. */
const minimalLimit = 8

/**
 * Returns the steps that turn the list `a` into the list `b`; elements are equal when their texts are.
 *
 * **Details**
 *
 * Deletes come first, from the end; then moves; then creates and updates from the start. Elements that keep their order are not
 * touched; an element that is elsewhere in the new list is moved; one that is replaced in its place is updated. There are as few
 * steps as possible if no element occurs twice, or if no more than eight elements lie between the first and the last difference.
 *
 * **Gotchas**
 *
 * Lists with more than 1500 differences are compared by pairing equal elements in order, which may take more steps than needed.
 *
 * @category edit scripts
 * @since 0.1.0
 */
export const editScript = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): ReadonlyArray<Edit> => {
  const pairs = align(a, b)
  if (pairs === undefined) return []
  const edits = steps(a.length, b.length, pairs)
  // Where little is kept, to replace place by place can be shorter than to keep it.
  return edits.length > Math.max(a.length, b.length) ? steps(a.length, b.length, byPlace(a, b)) : edits
}

const byPlace = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): ReadonlyArray<Pair> =>
  a
    .slice(0, b.length)
    .map((element, place) => ({ from: place, to: place, how: element === b[place] ? "kept" : "updated" }))

interface Pair {
  readonly from: number
  readonly to: number
  readonly how: "kept" | "moved" | "updated"
}

/** Pairs elements of both lists; undefined where nothing differs. */
const align = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): ReadonlyArray<Pair> | undefined => {
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  if (head === a.length && head === b.length) return undefined
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const endA = a.length - tail
  const endB = b.length - tail

  const chain: Array<Pair> = []
  for (let i = 0; i < head; i++) chain.push({ from: i, to: i, how: "kept" })
  for (const [from, to] of inOrder(a.slice(head, endA), b.slice(head, endB))) {
    const how = a[from + head] === b[to + head] ? "kept" : "updated"
    chain.push({ from: from + head, to: to + head, how })
  }
  for (let i = 0; i < tail; i++) chain.push({ from: endA + i, to: endB + i, how: "kept" })

  const usedA = new Set(chain.map((pair) => pair.from))
  const usedB = new Set(chain.map((pair) => pair.to))
  const waiting = placesOf(a, (i) => i >= head && i < endA && !usedA.has(i))
  const moved: Array<Pair> = []
  for (let j = head; j < endB; j++) {
    if (usedB.has(j)) continue
    const from = waiting.get(b[j] ?? "")?.shift()
    if (from === undefined) continue
    moved.push({ from, to: j, how: "moved" })
    usedA.add(from)
    usedB.add(j)
  }
  return [...chain, ...moved, ...replaced(chain, a.length, b.length, usedA, usedB)]
}

/**
 * The pairs that stay in order: equal ones, and ones of which one takes the other's place.
 *
 * **Details**
 *
 * A pair of equal elements saves two steps in order, and one if it has to be moved. A pair in which both elements are on one side
 * only saves one. Beside moving everything that is on both sides, each pair in order so saves one step: it is the longest run that
 * counts, with all elements of one side taken for the same.
 */
const inOrder = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): Matches => {
  if (a.length <= minimalLimit && b.length <= minimalLimit) return best(a, b)
  const [onlyA, onlyB] = [new Set(a), new Set(b)]
  const place = (others: ReadonlySet<string>) => (key: string) => (others.has(key) ? `=${key}` : "")
  return longestCommon(a.map(place(onlyB)), b.map(place(onlyA)))
}

/** The pairs in order that save the most steps, of all there are. */
const best = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): Matches => {
  let most = -1
  let found: Matches = []
  const visit = (i: number, j: number, pairs: Matches, saved: number): void => {
    const bound = saved + 2 * Math.min(a.length - i, b.length - j) + Math.min(a.length, b.length) - pairs.length
    if (bound <= most) return
    if (i < a.length && j < b.length) {
      visit(i + 1, j, pairs, saved)
      for (let to = j; to < b.length; to++) {
        visit(i + 1, to + 1, [...pairs, [i, to]], saved + (a[i] === b[to] ? 2 : 1))
      }
      return
    }
    const all = saved + movable(a, b, pairs)
    if (all > most) [most, found] = [all, pairs]
  }
  visit(0, 0, [], 0)
  return found
}

/** How many elements outside of these pairs are on both sides. */
const movable = (a: ReadonlyArray<string>, b: ReadonlyArray<string>, pairs: Matches): number => {
  const left = a.filter((_, i) => !pairs.some(([from]) => from === i))
  let count = 0
  for (const [j, key] of b.entries()) {
    if (pairs.some(([, to]) => to === j)) continue
    const at = left.indexOf(key)
    if (at < 0) continue
    left.splice(at, 1)
    count++
  }
  return count
}

/** What is left between two neighbours of the chain on both sides is taken for a change in place. */
const replaced = (
  chain: ReadonlyArray<Pair>,
  lengthA: number,
  lengthB: number,
  usedA: ReadonlySet<number>,
  usedB: ReadonlySet<number>
): ReadonlyArray<Pair> => {
  const updated: Array<Pair> = []
  let fromA = 0
  let fromB = 0
  for (const { from, to } of [...chain, { from: lengthA, to: lengthB }]) {
    let j = fromB
    for (let i = fromA; i < from; i++) {
      if (usedA.has(i)) continue
      while (j < to && usedB.has(j)) j++
      if (j >= to) break
      updated.push({ from: i, to: j++, how: "updated" })
    }
    fromA = from + 1
    fromB = to + 1
  }
  return updated
}

const steps = (lengthA: number, lengthB: number, pairs: ReadonlyArray<Pair>): ReadonlyArray<Edit> => {
  const edits: Array<Edit> = []
  const paired = new Set(pairs.map((pair) => pair.from))
  for (let i = lengthA - 1; i >= 0; i--) if (!paired.has(i)) edits.push({ type: "delete", index: i, from: i })

  const inTarget = pairs.toSorted((x, y) => x.to - y.to)
  if (pairs.some((pair) => pair.how === "moved")) {
    const list = pairs.map((pair) => pair.from).toSorted((x, y) => x - y)
    let previous: number | undefined
    for (const { from, how, to } of inTarget) {
      if (how === "moved") {
        const index = list.indexOf(from)
        list.splice(index, 1)
        const toIndex = previous === undefined ? 0 : list.indexOf(previous) + 1
        list.splice(toIndex, 0, from)
        if (index !== toIndex) edits.push({ type: "move", index, toIndex, from, to })
      }
      previous = from
    }
  }
  const sources = new Map(inTarget.map((pair) => [pair.to, pair]))
  for (let j = 0; j < lengthB; j++) {
    const pair = sources.get(j)
    if (pair === undefined) edits.push({ type: "create", index: j, to: j })
    else if (pair.how === "updated") edits.push({ type: "update", index: j, from: pair.from, to: j })
  }
  return edits
}
