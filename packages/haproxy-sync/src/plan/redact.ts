import type { Operation } from "../diff/Operation.ts"
import type { Draft, Field } from "../grammar/Args.ts"
import { grammars } from "../grammar/grammars.ts"
import { splitWords, unquote } from "../text/Words.ts"

/** What stands in the place of a secret. */
export const redacted = "<redacted>"

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
      const hide = (value: unknown) => redactAt(value, fields, field.split("."))
      return { field, before: hide(from), after: hide(to) }
    })
  }
}

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
  for (const [index, { end, start }] of words.all.entries()) {
    const [first, second] = [words.all[index - 2]?.word, words.all[index - 1]?.word ?? ""]
    // `stats auth USER:PASSWORD`
    const user = first === "stats" && second === "auth" ? line.slice(start, end).replace(/:.*$/, ":") : ""
    if (!beforeSecrets.has(second) && (user === "" || user === line.slice(start, end))) continue
    shown += line.slice(at, start) + user + redacted
    at = end
  }
  return words.comment < 0
    ? shown + line.slice(at)
    : `${shown}${line.slice(at, words.comment)}#${redactText(line.slice(words.comment + 1))}`
}

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

const redactField = (value: unknown, field: Field | undefined): unknown => {
  if (value === undefined || value === null || field === undefined) return value
  if (field.secret === true) return redacted
  if (field.fields === undefined) return value
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
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, redactField(one, byName.get(name))]))
}
