import { compareVersions, type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import type { Reader, ReferenceKind } from "./Reader.ts"

/**
 * What HAProxy takes behind a keyword: reads words and answers whether they fit.
 *
 * **Gotchas**
 *
 * A shape is never stricter than HAProxy: where it isn't known what HAProxy refuses, it takes what comes.
 *
 * @category checking
 * @since 0.1.0
 */
export type Shape = (reader: Reader) => boolean

/** What HAProxy complains about where it doesn't fit, and starts nonetheless. */
export const tolerated =
  (part: Shape): Shape =>
  (reader) => {
    if (part(reader)) return true
    if (reader.refusal !== undefined) reader.refusal = { ...reader.refusal, doubtful: true }
    return false
  }

/** A table of shapes by the word that selects one. */
export type Shapes = Readonly<Record<string, Shape>>

const test =
  (expected: string, fits: (word: string) => boolean): Shape =>
  (reader) => {
    const { word } = reader
    if (word === undefined || !(reader.open || fits(word))) return reader.refuse(expected)
    reader.at++
    return true
  }

/** One word. */
export const word = (expected = "a word"): Shape => test(expected, () => true)

/** The name of something that is declared elsewhere. */
export const reference =
  (kind: ReferenceKind, expected: string): Shape =>
  (reader) => {
    const { word: name } = reader
    if (name === undefined) return reader.refuse(expected)
    reader.refer(kind, name)
    reader.at++
    return true
  }

/** One word of a certain form. */
export const matching = (pattern: RegExp, expected: string): Shape => test(expected, (text) => pattern.test(text))

/** Whatever is left, HAProxy doesn't look at it. */
export const anything: Shape = (reader) => {
  reader.at = reader.words.length
  return true
}

/** No word. */
export const nothing: Shape = () => true

/** A whole number. */
export const number = (min = -Infinity, max = Infinity): Shape =>
  test(
    min === -Infinity && max === Infinity
      ? "a whole number"
      : max === Infinity
        ? `a whole number from ${min}`
        : `a whole number from ${min} to ${max}`,
    (text) => /^[+-]?\d+$/.test(text) && Number(text) >= min && Number(text) <= max
  )

/** A number that HAProxy reads as far as it is one: of `10.0.0.0/8` that is 10. */
export const leading = (expected: string, fits: (value: number) => boolean = () => true): Shape =>
  test(expected, (text) => {
    const digits = /^\s*[-+]?\d+/.exec(text)
    return digits !== null && fits(Number(digits[0]))
  })

/** A duration, such as `5s`. */
export const time: Shape = test("a duration such as 5s or 250ms", (text) => /^\d+(?:us|ms|s|m|h|d)?$/.test(text))

/** A size, such as `16k`. */
export const size: Shape = test("a size such as 16k or 1m", (text) => /^\d+[kmg]?$/i.test(text))

/** One of some words. */
export const oneOf =
  (...words: ReadonlyArray<string>): Shape =>
  (reader) => {
    const { word: text } = reader
    if (text === undefined || !(reader.open || words.includes(text))) {
      return reader.refuse(listed(words), text === undefined ? "value.expected" : "value.unknown", { known: words })
    }
    reader.at++
    return true
  }

const listed = (words: ReadonlyArray<string>): string => {
  const quoted = [...new Set(words.map((one) => `"${one.replace(/[(*]+$/, "")}"`))]
  return quoted.length > 12
    ? `one of ${quoted.slice(0, 12).join(", ")} …`
    : quoted.length > 1
      ? `one of ${quoted.join(", ")}`
      : (quoted[0] ?? "nothing")
}

/** Parts that follow one another. */
export const seq =
  (...parts: ReadonlyArray<Shape>): Shape =>
  (reader) =>
    parts.every((part) => part(reader))

/** A part behind which HAProxy looks at nothing. */
export const laxly = (part: Shape): Shape => seq(part, anything)

/** One word, which HAProxy reads as a number as far as it is one, or as 0. */
export const loose: Shape = word("a whole number")

const attempt = (part: Shape, reader: Reader): boolean => {
  const { at, references } = reader
  if (part(reader)) return true
  reader.at = at
  reader.references = references
  return false
}

/** A part that may be absent. */
export const opt =
  (part: Shape): Shape =>
  (reader) =>
    reader.done || attempt(part, reader) || true

/** The first part that fits. */
export const alt =
  (...parts: ReadonlyArray<Shape>): Shape =>
  (reader) =>
    parts.some((part) => attempt(part, reader))

/** One part after the other to the end of the line, one at least. */
export const many =
  (part: Shape): Shape =>
  (reader) => {
    if (!part(reader)) return false
    while (!reader.done) if (!part(reader)) return false
    return true
  }

/** A word that selects what may follow it. */
export const sub =
  (table: Shapes): Shape =>
  (reader) => {
    const { word: text } = reader
    if (reader.open) return anything(reader)
    const names = Object.keys(table)
    const part = text === undefined ? undefined : shapeOf(table, text)
    if (part === undefined) {
      return reader.refuse(listed(names), text === undefined ? "value.expected" : "keyword.unknown", { known: names })
    }
    reader.at++
    return part(reader)
  }

/** The shape of a word: its own, or that of the longest beginning with a `(` or `*` at its end. */
const shapeOf = (table: Shapes, text: string): Shape | undefined => {
  if (Object.hasOwn(table, text)) return table[text]
  let longest = ""
  let found: Shape | undefined
  for (const [name, part] of Object.entries(table)) {
    const prefix = name.endsWith("*") ? name.slice(0, -1) : name.endsWith("(") ? name : undefined
    if (prefix !== undefined && text.startsWith(prefix) && prefix.length > longest.length) {
      longest = prefix
      found = part
    }
  }
  return found
}

const conditionWords = ["if", "unless"]

interface OptionsSettings {
  /** Other words may follow, and end the options. */
  readonly open?: true
  /** The words that end the options: `if` and `unless` where nothing else is said. */
  readonly stop?: ReadonlyArray<string>
  /** The options that have to be there. */
  readonly needs?: ReadonlyArray<string>
  /** The options of which one calls for another. */
  readonly together?: { readonly anyOf: ReadonlyArray<string>; readonly need: string }
}

/** Words that each select what follows them, in any order, up to the end of the line or to `if` or `unless`. */
export const options =
  (table: Shapes, settings: OptionsSettings = {}): Shape =>
  (reader) => {
    const stop = settings.stop ?? conditionWords
    const seen = new Set<string>()
    while (!reader.done) {
      if (reader.open) return anything(reader)
      const text = reader.word ?? ""
      if (stop.includes(text)) break
      const part = shapeOf(table, text)
      if (part === undefined) {
        if (settings.open === true) break
        return reader.refuse("an option", "keyword.unknown", { known: Object.keys(table) })
      }
      seen.add(text)
      reader.at++
      if (!part(reader)) return false
    }
    const { needs = [], together } = settings
    const called = together?.anyOf.some((name) => seen.has(name)) === true ? [together.need] : []
    const missing = [...needs, ...called].find((name) => !seen.has(name))
    return missing === undefined || reader.refuse(`"${missing}"`)
  }

/** A part that exists only in some versions. */
export const inVersions =
  (range: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion }, part: Shape): Shape =>
  (reader) =>
    versionIn(reader.version, range) ? part(reader) : outOfVersion(reader, range)

const outOfVersion = (
  reader: Reader,
  { since, until }: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion }
): false => {
  // The word in question is the one that selected the part.
  reader.at--
  const early = since !== undefined && compareVersions(reader.version, since) < 0
  return reader.refuse(
    early ? `it came with HAProxy ${since}` : `it went after HAProxy ${until}`,
    early ? "version.since" : "version.until"
  )
}

/** The entries of a table that came with a version. */
export const since = (version: HaproxyVersion, table: Shapes): Shapes =>
  Object.fromEntries(Object.entries(table).map(([name, part]) => [name, inVersions({ since: version }, part)]))

/** The entries of a table that went after a version. */
export const until = (version: HaproxyVersion, table: Shapes): Shapes =>
  Object.fromEntries(Object.entries(table).map(([name, part]) => [name, inVersions({ until: version }, part)]))

/** Several words, given in one string, with one shape. */
export const each = (names: string, part: Shape = nothing): Shapes =>
  Object.fromEntries(names.split(/\s+/).map((name) => [name, part]))
