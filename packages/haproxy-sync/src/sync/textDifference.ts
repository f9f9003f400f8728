import { type Document, parseDocument, type Section, type Statement } from "../text/Document.ts"
import { type LineWords, separator, wordsOf } from "./wordsOf.ts"

/**
 * A line that one of two texts has and the other has not, or that stands in another place.
 *
 * @category verification
 * @since 0.1.0
 */
export interface LineDifference {
  /** The section, such as `backend app`. */
  readonly where: string
  readonly keyword: string
  readonly what: "missing" | "unexpected" | "moved"
  /** The number of the line in the desired text, or, for an unexpected one, in the held text. */
  readonly line: number
}

/**
 * Returns the first line of the desired text that the held text does not have, or that it has and should not; undefined where both
 * say the same.
 *
 * **When to use**
 *
 * Use it to see whether a Data Plane API holds what it was given. It knows nothing of the model and of the comparator: only words,
 * and the ways in which the server is known to reorder and respell them.
 *
 * @category verification
 * @since 0.1.0
 */
export const textDifference = (held: string, desired: string): LineDifference | undefined => {
  const there = sectionsOf(parseDocument(held))
  const wanted = sectionsOf(parseDocument(desired))
  for (const where of new Set([...wanted.keys(), ...there.keys()])) {
    const found = inSection(there.get(where) ?? [], wanted.get(where) ?? [])
    if (found !== undefined) return { where, ...found }
  }
  return undefined
}

/** The lines of a text by their section. An anonymous defaults section has the name that the server gives it. */
const sectionsOf = (document: Document): ReadonlyMap<string, ReadonlyArray<LineWords>> => {
  const sections = new Map<string, Array<LineWords>>()
  let anonymous = 0
  let defaults = ""
  for (const section of document.sections) {
    const { keyword } = section
    const name = keyword === "defaults" && section.name === "" ? `unnamed_defaults_${++anonymous}` : section.name
    const where = `${keyword} ${name}`.trim()
    const lines = sections.get(where) ?? []
    if (section.header !== undefined && keyword !== "global") {
      lines.push(headerOf(section, section.header, where, keyword === "defaults" ? "" : defaults))
    }
    if (keyword === "defaults") defaults = name
    for (const statement of section.statements) lines.push(wordsOf(statement))
    if (lines.length > 0) sections.set(where, lines)
  }
  return sections
}

/** A proxy that names no defaults section inherits from the last one before it: the server may write that down. */
const headerOf = (
  { behindName, from, keyword, kind }: Section,
  { line }: Statement,
  where: string,
  above: string
): LineWords => ({
  keyword,
  ordered: false,
  key: [where, kind?.inherits === true ? (from ?? above) : "", ...behindName].join(separator),
  line
})

type Found = Omit<LineDifference, "where">

/** The lines that count, by their keyword. */
const byKeyword = (lines: ReadonlyArray<LineWords>): ReadonlyMap<string, ReadonlyArray<LineWords>> => {
  const last = new Map(lines.map((line) => [line.setting, line]))
  const counting = lines.filter((line) => line.setting === undefined || last.get(line.setting) === line)
  return Map.groupBy(counting, ({ keyword }) => keyword)
}

const inSection = (there: ReadonlyArray<LineWords>, wanted: ReadonlyArray<LineWords>): Found | undefined => {
  const [held, desired] = [byKeyword(there), byKeyword(wanted)]
  for (const keyword of new Set([...desired.keys(), ...held.keys()])) {
    const found = amongAlike(held.get(keyword) ?? [], desired.get(keyword) ?? [])
    if (found !== undefined) return found
  }
  return undefined
}

const amongAlike = (there: ReadonlyArray<LineWords>, wanted: ReadonlyArray<LineWords>): Found | undefined => {
  const left = Map.groupBy(there, ({ key }) => key)
  for (const { key, keyword, line } of wanted) {
    if (left.get(key)?.pop() === undefined) return { keyword, what: "missing", line }
  }
  for (const [unexpected] of left.values()) {
    if (unexpected !== undefined) return { keyword: unexpected.keyword, what: "unexpected", line: unexpected.line }
  }
  const moved = wanted.find((one, index) => one.ordered && there[index]?.key !== one.key)
  return moved === undefined ? undefined : { keyword: moved.keyword, what: "moved", line: moved.line }
}

/**
 * Says a difference in a sentence. Of the line only its keyword is told: the rest may be a password.
 *
 * @category verification
 * @since 0.1.0
 */
export const formatLineDifference = ({ keyword, line, what, where }: LineDifference): string => {
  const place = { missing: "is not there", unexpected: "was not asked for", moved: "stands in another place" }[what]
  return `"${keyword}" of ${where} (line ${line} of the ${what === "unexpected" ? "server's" : "desired"} text) ${place}`
}
