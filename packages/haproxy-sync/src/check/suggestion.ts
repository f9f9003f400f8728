/** How many letters have to be put in, left out, changed or swapped to make one word of the other; `limit` where it is more. */
const distance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let before: ReadonlyArray<number> = []
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min((above[j] ?? limit) + 1, (row[j - 1] ?? limit) + 1, (above[j - 1] ?? limit) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? limit) + 1)
      }
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least >= limit) return limit
    before = above
    above = row
  }
  return Math.min(limit, above[b.length] ?? limit)
}

/**
 * Returns the known word that was probably meant by an unknown one.
 *
 * **Details**
 *
 * A third of its letters may be wrong. Of words that are equally near, the first is taken.
 *
 * @category checking
 * @since 0.1.0
 */
export const nearest = (word: string, known: Iterable<string>): string | undefined => {
  let limit = Math.max(1, Math.floor(word.length / 3)) + 1
  let found: string | undefined
  for (const candidate of known) {
    // The tables end the names of families of words with a mark.
    const name = candidate.replace(/[(*]+$/, "")
    const far = distance(word, name, limit)
    if (far < limit && name !== word && name !== "") {
      limit = far
      found = name
    }
  }
  return found
}
