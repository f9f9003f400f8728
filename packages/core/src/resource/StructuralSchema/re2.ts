import { Result } from "effect"

// What JavaScript and RE2 write differently, or mean differently by the same words.
const asRe2: ReadonlyArray<readonly [RegExp, (match: RegExpExecArray, inClass: boolean) => string | undefined]> = [
  [/\\u\{([0-9A-Fa-f]+)\}/uy, ([, code]) => `\\x{${code}}`],
  [/\\u([0-9A-Fa-f]{4})/uy, ([, code]) => `\\x{${code}}`],
  // `\s` takes Unicode's spaces in JavaScript and five characters in RE2.
  [/\\s/uy, (_, inClass) => (inClass ? spaces : `[${spaces}]`)],
  [/\\S/uy, (_, inClass) => (inClass ? undefined : `[^${spaces}]`)],
  [/\\[bB]/uy, ([same], inClass) => (inClass ? undefined : same)],
  [/\\[dDwWnrtfv]/uy, ([same]) => same],
  [/\\x[0-9A-Fa-f]{2}/uy, ([same]) => same],
  [/\\[\^$\\.*+?()[\]{}|/-]/uy, ([same]) => (same === "\\/" ? "/" : same)],
  [/\\/uy, () => undefined],
  [/\(\?(?:[:]|<[A-Za-z]\w*>)/uy, ([same], inClass) => (inClass ? undefined : same)],
  [/\(\?/uy, (_, inClass) => (inClass ? "(?" : undefined)],
  [/\./uy, (_, inClass) => (inClass ? "." : "[^\\n\\r\\x{2028}\\x{2029}]")],
  [/\{(\d+)(?:,(\d*))?\}/uy, (match, inClass) => (inClass || repeats(match) <= 1000 ? match[0] : undefined)]
]

const spaces =
  "\\t\\n\\v\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}"

const repeats = ([, least = "0", most = ""]: RegExpExecArray) => Math.max(Number(least), Number(most))

/**
 * Writes a pattern of JavaScript, with the flag `u`, in the syntax of RE2, so that it matches the same texts; or says which
 * part of it RE2 doesn't have.
 *
 * Classes of Unicode (`\p{L}`) count as such: the server and we know different versions of it, and a letter that is new in
 * one is none in the other.
 */
export const toRe2 = (source: string): Result.Result<string, string> => {
  let written = ""
  let inClass = false
  let at = 0
  while (at < source.length) {
    const form = asRe2.find(([pattern]) => {
      pattern.lastIndex = at
      return pattern.test(source)
    })
    if (form === undefined) {
      const character = source.slice(at, at + 1)
      // A class of POSIX would begin here.
      if (inClass && source.startsWith("[:", at)) return Result.fail("[:")
      if (character === "[" && !inClass) {
        if (/^\[\^?\]/u.test(source.slice(at))) return Result.fail(source.slice(at, at + 3))
        inClass = true
      } else if (character === "]") inClass = false
      written += character
      at += 1
    } else {
      const [pattern, write] = form
      pattern.lastIndex = at
      const match = pattern.exec(source)
      const text = match === null ? undefined : write(match, inClass)
      if (match === null || text === undefined) return Result.fail(source.slice(at, at + 3))
      written += text
      at += match[0].length
    }
  }
  return Result.succeed(written)
}
