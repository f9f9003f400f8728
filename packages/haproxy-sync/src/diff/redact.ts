import type { Operation } from "./Operation.ts"
import type { Draft, Field } from "../grammar/Args.ts"
import { grammars } from "../grammar/grammars.ts"
import { splitWords } from "../text/Words.ts"
import { unquote } from "../text/expandWords.ts"
import { hideValue, hideWithin, namesSecret, redacted } from "./secrets.ts"

export { redacted } from "./secrets.ts"

/**
 * Returns an operation in which passwords and keys are replaced, so that it can be shown.
 *
 * @category redaction
 * @since 0.1.0
 */
export const redactOperation = <O extends Operation>(operation: O): O => {
  const fields = fieldsOf(operation)
  const inside = (value: Readonly<Draft> | undefined) => (value === undefined ? undefined : redactValue(value, fields))
  const [before, after] = [inside(operation.before), inside(operation.after)]
  return {
    ...operation,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    changed: operation.changed.map(({ after: to, before: from, field }) => {
      // Beside other fields, more is known of one than alone.
      const hide = (value: unknown, side: Readonly<Draft> | undefined) =>
        value === undefined || side?.[field] === undefined ? redactAt(value, fields, field.split(".")) : side[field]
      return { field, before: hide(from, before), after: hide(to, after) }
    })
  }
}

/** The item an operation is about, as it will be, or was where it will be no more; with passwords and keys replaced. */
export const redactItem = (operation: Operation): Readonly<Draft> =>
  redactValue(operation.after ?? operation.before ?? {}, fieldsOf(operation))

/** A value at a path of fields; lines of text are no field. */
const redactAt = (
  value: unknown,
  fields: ReadonlyArray<Field>,
  [name = "", ...rest]: ReadonlyArray<string>
): unknown => {
  if (value === undefined || value === null) return value
  const field = fields.find((one) => one.name === name)
  if (field === undefined) return redactLines(value)
  if (field.secret === true) return redacted
  if (rest.length === 0) return redactField(value, field)
  // Behind the field of a map stands the name of an item.
  return redactAt(value, field.fields ?? [], field.type === "map" ? rest.slice(1) : rest)
}

const redactLines = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(redactLines)
  return typeof value === "string" ? redactText(value) : value
}

const fieldsOf = ({ field, keyword }: Operation): ReadonlyArray<Field> => {
  const own = grammars.get(keyword)?.fields ?? []
  return field === undefined ? own : (own.find((one) => one.name === field)?.fields ?? [])
}

/** Keywords whose next word is a secret, wherever they stand in a line. */
const beforeSecrets: ReadonlySet<string> = new Set([
  "acme-vars",
  "ca-sign-pass",
  "cluster-secret",
  "dynamic-cookie-key",
  "insecure-password",
  "password",
  "tcp-md5sig"
])

/** Keywords behind which a name stands, and how many words behind that its value. */
const beforeNames: ReadonlyMap<string, number> = new Map([
  ["add-header", 1],
  ["hdr", 1],
  ["presetenv", 1],
  ["replace-header", 2],
  ["replace-value", 2],
  ["set-header", 1],
  ["set-param", 1],
  ["setenv", 1]
])

/** What is shown of a word; `back` gives the words before it, without their quotes. */
const redactWord = (written: string, back: (words: number) => string): string => {
  if (beforeSecrets.has(back(1))) return redacted
  // `stats auth USER:PASSWORD`
  if (back(2) === "stats" && back(1) === "auth" && written.includes(":")) return written.replace(/:.*$/, `:${redacted}`)
  for (const behind of [1, 2]) {
    if (beforeNames.get(back(behind + 1)) === behind && namesSecret(back(behind))) return String(hideValue(written))
  }
  return hideWithin(written, back(1) === "send" || back(1) === "send-lf")
}

/**
 * Returns a line of a configuration in which passwords and keys are replaced, also in its comment; everything else stays as it is.
 *
 * @category redaction
 * @since 0.1.0
 */
export const redactText = (line: string): string => {
  const words = wordsIn(line)
  let shown = ""
  let at = 0
  for (const [{ end, start }, own] of shownWords(line, words.all)) {
    shown += line.slice(at, start) + own
    at = end
  }
  return words.comment < 0
    ? shown + line.slice(at)
    : `${shown}${line.slice(at, words.comment)}#${redactText(line.slice(words.comment + 1))}`
}

/** The words of a line, as they are written and as they are shown; also those of its comment. */
export const redactWords = (line: string): ReadonlyArray<readonly [written: string, shown: string]> => {
  const words = wordsIn(line)
  const own = shownWords(line, words.all).map(([{ end, start }, shown]) => [line.slice(start, end), shown] as const)
  return words.comment < 0 ? own : [...own, ...redactWords(line.slice(words.comment + 1))]
}

interface PlacedWord {
  readonly word: string
  readonly start: number
  readonly end: number
}

const shownWords = (
  line: string,
  all: ReadonlyArray<PlacedWord>
): ReadonlyArray<readonly [word: PlacedWord, shown: string]> =>
  all.map((word, index) => [
    word,
    redactWord(line.slice(word.start, word.end), (back) => all[index - back]?.word ?? "")
  ])

/** The words of a line without their quotes; one that can't be split as HAProxy does is split at blanks. */
const wordsIn = (line: string) => {
  const starts: Array<number> = []
  const { comment, error, raw } = splitWords(line, 0, line.length, starts)
  const placed = (word: string, start = 0) => ({ word: unquote(word), start, end: start + word.length })
  return error === undefined
    ? { comment, all: raw.map((word, index) => placed(word, starts[index])) }
    : {
        comment: -1,
        all: [...line.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ word, start: index, end: index + word.length }))
      }
}

/** What a health check of a connection sends. */
const sent: ReadonlySet<string> = new Set(["data", "fmt"])

/** Text that is no secret as a whole, or some. */
const redactWithin = (value: unknown, field: string): unknown => {
  if (Array.isArray(value)) return value.map((one) => redactWithin(one, field))
  return typeof value === "string" ? hideWithin(value, sent.has(field)) : value
}

/** Fields of which one names what the other holds. */
const pairs = [
  ["hdr_name", "hdr_format"],
  ["name", "fmt"],
  ["name", "value"],
  ["name", "format"]
] as const

const redactField = (value: unknown, field: Field | undefined): unknown => {
  if (value === undefined || value === null || field === undefined) return value
  if (field.secret === true) return redacted
  if (field.fields === undefined) return redactWithin(value, field.name)
  if (Array.isArray(value)) return value.map((item: Draft) => redactValue(item, field.fields ?? []))
  if (typeof value !== "object") return value
  return field.type === "map"
    ? Object.fromEntries(
        Object.entries(value).map(([name, item]) => [name, redactValue(item as Draft, field.fields ?? [])])
      )
    : redactValue(value as Draft, field.fields)
}

/**
 * Returns a model, or a part of one, in which passwords and keys are replaced.
 *
 * @category redaction
 * @since 0.1.0
 */
export const redactValue = (value: Readonly<Draft>, fields: ReadonlyArray<Field>): Readonly<Draft> => {
  const byName = new Map(fields.map((field) => [field.name, field]))
  const hidden = new Set(pairs.flatMap(([name, of]) => (namesSecret(value[name]) ? [of as string] : [])))
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      hidden.has(name) ? hideValue(one) : redactField(one, byName.get(name))
    ])
  )
}
