import type { ApiVersion } from "../../api/ApiVersion.ts"
import type { Draft, Field } from "../../grammar/Args.ts"
import { versionIn } from "../../text/HaproxyVersion.ts"
import { haproxyOf } from "../../api/ApiVersion.ts"
import { patternOf, rulesOf } from "./bodyRules.ts"
import { valuesOf } from "./bodyValues.ts"
import { type Dialect } from "./Dialect.ts"

/** What is known of a resource's body. */
export interface Shape {
  /** The name under which rules for it are kept. */
  readonly resource: string
  /** What the server calls the type. */
  readonly type: string
  readonly fields: ReadonlyArray<Field>
}

type Kind = "string" | "number" | "bool" | "object" | "array"

const kindOf = (value: unknown): Kind =>
  Array.isArray(value)
    ? "array"
    : typeof value === "boolean"
      ? "bool"
      : typeof value === "number"
        ? "number"
        : typeof value === "string"
          ? "string"
          : "object"

const wanted: Readonly<Record<Field["type"], Kind>> = {
  string: "string",
  integer: "number",
  duration: "number",
  size: "number",
  boolean: "bool",
  strings: "array",
  list: "array",
  object: "object",
  map: "object"
}

const goTypes: Readonly<Record<Kind, string>> = {
  string: "string",
  number: "int64",
  bool: "bool",
  array: "[]string",
  object: "map[string]interface {}"
}

/**
 * Reads the body of a request: JSON of the right types, without the fields nobody knows, and with what is required.
 *
 * @since 0.1.0
 */
export class BodyReader {
  readonly #api: ApiVersion
  readonly #dialect: Dialect

  constructor(api: ApiVersion, dialect: Dialect) {
    this.#api = api
    this.#dialect = dialect
  }

