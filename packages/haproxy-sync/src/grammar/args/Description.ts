import { type HaproxyVersion } from "../../text/HaproxyVersion.ts"

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
  /** False where the API has no field for the words in any version. */
  readonly modelled?: false
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
  readonly min?: number
  readonly max?: number
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

const oneOf = "one of "

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
  #expected: Array<string> | undefined

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

  /** What was expected there. */
  get expected(): string {
    const expected = this.#expected ?? []
    const values = expected.filter((one) => one.startsWith(oneOf)).map((one) => one.slice(oneOf.length))
    const others = expected.filter((one) => !one.startsWith(oneOf))
    const all = values.length === 0 ? others : [`${oneOf}${values.join(", ")}`, ...others]
    return all.length < 2 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`
  }

  /** Notes that the line is understood though it has no model; always false, so that it can be returned. */
  pass(): false {
    this.failedAt = -1
    return false
  }

  /** Notes what was expected here; always false, so that it can be returned. */
  fail(expected: string): false {
    if (this.at > this.failedAt) {
      this.failedAt = this.at
      this.#expected = [expected]
    } else if (this.at === this.failedAt && this.#expected?.includes(expected) === false) this.#expected.push(expected)
    return false
  }
}

type Keys<U> = U extends unknown ? keyof U : never

type Value<U, K extends PropertyKey> = U extends unknown ? (K extends keyof U ? U[K] : never) : never

/** The type of a description's fields. */
export type TypeOf<T> = T extends { readonly Type?: infer A }
  ? unknown extends A
    ? never
    : Exclude<A, undefined>
  : never

/** One type with the fields of all parts. */
export type Merged<U> = { readonly [K in Keys<U>]?: Exclude<Value<U, K>, undefined> }

export type Only<F extends string, T> = { readonly [K in F]?: T }

/** No fields: words that mean what they say. */
export type Nothing = object
