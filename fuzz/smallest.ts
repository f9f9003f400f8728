/** Takes parts away from a list, large ones first, as long as what is left still fails. */
const without = <T>(list: ReadonlyArray<T>, fails: (rest: ReadonlyArray<T>) => boolean): ReadonlyArray<T> => {
  let left = list
  for (let size = Math.ceil(left.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length;) {
      const rest = left.toSpliced(at, size)
      if (rest.length < left.length && fails(rest)) left = rest
      else at += size
    }
  }
  return left
}

/** How many characters a text may have to be cut down one by one. */
const few = 2000

/** Returns a text as small as can be found by leaving out lines, then characters, for which something still fails. */
export const smallest = (text: string, fails: (text: string) => boolean): string => {
  const lines = without(text.split(/(?<=\n)/), (rest) => fails(rest.join(""))).join("")
  return lines.length > few ? lines : without(lines.split(""), (rest) => fails(rest.join(""))).join("")
}
