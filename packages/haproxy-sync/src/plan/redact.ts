import type { Operation } from "../diff/Operation.ts"
import type { Draft, Field } from "../grammar/Args.ts"
import { grammars } from "../grammar/grammars.ts"

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
    changed: operation.changed.map((change) =>
      secretPath(fields, change.field.split("."))
        ? {
            ...change,
            before: change.before === undefined ? undefined : redacted,
            after: change.after === undefined ? undefined : redacted
          }
        : {
            ...change,
            before: redactField(change.before, fieldAt(fields, change.field.split("."))),
            after: redactField(change.after, fieldAt(fields, change.field.split(".")))
          }
    )
  }
}

const fieldsOf = ({ field, keyword }: Operation): ReadonlyArray<Field> => {
  const own = grammars.get(keyword)?.fields ?? []
  return field === undefined ? own : (own.find((one) => one.name === field)?.fields ?? [])
}

const fieldAt = (fields: ReadonlyArray<Field>, [name, ...rest]: ReadonlyArray<string>): Field | undefined => {
  const field = fields.find((one) => one.name === name)
  return rest.length === 0 || field === undefined ? field : fieldAt(field.fields ?? [], rest)
}

const secretPath = (fields: ReadonlyArray<Field>, path: ReadonlyArray<string>): boolean =>
  fieldAt(fields, path)?.secret === true

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
