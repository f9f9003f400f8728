import { type Args, type Field, type FieldOptions, type Only } from "./Description.ts"
import { present } from "./attempt.ts"
import { typeofValues } from "./fields.ts"
import { formatDuration, formatSize, parseDuration, parseSize } from "./measures.ts"
import { Lossy, type Quoted, hidden, lost, single } from "./single.ts"

/**
 * One word, kept as it is written, quotes included.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const word = <const F extends string>(
  field: F,
  options: FieldOptions & { readonly matching?: RegExp; readonly expected?: string } = {}
): Args<Only<F, string>> => {
  const { expected, matching, ...rest } = options
  return single(
    { name: field, type: "string", ...rest },
    expected ?? field.replaceAll("_", " "),
    (text) => (matching === undefined || matching.test(text) ? text : undefined),
    (text) => text
  )
}

/** What can be said of a number. */
export interface NumberOptions extends FieldOptions {
  readonly min?: number
  readonly max?: number
  /** The API's JSON leaves the field out where it is zero, so that zero and absence look alike. */
  readonly omitZero?: true
  /** The API's JSON leaves the field out where it has this value; absence means it. */
  readonly absent?: number
}

/**
 * A whole number.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const integer = <const F extends string>(field: F, options: NumberOptions = {}): Args<Only<F, number>> => {
  const { absent, max, min, omitZero, ...rest } = options
  const range = min === undefined && max === undefined ? "" : ` from ${min ?? "-∞"} to ${max ?? "∞"}`
  const bounds = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }
  const number = single(
    { name: field, type: "integer", ...bounds, ...rest },
    `a whole number${range}`,
    (text) => {
      if (!/^[+-]?\d+$/.test(text)) return undefined
      const value = Number(text)
      if (value < (min ?? -Infinity) || value > (max ?? Infinity)) return undefined
      if (value === 0 && omitZero === true) return lost
      // What would be written differently may mean something else to HAProxy: `010` can be octal, `+1` relative.
      return String(value) === text ? value : new Lossy(value)
    },
    String
  )
  return absent === undefined ? number : meantByAbsence(field, absent, number)
}

/** A part whose field is left out when it has a certain value. */
const meantByAbsence = <A>(field: string, absent: unknown, part: Args<A>): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    if (!part.parse(cursor, into)) return false
    if (into[field] === absent) delete into[field]
    return true
  },
  print: (from, printer) => part.print(present(from[field]) ? from : { ...from, [field]: absent }, printer)
})

/**
 * A duration: milliseconds in the model, a number with a unit in the text.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const duration = <const F extends string>(
  field: F,
  options: FieldOptions & { readonly unit?: "ms" | "s"; readonly omitZero?: true } = {}
): Args<Only<F, number>> => {
  const { omitZero, unit = "ms", ...rest } = options
  return single(
    { name: field, type: "duration", ...rest },
    `a duration such as 5s or 250ms (without a unit: ${unit})`,
    (text) => {
      const value = parseDuration(text, unit)
      if (value === undefined) return undefined
      if (value === 0 && omitZero === true) return lost
      return text.endsWith("us") && Number.parseInt(text, 10) % 1000 !== 0 ? new Lossy(value) : value
    },
    formatDuration
  )
}

/**
 * A size: bytes in the model, a number with a unit in the text.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const size = <const F extends string>(
  field: F,
  options: FieldOptions & { readonly omitZero?: true } = {}
): Args<Only<F, number>> => {
  const { omitZero, ...rest } = options
  return single(
    { name: field, type: "size", ...rest },
    "a size such as 16k or 1m",
    (text) => {
      const value = parseSize(text)
      return value === 0 && omitZero === true ? lost : value
    },
    formatSize
  )
}

/**
 * One of a few words.
 *
 * **Details**
 *
 * With quotes or a reference to the environment it is kept as it is written; where the API compares words as they are written,
 * `quoted` tells what it makes of such a line.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const oneOf = <const F extends string, const V extends string>(
  field: F,
  values: ReadonlyArray<V>,
  options: FieldOptions & { readonly quoted?: "lost" | "opaque" } = {}
): Args<Only<F, V | Quoted>> => {
  const { quoted, ...others } = options
  return single<F, V | Quoted>(
    { name: field, type: "string", values, ...others },
    `one of ${values.join(", ")}`,
    (text) => (values.includes(text as V) ? (text as V) : undefined),
    (value) => value,
    (text) => (quoted === undefined ? (text as Quoted) : quoted === "lost" ? lost : hidden)
  )
}

/**
 * Words that stand for values, such as `on` for true.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const mapped = <const F extends string, const V extends string | number | boolean>(
  field: F,
  values: Readonly<Record<string, V>>,
  options: FieldOptions = {}
): Args<Only<F, V>> => {
  const words = new Map(Object.entries(values).map(([key, value]) => [value, key]))
  return single(
    { name: field, type: typeofValues(Object.values(values)), values: Object.values(values), ...options },
    `one of ${Object.keys(values).join(", ")}`,
    (text) => (Object.hasOwn(values, text) ? values[text] : undefined),
    (value) => words.get(value) ?? String(value)
  )
}

/**
 * Several values in one word, joined by a separator.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const joined = <const F extends string>(
  field: F,
  separator: string,
  options: FieldOptions = {}
): Args<Only<F, ReadonlyArray<string>>> =>
  single(
    { name: field, type: "strings", ...options },
    `values joined by "${separator}"`,
    (text) => text.split(separator),
    (values: ReadonlyArray<string>) => values.join(separator)
  )

/**
 * One word that stands for a value of another form. A word that `write` would spell differently is kept as it is written.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const converted = <const F extends string, T>(
  field: Field & { readonly name: F },
  expected: string,
  read: (text: string) => T | undefined,
  write: (value: T) => string
): Args<Only<F, T>> =>
  single(
    field,
    expected,
    (text) => {
      const value = read(text)
      return value === undefined || write(value) === text ? value : new Lossy(value)
    },
    write
  )
