import { referByConverter, referByFetch } from "./arguments.ts"
import { type Reader, unknownText } from "./Reader.ts"
import { converterNames, criterionNames, fetchNames } from "./samples.ts"
import type { Shape } from "./Shape.ts"

const nameAt = (text: string, from: number): string => /^[\w.+-]*/.exec(text.slice(from))?.[0] ?? ""

/** Names that Lua scripts bring are not known here. */
const fromLua = (name: string): boolean => name.startsWith("lua.")

/** Where the arguments that may begin at `from` end; undefined where they are not closed. */
const behindArguments = (reader: Reader, text: string, from: number, name: string): number | undefined => {
  if (text[from] !== "(") return from
  let quote = ""
  for (let i = from + 1; i < text.length; i++) {
    const c = text[i] ?? ""
    if (c === "\\" && quote !== "'") i++
    else if (quote !== "") quote = c === quote ? "" : quote
    else if (c === '"' || c === "'") quote = c
    else if (c === ")") return i + 1
  }
  reader.refuse(`the ")" behind the arguments of "${name}"`)
  return undefined
}

/** Reads converters, each behind a comma; answers where they end. */
const readConverters = (reader: Reader, text: string, from: number): number | undefined => {
  const converters = converterNames(reader.version)
  let i = from
  while (text[i] === ",") {
    // Two commas in a row, and one at the end, mean nothing.
    while (text[i] === ",") i++
    const name = nameAt(text, i)
    if (name === "") return i
    if (!converters.has(name) && !fromLua(name)) {
      reader.refuse("a converter", "value.unknown", { known: [...converters], part: name })
      return undefined
    }
    const end = behindArguments(reader, text, i + name.length, name)
    if (end === undefined) return undefined
    if (fromLua(name)) reader.refer("lua", name)
    referByConverter(reader, name, text.slice(i + name.length + 1, Math.max(i + name.length + 1, end - 1)))
    i = end
  }
  return i
}

/**
 * Reads a fetch function, or an ACL criterion where that is asked for, with its converters; answers where they end.
 *
 * @category checking
 * @since 0.1.0
 */
export const readSample = (reader: Reader, text: string, from: number, criteria: boolean): number | undefined => {
  const name = nameAt(text, from)
  const fetches = fetchNames(reader.version)
  const others = criteria ? criterionNames(reader.version) : new Set<string>()
  if (!fetches.has(name) && !others.has(name) && !fromLua(name)) {
    const shown = name === "" ? text.slice(from) : name
    reader.refuse("a sample fetch function", "value.unknown", { known: [...fetches, ...others], part: shown })
    return undefined
  }
  const behind = from + name.length
  const end = behindArguments(reader, text, behind, name)
  if (end === undefined) return undefined
  if (fromLua(name)) reader.refer("lua", name)
  referByFetch(reader, name, text.slice(behind + 1, Math.max(behind + 1, end - 1)))
  return readConverters(reader, text, end)
}

/** Reads a word that is a sample as a whole. */
const wholeSample = (reader: Reader, criteria: boolean): boolean => {
  const text = reader.word
  if (text === undefined) return reader.refuse("a sample expression such as src or hdr(host)")
  if (text.includes(unknownText)) return true
  const end = readSample(reader, text, 0, criteria)
  return end !== undefined && (end === text.length || reader.refuse("a comma and a converter"))
}

/**
 * A sample expression: `src`, `hdr(host),lower`. Words behind it that are converters belong to it.
 *
 * @category checking
 * @since 0.1.0
 */
export const expression: Shape = (reader) => {
  if (!wholeSample(reader, false)) return false
  reader.at++
  for (;;) {
    const text = reader.word ?? ""
    if (!converterNames(reader.version).has(nameAt(text, 0))) return true
    const { references, refusal } = reader
    if (readConverters(reader, `,${text}`, 0) !== text.length + 1) {
      reader.refusal = refusal
      reader.references = references
      return true
    }
    reader.at++
  }
}

const methods = ["found", "bool", "int", "ip", "bin", "len", "str", "sub", "reg", "regm", "beg", "end", "dir", "dom"]

/** Fetch functions whose values can be anything, so that HAProxy has to be told how to compare them. */
const untyped = /^var\([^)]*\)$/

/** The flags behind a criterion: `-i`, `-m METHOD`, `-f FILE` and the like. */
const readFlags = (reader: Reader): boolean => {
  let compared = !untyped.test(reader.words[reader.at - 1] ?? "")
  for (;;) {
    const text = reader.word ?? ""
    if (text.includes(unknownText)) return true
    if (!text.startsWith("-") || text === "--" || /^-\d/.test(text)) {
      if (!compared) return reader.refuse('"-m" and a matching method, such as str, found or int')
      if (text === "--") reader.at++
      return true
    }
    const letters = text.slice(1)
    if (!/^[fFiMmnNu]+$/.test(letters)) {
      return reader.refuse('an ACL flag; write "--" before a pattern that begins with a dash')
    }
    reader.at++
    if (letters.endsWith("m")) {
      compared = true
      const method = reader.word ?? ""
      if (!methods.includes(method) && !reader.open) {
        return reader.refuse("a matching method", "value.unknown", { known: methods })
      }
      reader.at++
    } else if (/[fMFu]$/.test(letters)) {
      if (reader.done) return reader.refuse("a file or an id")
      reader.at++
    }
  }
}

/**
 * A criterion, its flags, and all words to the end of the line.
 *
 * @category checking
 * @since 0.1.0
 */
export const criterionAndValues: Shape = (reader) => {
  if (!wholeSample(reader, true)) return false
  reader.at++
  if (!readFlags(reader)) return false
  reader.at = reader.words.length
  return true
}

/**
 * `if CONDITION` or `unless CONDITION` to the end of the line, which may be absent.
 *
 * **Details**
 *
 * In braces stands a criterion with its values; other words are names of ACLs, which are not looked up here.
 *
 * @category checking
 * @since 0.1.0
 */
export const condition: Shape = (reader) => {
  if (reader.open) reader.at = reader.words.length
  const opening = reader.word
  if (opening !== "if" && opening !== "unless") return true
  reader.at++
  while (!reader.done) {
    const text = reader.word ?? ""
    reader.at++
    if (!/^!*\{$/.test(text)) {
      const name = text.replace(/^!+/, "")
      if (name !== "" && name !== "or" && name !== "||") reader.refer("acl", name, -1)
      continue
    }
    if (!wholeSample(reader, true)) return false
    reader.at++
    if (!readFlags(reader)) return false
    while (!reader.done && reader.word !== "}") reader.at++
    if (reader.done) return reader.refuse('"}" behind the values')
    reader.at++
  }
  return true
}

/**
 * The condition that has to be there.
 *
 * @category checking
 * @since 0.1.0
 */
export const conditionRequired: Shape = (reader) =>
  reader.word === "if" || reader.word === "unless" || reader.open
    ? condition(reader)
    : reader.refuse('"if" or "unless" and a condition')
