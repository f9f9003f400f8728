import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import { expandWords } from "../text/expandWords.ts"
import { Reader, type Reference, type Refusal, unknownText } from "./Reader.ts"
import { directivesOf, negatedDirectivesOf } from "./sections.ts"
import type { Shape, Shapes } from "./Shape.ts"

/** What became of a line. */
export interface Reading {
  /** The words as HAProxy sees them. */
  readonly words: ReadonlyArray<string>
  /** The place of the keyword: behind `no` or `default`. */
  readonly keyword: number
  readonly refusal: Refusal | undefined
  readonly references: ReadonlyArray<Reference>
}

/** What may stand behind `default`. */
const defaultable: Shapes = { option: (reader) => negatedDirectivesOf("backend")["option"]?.(reader) ?? true }

/** The words that may begin a line; a name in one section can be another's keyword. */
const tableOf = (prefix: string | undefined, section: SectionKeyword, version: HaproxyVersion): Shapes => {
  if (prefix === undefined) return directivesOf(section)
  if (prefix === "no") return negatedDirectivesOf(section)
  return versionIn(version, { since: "2.8" }) && "option" in negatedDirectivesOf(section) ? defaultable : {}
}

const behind = (part: Shape, reader: Reader): Refusal | undefined => {
  if (!part(reader)) return reader.refusal
  if (reader.done) return undefined
  return reader.refusal !== undefined && reader.refusal.at >= reader.at
    ? reader.refusal
    : { at: reader.at, code: "value.unexpected", expected: "the end of the line" }
}

/**
 * Reads a line of a section as HAProxy does.
 *
 * @category checking
 * @since 0.1.0
 */
export const readStatement = (
  raw: ReadonlyArray<string>,
  section: SectionKeyword,
  version: HaproxyVersion
): Reading => {
  const words = expandWords(raw, () => unknownText, version)
  const prefix = words[0] === "no" || words[0] === "default" ? words[0] : undefined
  const keyword = prefix === undefined ? 0 : 1
  const reader = new Reader(words, keyword, version, section)
  const text = words[keyword] ?? ""
  const reading = (refusal: Refusal | undefined): Reading => ({
    words,
    keyword,
    refusal,
    references: reader.references
  })

  // A reference may stand for several words, or for none.
  if (text === "" || reader.open || words.length !== raw.length || raw.some((word) => word.includes("[*]"))) {
    return reading(undefined)
  }
  const table = tableOf(prefix, section, version)
  const part = Object.hasOwn(table, text) ? table[text] : undefined
  if (part === undefined) {
    const expected = prefix === undefined ? "a directive" : `a directive that "${prefix}" may stand before`
    return reading({ at: keyword, code: "keyword.unknown", expected, known: Object.keys(table) })
  }
  reader.at = keyword + 1
  return reading(behind(part, reader))
}
