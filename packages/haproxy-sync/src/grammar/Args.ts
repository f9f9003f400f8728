import { compareVersions, type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { unquote } from "../text/Words.ts"

/**
 * A description of the words behind a keyword that works in both directions: words to fields, fields to words.
 *
 * **Details**
 *
 * `parse` takes words from the cursor and sets fields; it answers false, with the reason in the cursor, when the words have
 * another shape. `print` does the reverse; it answers false when the fields don't ask for these words. Both leave what they were
 * given as it was when they answer false. `A` is the type of the fields.
 *
 * @category descriptions
 * @since 0.1.0
 */
export interface Args<out A> {
  readonly parse: (cursor: Cursor, into: Draft) => boolean
  readonly print: (from: Readonly<Draft>, printer: Printer) => boolean
  readonly fields: ReadonlyArray<Field>
  /** The value of a field when an option occurs again among {@link options}; undefined where the last one counts. */
  readonly combine?: (known: unknown, value: unknown, version: HaproxyVersion) => unknown
  /** The versions in which the API shows the comment behind an item, if other than usual. */
  readonly annotations?: { readonly since?: HaproxyVersion }
  readonly Type?: A
}

/** A model under construction. */
export type Draft = Record<string, unknown>

/** The words printed so far, and the version they are for. */
export interface Printer {
  readonly words: Array<string>
  readonly version: HaproxyVersion
  /** The line begins with `no`. */
  negated?: boolean
}

/**
 * What is known of one field of a model: its name and type in the Data Plane API's JSON, and what a change of it means.
 *
 * @category descriptions
 * @since 0.1.0
 */
export interface Field {
  readonly name: string
  readonly type: "string" | "integer" | "boolean" | "duration" | "size" | "strings" | "object" | "list" | "map"
  /** The only values it may have. */
  readonly values?: ReadonlyArray<string | number | boolean>
  /** HAProxy takes a change of it while it runs, without a reload. */
  readonly runtime?: true
  /** It must not be shown. */
  readonly secret?: true
  /** The fields inside. */
  readonly fields?: ReadonlyArray<Field>
  readonly since?: HaproxyVersion
  readonly until?: HaproxyVersion
}

/** What can be said of a field beside its name and type. */
export interface FieldOptions {
  readonly runtime?: true
  readonly secret?: true
}

/**
 * A word as it is written, with quotes or escapes: `"none"`, or `"${LEVEL}"`, whose value is known where HAProxy runs.
 *
 * @category descriptions
 * @since 0.1.0
 */
export type Quoted = `${string}"${string}` | `${string}'${string}` | `${string}\\${string}`

/** The place in a line that is being read. */
export class Cursor {
  readonly words: ReadonlyArray<string>
  readonly version: HaproxyVersion
  at: number
  /** The line began with `no`. */
  readonly negated: boolean
  /** A word was understood as HAProxy would, but the Data Plane API has no way to carry it. */
  lossy = false
  /** HAProxy knows the words, but the Data Plane API has no model of a line with them. */
  opaque = false
  /** The Data Plane API has no model of the line, but a place for it among the others. */
  placed = false
  /** The furthest place at which something else was expected. */
  failedAt = -1
  expected = ""

  constructor(words: ReadonlyArray<string>, at: number, version: HaproxyVersion, negated = false) {
    this.words = words
    this.at = at
    this.version = version
    this.negated = negated
  }

  get word(): string | undefined {
    return this.words[this.at]
  }

  get done(): boolean {
    return this.at >= this.words.length
  }

  /** Notes that the line is understood though it has no model; always false, so that it can be returned. */
  pass(): false {
    this.failedAt = -1
    return false
  }

  /** Notes what was expected here; always false, so that it can be returned. */
  fail(expected: string): false {
    if (this.at >= this.failedAt) {
      this.failedAt = this.at
      this.expected = expected
    }
    return false
  }
}

type Keys<U> = U extends unknown ? keyof U : never
type Value<U, K extends PropertyKey> = U extends unknown ? (K extends keyof U ? U[K] : never) : never

/** The type of a description's fields. */
export type TypeOf<T> = T extends { readonly Type?: infer A } ? Exclude<A, undefined> : never

/** One type with the fields of all parts. */
export type Merged<U> = { readonly [K in Keys<U>]?: Exclude<Value<U, K>, undefined> }

type Only<F extends string, T> = { readonly [K in F]?: T }

const present = (value: unknown): boolean => value !== undefined && value !== null && value !== ""

/** No fields: words that mean what they say. */
export type Nothing = Readonly<Record<never, never>>

/** Runs a parser so that nothing stays behind when it fails. */
const attempt = (args: Args<unknown>, cursor: Cursor, into: Draft): boolean => {
  const { at, lossy, opaque, placed } = cursor
  const own: Draft = {}
  if (args.parse(cursor, own)) {
    Object.assign(into, own)
    return true
  }
  Object.assign(cursor, { at, lossy, opaque, placed })
  return false
}

/** Runs a printer so that nothing stays behind when it fails. */
const attemptPrint = (args: Args<unknown>, from: Readonly<Draft>, printer: Printer): boolean => {
  const length = printer.words.length
  if (args.print(from, printer)) return true
  printer.words.length = length
  return false
}

/** A word that HAProxy understands and the API's value, if any, tells only in part. */
class Lossy<out T> {
  readonly value: T | undefined
  constructor(value?: T) {
    this.value = value
  }
}
const lost = new Lossy<never>()
/** A word that HAProxy understands, and with which the API has no model of the line. */
const hidden = new Lossy<never>()

const quoted = /["'\\]/

/** A value of one word. `read` answers undefined for a word that is none; it is asked again without the word's quotes. */
const single = <const F extends string, T>(
  field: Field & { readonly name: F },
  expected: string,
  read: (word: string) => T | undefined | Lossy<T>,
  write: (value: T) => string,
  unread: (word: string) => T | Lossy<T> = () => lost
): Args<Only<F, T>> => ({
  fields: [field],
  parse: (cursor, into) => {
    const word = cursor.word
    if (word === undefined || word === "") return cursor.fail(expected)
    let value = read(word)
    if (value === undefined && quoted.test(word)) {
      value = symbolic(word) || read(unquote(word)) !== undefined ? unread(word) : undefined
    }
    if (value === undefined) return cursor.fail(expected)
    if (value === hidden) cursor.opaque = true
    else if (value instanceof Lossy) {
      cursor.lossy = true
      if (value.value !== undefined) into[field.name] = value.value
    } else into[field.name] = value
    cursor.at++
    return true
  },
  print: (from, printer) => {
    const value = from[field.name]
    if (!present(value)) return false
    printer.words.push(write(value as T))
    return true
  }
})

/** Holds an environment reference, so that its value is not known: HAProxy looks for one inside double quotes only. */
const symbolic = (word: string): boolean => word.includes("$") && word.includes('"')

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
  const number = single(
    { name: field, type: "integer", ...rest },
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

const units = { us: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/**
 * Reads a duration as HAProxy writes it (`5s`, `250ms`, `1h`), in milliseconds; undefined if it is none.
 *
 * @category values
 * @since 0.1.0
 */
export const parseDuration = (text: string, unit: keyof typeof units = "ms"): number | undefined => {
  const match = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text)
  if (match === null) return undefined
  const value = Number(match[1]) * units[(match[2] as keyof typeof units | undefined) ?? unit]
  return value > 0 && value < 1 ? 1 : Math.trunc(value)
}

/**
 * Writes milliseconds with the largest unit that divides them.
 *
 * @category values
 * @since 0.1.0
 */
export const formatDuration = (milliseconds: number): string => {
  for (const unit of ["d", "h", "m", "s"] as const) {
    if (milliseconds >= units[unit] && milliseconds % units[unit] === 0) return `${milliseconds / units[unit]}${unit}`
  }
  return `${milliseconds}ms`
}

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

const sizes = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const

/**
 * Reads a size as HAProxy writes it (`16k`, `1m`), in bytes; undefined if it is none.
 *
 * @category values
 * @since 0.1.0
 */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+)([kmg])?$/i.exec(text)
  if (match === null) return undefined
  const unit = match[2]?.toLowerCase() as keyof typeof sizes | undefined
  return Number(match[1]) * (unit === undefined ? 1 : sizes[unit])
}

/**
 * Writes bytes with the largest unit that divides them.
 *
 * @category values
 * @since 0.1.0
 */
export const formatSize = (bytes: number): string => {
  for (const unit of ["g", "m", "k"] as const) {
    if (bytes >= sizes[unit] && bytes % sizes[unit] === 0) return `${bytes / sizes[unit]}${unit}`
  }
  return String(bytes)
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

const typeofValues = (values: ReadonlyArray<string | number | boolean>): Field["type"] => {
  const type = typeof values[0]
  return type === "boolean" ? "boolean" : type === "number" ? "integer" : "string"
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

/**
 * All words that are left, one at least, joined by a space.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const rest = <const F extends string>(field: F, options: FieldOptions = {}): Args<Only<F, string>> => ({
  fields: [{ name: field, type: "string", ...options }],
  parse: (cursor, into) => {
    if (cursor.done) return cursor.fail(field.replaceAll("_", " "))
    into[field] = cursor.words.slice(cursor.at).join(" ")
    cursor.at = cursor.words.length
    return true
  },
  print: (from, printer) => {
    const value = from[field]
    if (!present(value)) return false
    printer.words.push(String(value))
    return true
  }
})

/**
 * The words up to the condition, or to one of `stops`, joined by a space.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const upTo = <const F extends string>(
  field: F,
  stops: ReadonlyArray<string> = ["if", "unless"]
): Args<Only<F, string>> => ({
  fields: [{ name: field, type: "string" }],
  parse: (cursor, into) => {
    let end = cursor.at
    while (end < cursor.words.length && !stops.includes(cursor.words[end] ?? "")) end++
    if (end === cursor.at) return cursor.fail(field.replaceAll("_", " "))
    into[field] = cursor.words.slice(cursor.at, end).join(" ")
    cursor.at = end
    return true
  },
  print: (from, printer) => {
    const value = from[field]
    if (!present(value)) return false
    printer.words.push(String(value))
    return true
  }
})

/**
 * The words that are left, each an element of a list.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const words = <const F extends string>(
  field: F,
  options: FieldOptions & { readonly min?: number } = {}
): Args<Only<F, ReadonlyArray<string>>> => {
  const { min = 1, ...others } = options
  return {
    fields: [{ name: field, type: "strings", ...others }],
    parse: (cursor, into) => {
      const list = cursor.words.slice(cursor.at)
      if (list.length < min) return cursor.fail(field.replaceAll("_", " "))
      into[field] = list
      cursor.at = cursor.words.length
      return true
    },
    print: (from, printer) => {
      const list = from[field] as ReadonlyArray<string> | undefined
      if (list === undefined || list.length < min) return false
      printer.words.push(...list)
      return true
    }
  }
}

/**
 * Fixed words without a field of their own.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const literal = (...fixed: ReadonlyArray<string>): Args<Nothing> => ({
  fields: [],
  parse: (cursor) => {
    for (const text of fixed) {
      if (cursor.word !== text) return cursor.fail(`"${fixed.join(" ")}"`)
      cursor.at++
    }
    return true
  },
  print: (_, printer) => {
    printer.words.push(...fixed)
    return true
  }
})

/**
 * A field with one fixed value that no word stands for: the tag that tells alternatives apart.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const constant = <const F extends string, const V extends string | number | boolean>(
  field: F,
  value: V
): Args<Only<F, V>> => ({
  fields: [{ name: field, type: typeofValues([value]), values: [value] }],
  parse: (_, into) => {
    into[field] = value
    return true
  },
  print: (from) => from[field] === value
})

/**
 * A word whose presence is a value: `defer-accept` for true, `no-check` for "disabled".
 *
 * @category descriptions
 * @since 0.1.0
 */
export const flag = <const F extends string, const V extends string | number | boolean = true>(
  text: string,
  field: F,
  value: V = true as V,
  options: FieldOptions = {}
): Args<Only<F, V>> => ({
  fields: [{ name: field, type: typeofValues([value]), values: [value], ...options }],
  parse: (cursor, into) => {
    if (cursor.word !== text) return cursor.fail(`"${text}"`)
    cursor.at++
    into[field] = value
    return true
  },
  print: (from, printer) => {
    if (from[field] !== value) return false
    printer.words.push(text)
    return true
  }
})

/**
 * `no` in front of the line as a value; nothing may follow the keyword but what other parts describe.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const negation = <const F extends string, const V extends string | number | boolean = true>(
  field: F,
  value: V = true as V
): Args<Only<F, V>> => ({
  fields: [{ name: field, type: typeofValues([value]), values: [value] }],
  parse: (cursor, into) => {
    if (!cursor.negated) return cursor.fail('"no" in front')
    into[field] = value
    return true
  },
  print: (from, printer) => {
    if (from[field] !== value) return false
    printer.negated = true
    return true
  }
})

/**
 * A word whose presence sets several fields at once; it is printed when one of them has its value.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const flags = <const A extends Readonly<Record<string, string | number | boolean>>>(
  text: string,
  values: A
): Args<{ readonly [K in keyof A]?: A[K] }> => {
  const entries = Object.entries(values)
  return {
    fields: entries.map(([name, value]) => ({ name, type: typeofValues([value]), values: [value] })),
    parse: (cursor, into) => {
      if (cursor.word !== text) return cursor.fail(`"${text}"`)
      cursor.at++
      Object.assign(into, values)
      return true
    },
    print: (from, printer) => {
      if (!entries.some(([name, value]) => from[name] === value)) return false
      printer.words.push(text)
      return true
    }
  }
}

/**
 * Parts that follow one another.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const sequence = <const T extends ReadonlyArray<Args<unknown>>>(
  ...parts: T
): Args<Merged<TypeOf<T[number]>>> => ({
  fields: mergeFields(parts),
  parse: (cursor, into) => {
    for (const part of parts) if (!part.parse(cursor, into)) return false
    return true
  },
  print: (from, printer) => {
    for (const part of parts) if (!part.print(from, printer)) return false
    return true
  }
})

/**
 * A part that may be absent.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const optional = <A>(part: Args<A>): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    attempt(part, cursor, into)
    return true
  },
  print: (from, printer) => {
    attemptPrint(part, from, printer)
    return true
  }
})

/**
 * A part that has to take a word at least.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const notEmpty = <A>(part: Args<A>): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    const start = cursor.at
    return part.parse(cursor, into) && (cursor.at > start || cursor.fail("a word"))
  },
  print: (from, printer) => {
    const { length } = printer.words
    return part.print(from, printer) && printer.words.length > length
  }
})

/**
 * A part whose words must hold each of some keywords.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const requires = <A>(part: Args<A>, ...keywords: ReadonlyArray<string>): Args<A> => ({
  ...part,
  parse: (cursor, into) => {
    const start = cursor.at
    if (!part.parse(cursor, into)) return false
    const words = cursor.words.slice(start, cursor.at)
    const missing = keywords.find((keyword) => !words.includes(keyword))
    return missing === undefined || cursor.fail(`"${missing}"`)
  },
  print: (from, printer) => {
    const start = printer.words.length
    if (!part.print(from, printer)) return false
    const words = printer.words.slice(start)
    return keywords.every((keyword) => words.includes(keyword))
  }
})

/**
 * A keyword with its value: `len 1024`.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const after = <A>(keyword: string, part: Args<A>): Args<A> =>
  sequence(literal(...keyword.split(" ")), part) as Args<A>

/** Reports whether a description's fields may have the values that are there. */
const mayHave = ({ fields }: Args<unknown>, from: Readonly<Draft>): boolean =>
  fields.every(({ name, values }) => {
    const value = from[name]
    return values === undefined || !present(value) || values.some((one) => one === value)
  })

/**
 * The first of several shapes that fits.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const choice = <const T extends ReadonlyArray<Args<unknown>>>(
  ...alternatives: T
): Args<Merged<TypeOf<T[number]>>> => ({
  fields: mergeFields(alternatives),
  parse: (cursor, into) => alternatives.some((part) => attempt(part, cursor, into)),
  print: (from, printer) =>
    alternatives.some((part) => mayHave(part, from) && attemptPrint(part, from, printer)) ||
    alternatives.some((part) => attemptPrint(part, from, printer))
})

/**
 * A keyword with a word, which may occur several times among {@link options}: its values form a list.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const repeated = <const F extends string>(
  keyword: string,
  field: F,
  options: FieldOptions = {}
): Args<Only<F, ReadonlyArray<string>>> => ({
  fields: [{ name: field, type: "strings", ...options }],
  parse: (cursor, into) => {
    const value = cursor.words[cursor.at + 1]
    if (cursor.word !== keyword || value === undefined) return cursor.fail(`"${keyword}" and a word`)
    into[field] = [value]
    cursor.at += 2
    return true
  },
  print: (from, printer) => {
    const list = from[field] as ReadonlyArray<string> | undefined
    if (list === undefined || list.length === 0) return false
    for (const value of list) printer.words.push(keyword, value)
    return true
  },
  combine: (known, value) => [...(known as ReadonlyArray<string>), ...(value as ReadonlyArray<string>)]
})

/**
 * A keyword with words of its own, which may occur several times among {@link options}: each is an object in a list.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const repeatedItem = <const F extends string, A>(
  keyword: string,
  list: F,
  part: Args<A>
): Args<Only<F, ReadonlyArray<A>>> => ({
  fields: [{ name: list, type: "list", fields: part.fields }],
  parse: (cursor, into) => {
    const item: Draft = {}
    if (cursor.word !== keyword) return cursor.fail(`"${keyword}"`)
    cursor.at++
    if (!part.parse(cursor, item)) return false
    into[list] = [item]
    return true
  },
  print: (from, printer) => {
    const items = from[list] as ReadonlyArray<Draft> | undefined
    if (items === undefined || items.length === 0) return false
    for (const item of items) {
      printer.words.push(keyword)
      if (!part.print(item, printer)) return false
    }
    return true
  },
  combine: (known, value) => [...(known as ReadonlyArray<unknown>), ...(value as ReadonlyArray<unknown>)]
})

/**
 * Another way to write what a different part prints.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const alias = <A>(part: Args<A>): Args<A> => ({ ...part, print: () => false })

/**
 * A field that has a value even where no word sets it.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const initially = <const F extends string, const V extends string | number | boolean, A>(
  field: F,
  value: V,
  part: Args<A>
): Args<A & Only<F, V>> => ({
  fields: mergeFields([{ fields: [{ name: field, type: typeofValues([value]) }] }, part]),
  parse: (cursor, into) => {
    if (!part.parse(cursor, into)) return false
    into[field] ??= value
    return true
  },
  print: part.print
})

/**
 * Adds the fields of an option to those of the ones before it. Another value than the one that was there wins, as it does in the
 * API's JSON, but tells not all that HAProxy was told.
 */
const merge = (own: Draft, into: Draft, cursor: Cursor, { combine }: Args<unknown>): void => {
  for (const key of Object.keys(own)) {
    const value = own[key]
    const known = into[key]
    if (known === undefined || known === value) {
      into[key] = value
      continue
    }
    const combined = combine?.(known, value, cursor.version)
    into[key] = combined ?? value
    if (combined === undefined) cursor.lossy = true
  }
}

/**
 * Keywords in any order, each at its own place in print: the options of `server`, of `bind`.
 *
 * **Details**
 *
 * The key is the word that opens an option; several may set one field (`check` and `no-check`), the last one wins. A key that ends
 * in `(` stands for words that begin so. They end with the line or at a word of `stop`; if they are `open`, at any other word.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const options = <const T extends Readonly<Record<string, Args<unknown>>>>(
  table: T,
  settings: { readonly stop?: ReadonlyArray<string>; readonly open?: true } = {}
): Args<Merged<TypeOf<T[keyof T]>>> => {
  const entries = Object.entries(table)
  const prefixes = entries.filter(([key]) => key.endsWith("("))
  return {
    fields: mergeFields(Object.values(table)),
    parse: (cursor, into) => {
      for (;;) {
        const text = cursor.word
        if (text === undefined || settings.stop?.includes(text) === true) return true
        const part = Object.hasOwn(table, text) ? table[text] : prefixes.find(([key]) => text.startsWith(key))?.[1]
        if (part === undefined && settings.open === true) return true
        if (part === undefined) return cursor.fail(`one of ${entries.map(([key]) => key).join(", ")}`)
        const own: Draft = {}
        if (!part.parse(cursor, own)) return false
        merge(own, into, cursor, part)
      }
    },
    print: (from, printer) => {
      for (const [, part] of entries) attemptPrint(part, from, printer)
      return true
    }
  }
}

/**
 * The parts as an object of their own under `field`.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const object = <const F extends string, A>(field: F, part: Args<A>): Args<Only<F, A>> => ({
  fields: [{ name: field, type: "object", fields: part.fields }],
  parse: (cursor, into) => {
    const own: Draft = {}
    if (!part.parse(cursor, own)) return false
    into[field] = own
    return true
  },
  print: (from, printer) => {
    const own = from[field]
    return typeof own === "object" && own !== null && part.print(own as Draft, printer)
  }
})

/**
 * One word of the form `name(argument,…)rest`, whose parts are described as words of their own.
 *
 * **Details**
 *
 * `split` takes the word apart, `join` puts it together from the printed parts.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const within = <A>(
  split: (text: string) => ReadonlyArray<string> | undefined,
  join: (parts: ReadonlyArray<string>) => string,
  part: Args<A>,
  expected: string
): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    const parts = cursor.word === undefined ? undefined : split(cursor.word)
    if (parts === undefined) return cursor.fail(expected)
    const inner = new Cursor(parts, 0, cursor.version)
    if (!part.parse(inner, into) || !inner.done) return cursor.fail(expected)
    if (inner.lossy) cursor.lossy = true
    if (inner.opaque) cursor.opaque = true
    cursor.at++
    return true
  },
  print: (from, printer) => {
    const inner: Printer = { words: [], version: printer.version }
    if (!part.print(from, inner)) return false
    printer.words.push(join(inner.words))
    return true
  }
})

/**
 * A part that exists only in some versions.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const versioned = <A>(
  range: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion },
  part: Args<A>
): Args<A> => ({
  fields: part.fields.map((field) => ({ ...field, ...range })),
  parse: (cursor, into) =>
    versionIn(cursor.version, range) ? part.parse(cursor, into) : cursor.fail(describeRange(cursor.version, range)),
  print: (from, printer) => versionIn(printer.version, range) && part.print(from, printer)
})

/**
 * What becomes of a line with words that the API has no field for: "lost", its fields show the rest; "opaque", it has no model and
 * stands behind the others; "placed", it has no model and stands among the others.
 *
 * @category descriptions
 * @since 0.1.0
 */
export type Otherwise = "lost" | "opaque" | "placed"

/**
 * A part that HAProxy may know in every version, while the Data Plane API has fields for it only in some.
 *
 * **Details**
 *
 * Outside of the range the words are understood without setting fields.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const modelled = <A>(
  range: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion },
  part: Args<A>,
  otherwise: Otherwise = "opaque"
): Args<A> => ({
  fields: part.fields.map((field) => ({ ...field, ...range })),
  parse: (cursor, into) => {
    if (versionIn(cursor.version, range)) return part.parse(cursor, into)
    return skip(part, cursor, otherwise)
  },
  print: (from, printer) => versionIn(printer.version, range) && part.print(from, printer)
})

/** Understands words without setting fields. */
const skip = (part: Args<unknown>, cursor: Cursor, otherwise: Otherwise): boolean => {
  const { lossy, opaque, placed } = cursor
  if (!part.parse(cursor, {})) return false
  cursor.lossy = lossy || otherwise === "lost"
  cursor.opaque = opaque || otherwise !== "lost"
  cursor.placed = placed || otherwise === "placed"
  return true
}

/**
 * Words that HAProxy knows and the Data Plane API has no field for in any version.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const unmodelled = (part: Args<unknown>, otherwise: Otherwise = "opaque"): Args<Nothing> => ({
  fields: [],
  parse: (cursor) => skip(part, cursor, otherwise),
  print: () => false
})

const describeRange = (
  version: HaproxyVersion,
  { since, until }: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion }
): string =>
  since !== undefined && compareVersions(version, since) < 0
    ? `something HAProxy ${version} knows (this came with ${since})`
    : `something HAProxy ${version} knows (this went after ${until})`

/** The fields of several parts: one entry a name, with all values it may have. */
export const mergeFields = (parts: ReadonlyArray<{ readonly fields: ReadonlyArray<Field> }>): ReadonlyArray<Field> => {
  const fields = new Map<string, Field>()
  for (const field of parts.flatMap((part) => part.fields)) {
    const known = fields.get(field.name)
    const values =
      known?.values === undefined || field.values === undefined
        ? undefined
        : [...new Set([...known.values, ...field.values])]
    const { since, until, values: _, ...base } = { ...known, ...field, ...eitherRange(known ?? field, field) }
    const inner = [...(known?.fields ?? []), ...(field.fields ?? [])]
    fields.set(field.name, {
      ...base,
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(known === undefined
        ? field.values === undefined
          ? {}
          : { values: field.values }
        : values === undefined
          ? {}
          : { values }),
      ...(inner.length === 0 ? {} : { fields: mergeFields(inner.map((one) => ({ fields: [one] }))) })
    })
  }
  return [...fields.values()]
}

/** The versions that have a field where either of two parts has it. */
const eitherRange = (
  a: Field,
  b: Field
): { readonly since: HaproxyVersion | undefined; readonly until: HaproxyVersion | undefined } => ({
  since:
    a.since === undefined || b.since === undefined
      ? undefined
      : compareVersions(a.since, b.since) < 0
        ? a.since
        : b.since,
  until:
    a.until === undefined || b.until === undefined
      ? undefined
      : compareVersions(a.until, b.until) > 0
        ? a.until
        : b.until
})

/** All words that are left as a condition: the braces of the tests in it have to be closed. */
const test: Args<Only<"cond_test", string>> = {
  fields: [{ name: "cond_test", type: "string" }],
  parse: (cursor, into) => {
    const start = cursor.at
    for (let open = false; ; cursor.at++) {
      const { word } = cursor
      if (word === undefined) {
        if (open || cursor.at === start) return cursor.fail(open ? '"}"' : "a condition")
        into["cond_test"] = cursor.words.slice(start).join(" ")
        return true
      }
      if (open) open = unquote(word) !== "}"
      else open = unquote(word).replace(/^!+/, "") === "{"
    }
  },
  print: (from, printer) => word("cond_test").print(from, printer)
}

/**
 * `if CONDITION` or `unless CONDITION`.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const mandatoryCondition = sequence(choice(flag("if", "cond", "if"), flag("unless", "cond", "unless")), test)

/**
 * `if CONDITION` or `unless CONDITION`, which may be absent. HAProxy passes over `if` alone, and the API takes no such line.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const condition = optional(choice(mandatoryCondition, unmodelled(choice(literal("if"), literal("unless")))))
