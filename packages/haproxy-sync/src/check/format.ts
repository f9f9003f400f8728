import { compareVersions } from "../text/HaproxyVersion.ts"
import { readSample } from "./expression.ts"
import { type Reader, type ReferenceKind, unknownText } from "./Reader.ts"
import type { Shape } from "./Shape.ts"

const aliases = new Set(
  `B CC CS H HM HP HPO HQ HU HV ID OG ST T TR Ta Tc Td Th Ti Tl Tq Tr Ts Tt Tu Tw U ac b bc bi bp bq ci cp f fc fi fp ft hr hrl hs hsl lc
  ms o pid r rc rt s sc si sp sq sslc sslv t tr trg trl ts tsc`.split(/\s+/)
)

/** Reads what stands behind a `%`; answers where it ends. */
const readItem = (reader: Reader, text: string, from: number): number | undefined => {
  const refuse = (expected: string) => {
    reader.refuse(expected)
    return undefined
  }
  let i = from
  if (text[i] === "%") return i + 1
  if (text[i] === "(") {
    const end = text.indexOf(")", i)
    if (end < 0)
      return compareVersions(reader.version, "3.0") < 0 ? text.length : refuse('")" behind the name of a log field')
    i = end + 1
  }
  if (text[i] === "{") {
    const end = text.indexOf("}", i)
    if (end < 0) return refuse('"}" behind the flags of a log field')
    i = end + 1
  }
  const c = text[i]
  if (c === undefined) return refuse('a log field behind "%"; write "%%" to mean the character itself')
  if (c === "[") {
    const end = readSample(reader, text, i + 1, false)
    if (end === undefined) return undefined
    return text[end] === "]" ? end + 1 : refuse('"]" behind the expression')
  }
  const alias = /^[A-Za-z]+/.exec(text.slice(i))?.[0]
  if (alias === undefined)
    return /[\d ]/.test(c) ? refuse('a log field behind "%"; write "%%" to mean the character itself') : i + 1
  if (aliases.has(alias)) return i + alias.length
  reader.refuse('a log field behind "%"; write "%%" to mean the character itself', "value.unknown", {
    known: [...aliases],
    part: alias
  })
  return undefined
}

/**
 * A format that, where nothing in it is computed, is a name.
 *
 * @category checking
 * @since 0.1.0
 */
export const nameOrFormat =
  (kind: ReferenceKind): Shape =>
  (reader) => {
    const { word: text } = reader
    if (text?.includes("%") === false) reader.refer(kind, text)
    return format(reader)
  }

/**
 * A log format in one word: text with `%ci`, `%[expression]`.
 *
 * @category checking
 * @since 0.1.0
 */
export const format: Shape = (reader) => {
  const text = reader.word
  if (text === undefined) return reader.refuse("a format")
  if (!text.includes(unknownText)) {
    for (let i = text.indexOf("%"); i >= 0;) {
      const end = readItem(reader, text, i + 1)
      if (end === undefined) return false
      i = text.indexOf("%", end)
    }
  }
  reader.at++
  return true
}