  #parse(text: string): unknown {
    if (text === "") throw this.#dialect.noBody()
    try {
      return JSON.parse(text) as unknown
    } catch {
      throw this.#dialect.brokenBody(text)
    }
  }

  /** An object. */
  item(text: string, shape: Shape): Draft {
    const value = this.#parse(text)
    if (value === null && !this.#dialect.pathFirst) throw this.#dialect.wrongShape(text, "", wholeType(shape.type))
    if (kindOf(value) !== "object") {
      throw this.#dialect.wrongShape(
        text,
        `cannot unmarshal ${kindOf(value)} into Go value of type models.${shape.type}`,
        wholeType(shape.type)
      )
    }
    const item = this.#typed((value ?? {}) as Draft, shape.fields, text, shape.type)
    this.#check(item, shape, "")
    return this.#lean(item, shape)
  }

  /** An array of objects. */
  list(text: string, shape: Shape): ReadonlyArray<Draft> {
    const value = this.#parse(text) ?? []
    if (!Array.isArray(value)) {
      throw this.#dialect.wrongType(
        text,
        `cannot unmarshal ${kindOf(value)} into Go value of type []*models.${shape.type}`
      )
    }
    const items = value.map((item: unknown) => {
      if (kindOf(item) !== "object" || item === null) {
        throw this.#dialect.wrongType(
          text,
          `cannot unmarshal ${kindOf(item)} into Go value of type models.${shape.type}`
        )
      }
      return this.#typed(item as Draft, shape.fields, text, shape.type)
    })
    items.forEach((item, index) => this.#check(item, shape, `${index}.`))
    return items.map((item) => this.#lean(item, shape))
  }

  /** Keeps the fields that are known, in their types; what is null is absent. */
  #typed(value: Draft, fields: ReadonlyArray<Field>, text: string, type: string): Draft {
    const known = new Map(
      fields.filter((field) => versionIn(haproxyOf(this.#api), field)).map((field) => [field.name, field])
    )
    const typed: Draft = {}
    for (const [name, given] of Object.entries(value)) {
      const field = known.get(name)
      if (field === undefined || given === null || given === undefined) continue
      if (kindOf(given) !== wanted[field.type]) {
        throw this.#dialect.wrongType(
          text,
          `cannot unmarshal ${kindOf(given)} into Go struct field ${goFieldOf(field, type)}`
        )
      }
      const kept = this.#inner(given, field, text)
      if (kept !== undefined) typed[name] = kept
    }
    return typed
  }

  #inner(given: unknown, field: Field, text: string): unknown {
    if (field.type === "list") {
      const list = given as ReadonlyArray<unknown>
      if (list.length === 0) return undefined
      return field.fields === undefined
        ? list
        : list.map((item) => this.#typed(item as Draft, field.fields ?? [], text, ""))
    }
    if (field.type === "map") {
      const items = Object.entries(given as Draft)
      if (items.length === 0) return undefined
      return Object.fromEntries(
        items.map(([key, item]) => [key, this.#typed(item as Draft, field.fields ?? [], text, "")])
      )
    }
    if (field.type === "object" && field.fields !== undefined && field.name !== "metadata") {
      return this.#typed(given as Draft, field.fields, text, "")
    }
    return given
  }

  /** Leaves out what is empty: in the server's types it is the same as absent, but for what has to be there. */
  #lean(item: Draft, { resource }: Shape): Draft {
    const kept = words(rulesOf(resource, this.#api).present ?? "")
    return Object.fromEntries(
      Object.entries(item).filter(([name, value]) => (value !== "" && value !== false) || kept.includes(name))
    )
  }

  #check(item: Draft, shape: Shape, prefix: string): void {
    const { fits = {}, present = "", required = "" } = rulesOf(shape.resource, this.#api)
    const problems: Array<{ readonly name: string; readonly message: string; readonly code: number }> = []
    const report = (name: string, what: string, code: number) => {
      if (!problems.some((problem) => problem.name === name)) {
        problems.push({ name, message: `${prefix}${name} in body ${what}`, code })
      }
    }
    const absent = (name: string) => item[name] === undefined || item[name] === ""
    for (const name of words(required)) if (absent(name)) report(name, "is required", 602)
    for (const name of words(present)) if (item[name] === undefined) report(name, "is required", 602)
    for (const [fit, names] of Object.entries(fits)) {
      for (const name of words(names)) {
        const value = item[name]
        if (typeof value === "string" && (value !== "" || words(present).includes(name))) {
          const pattern = patternOf(fit, this.#api)
          if (pattern !== undefined && !new RegExp(pattern).test(value)) report(name, `should match '${pattern}'`, 605)
        } else if (typeof value === "number") this.#range(fit, value, (what, code) => report(name, what, code))
      }
    }
    for (const field of shape.fields) {
      const value = item[field.name]
      if (typeof value !== "string" && typeof value !== "number") continue
      const values = valuesOf(shape.resource, field, this.#api)
      if (values === undefined || values.includes(String(value))) continue
      report(field.name, `should be one of [${values.join(" ")}]`, 606)
    }
    for (const { fields, name, type } of shape.fields) {
      const value = item[name]
      if (value === undefined || fields === undefined || (type !== "list" && type !== "map")) continue
      const inner: Shape = { resource: name, type: "", fields }
      for (const [key, one] of Object.entries(value as Draft))
        this.#check(one as Draft, inner, `${prefix}${name}.${key}.`)
    }
    if (problems.length === 0) return
    throw this.#dialect.unfit(problems.toSorted((a, b) => (a.name < b.name ? -1 : 1)))
  }

  #range(fit: string, value: number, report: (what: string, code: number) => void): void {
    const [low = "", high = ""] = fit.split("..")
    if (low !== "" && value < Number(low)) report(`should be greater than or equal to ${low}`, 609)
    else if (high !== "" && value > Number(high)) report(`should be less than or equal to ${high}`, 608)
  }
}

/** The field as the decoder calls it: children are fields of a type without a name. */
const goFieldOf = ({ name, type }: Field, owner: string): string => {
  if (type !== "map") return `${owner}.${name} of type ${goTypes[wanted[type]]}`
  const item = name
    .replace(/entries$/, "entry")
    .replace(/s$/, "")
    .replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return `.${name} of type map[string]models.${item}`
}

/** A body may hold a section's children too; then its type has another name. */
const wholeType = (type: string): string => type.replace(/Base$/, "")

const words = (text: string): ReadonlyArray<string> => (text === "" ? [] : text.split(" "))
