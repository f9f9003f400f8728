import { compareVersions, type HaproxyVersion } from "../../text/HaproxyVersion.ts"
import { type Field } from "./Description.ts"

export const typeofValues = (values: ReadonlyArray<string | number | boolean>): Field["type"] => {
  const type = typeof values[0]
  return type === "boolean" ? "boolean" : type === "number" ? "integer" : "string"
}

/** Versions of HAProxy, both ends included. */
interface Range {
  readonly since?: HaproxyVersion | undefined
  readonly until?: HaproxyVersion | undefined
}

const least = (a: HaproxyVersion, b: HaproxyVersion): HaproxyVersion => (compareVersions(a, b) < 0 ? a : b)
const most = (a: HaproxyVersion, b: HaproxyVersion): HaproxyVersion => (compareVersions(a, b) > 0 ? a : b)

/** Both, combined where both are there; undefined if one is missing. */
const both = <T>(a: T | undefined, b: T | undefined, combine: (a: T, b: T) => T): T | undefined =>
  a === undefined || b === undefined ? undefined : combine(a, b)

/** An object without what is undefined. */
const defined = <T extends object>(value: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>
  }

/** Fields as they are in some versions only. */
export const narrowed = (fields: ReadonlyArray<Field>, { since, until }: Range): ReadonlyArray<Field> =>
  fields.map((field) => ({
    ...field,
    ...defined({
      since: both(field.since, since, most) ?? field.since ?? since,
      until: both(field.until, until, least) ?? field.until ?? until
    })
  }))

/** A field of either of two parts: whatever one of them takes. */
const either = (a: Field, b: Field): Field => {
  const { max: _, min: __, since: ___, until: ____, values: _____, ...rest } = { ...a, ...b }
  const inner = [...(a.fields ?? []), ...(b.fields ?? [])]
  return {
    ...rest,
    ...defined({
      since: both(a.since, b.since, least),
      until: both(a.until, b.until, most),
      min: both(a.min, b.min, Math.min),
      max: both(a.max, b.max, Math.max),
      values: both(a.values, b.values, (one, other) => [...new Set([...one, ...other])]),
      fields: inner.length === 0 ? undefined : mergeFields(inner.map((one) => ({ fields: [one] })))
    })
  }
}

/** The fields of several parts: one entry a name, with all values it may have. */
export const mergeFields = (parts: ReadonlyArray<{ readonly fields: ReadonlyArray<Field> }>): ReadonlyArray<Field> => {
  const fields = new Map<string, Field>()
  for (const field of parts.flatMap((part) => part.fields)) {
    const known = fields.get(field.name)
    fields.set(field.name, known === undefined ? field : either(known, field))
  }
  return [...fields.values()]
}
