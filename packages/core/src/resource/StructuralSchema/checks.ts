import { Predicate, Result, Schema, type SchemaAST } from "effect"
import type { StructuralSchema, Validation } from "../StructuralSchema.ts"
import { celKey, listMapKey } from "./annotations.ts"
import { toRe2 } from "./re2.ts"

/** A structural schema while it is being built. */
export type Draft = { -readonly [Keyword in keyof StructuralSchema]: StructuralSchema[Keyword] }

/** Says what can't be said structurally. */
export type Refuse = (problem: string) => void

/** Tells what the checks of a schema demand, in the keywords of its structural schema. */
export const addChecks = (draft: Draft, checks: SchemaAST.Checks | undefined, refuse: Refuse): void => {
  for (const check of checks ?? []) addCheck(draft, check, refuse)
}

const addCheck = (draft: Draft, check: SchemaAST.Check<unknown>, refuse: Refuse): void => {
  const annotations = check.annotations ?? {}
  const cel = annotations[celKey]
  const mapKeys = annotations[listMapKey]
  if (isValidation(cel)) {
    draft["x-kubernetes-validations"] = [...(draft["x-kubernetes-validations"] ?? []), cel]
  } else if (isFields(mapKeys)) {
    addListMap(draft, mapKeys, refuse)
  } else if (check._tag === "FilterGroup") {
    for (const inner of check.checks) addCheck(draft, inner, refuse)
  } else {
    const fragment = fragmentOf(draft, annotations)
    if (fragment === undefined) refuse(unsayable(annotations))
    else addFragment(draft, fragment, refuse)
  }
}

const isValidation = Schema.is(Schema.Struct({ rule: Schema.String, message: Schema.String })) satisfies (
  value: unknown
) => value is Validation

const isFields = Schema.is(Schema.Array(Schema.String))

/** The entries of a map are found by their keys, so that these must be there. */
const addListMap = (draft: Draft, keys: ReadonlyArray<string>, refuse: Refuse): void => {
  const entry = draft.items ?? {}
  const usable = keys.every((key) => {
    const { default: byDefault, type = "object" } = entry.properties?.[key] ?? {}
    const there = entry.required?.includes(key) === true || byDefault !== undefined
    return there && type !== "object" && type !== "array"
  })
  if (!usable) refuse(`entries can be told apart only by required fields that are no objects (${keys.join(", ")})`)
  draft["x-kubernetes-list-type"] = "map"
  draft["x-kubernetes-list-map-keys"] = keys
}

/** What the check itself says in JSON Schema, if that is exactly what it means. */
const fragmentOf = (draft: Draft, annotations: Schema.Annotations.Filter): Keywords | undefined => {
  const told = annotations.toJsonSchema?.({ type: draft.type, schemas: [] })
  return Predicate.isObject(told) && !Array.isArray(told) ? told : undefined
}

type Keywords = { readonly [keyword: string]: unknown }

const unsayable = ({ expected, representation }: Schema.Annotations.Filter): string =>
  hints[representation?.id ?? ""] ??
  `${typeof expected === "string" ? `'${expected}'` : "a check"} has no counterpart there; use StructuralSchema.rule, which takes one in CEL`

const hints: { readonly [id: string]: string } = {
  "effect/schema/isMinLength": "the server counts code points: use isMinCodePoints",
  "effect/schema/isMaxLength": "the server counts code points: use isMaxCodePoints",
  "effect/schema/isBetweenLength": "the server counts code points: use isBetweenCodePoints",
  "effect/schema/isPattern": "a pattern must have the flag u, and no other"
}

const addFragment = (draft: Draft, fragment: Keywords, refuse: Refuse): void => {
  for (const [keyword, value] of Object.entries(fragment)) {
    const add = keywords[keyword]
    if (add === undefined) refuse(`'${keyword}' has no counterpart there; use StructuralSchema.rule`)
    else add(draft, value, refuse)
  }
}

type Add = (draft: Draft, value: unknown, refuse: Refuse) => void

type Bound =
  | "minimum"
  | "maximum"
  | "minLength"
  | "maxLength"
  | "minItems"
  | "maxItems"
  | "minProperties"
  | "maxProperties"

const tighter =
  (keyword: Bound, choose: (...values: ReadonlyArray<number>) => number): Add =>
  (draft, value) => {
    draft[keyword] = choose(Number(value), draft[keyword] ?? Number(value))
  }

/**
 * A bound that is no integer is said as a rule: the server cuts its fraction off before it compares a number that happens to
 * be whole.
 */
const addRule = (draft: Draft, operator: string, bound: number) => {
  const rule = { rule: `self ${operator} ${bound}`, message: `must be ${operator} ${bound}` }
  draft["x-kubernetes-validations"] = [...(draft["x-kubernetes-validations"] ?? []), rule]
}

const inclusive =
  (keyword: "minimum" | "maximum", exclusive: "exclusiveMinimum" | "exclusiveMaximum", sign: 1 | -1): Add =>
  (draft, value) => {
    const bound = Number(value)
    if (!Number.isInteger(bound)) return addRule(draft, sign === 1 ? ">=" : "<=", bound)
    const before = draft[keyword]
    if (before !== undefined && (before - bound) * sign >= 0) return
    draft[keyword] = bound
    delete draft[exclusive]
  }

const exclusive =
  (keyword: "minimum" | "maximum", flag: "exclusiveMinimum" | "exclusiveMaximum", sign: 1 | -1): Add =>
  (draft, value) => {
    const bound = Number(value)
    if (!Number.isInteger(bound)) return addRule(draft, sign === 1 ? ">" : "<", bound)
    const before = draft[keyword]
    if (before !== undefined && (before - bound) * sign > 0) return
    draft[keyword] = bound
    draft[flag] = true
  }

/** What holds no second value of a keyword is said once more under `allOf`. */
const once = (keyword: "pattern" | "multipleOf", draft: Draft, value: string | number) => {
  if (draft[keyword] === undefined) Object.assign(draft, { [keyword]: value })
  else Object.assign(draft, { allOf: [...(draft.allOf ?? []), { [keyword]: value }] })
}

const keywords: { readonly [keyword: string]: Add } = {
  type: (draft, value) => {
    if (value === "integer") draft.type = "integer"
  },
  minimum: inclusive("minimum", "exclusiveMinimum", 1),
  maximum: inclusive("maximum", "exclusiveMaximum", -1),
  exclusiveMinimum: exclusive("minimum", "exclusiveMinimum", 1),
  exclusiveMaximum: exclusive("maximum", "exclusiveMaximum", -1),
  minLength: tighter("minLength", Math.max),
  maxLength: tighter("maxLength", Math.min),
  minItems: tighter("minItems", Math.max),
  maxItems: tighter("maxItems", Math.min),
  minProperties: tighter("minProperties", Math.max),
  maxProperties: tighter("maxProperties", Math.min),
  multipleOf: (draft, value, refuse) => {
    if (Number.isInteger(value)) once("multipleOf", draft, Number(value))
    else refuse("the server can tell the multiples of integers only")
  },
  pattern: (draft, value, refuse) => {
    const pattern = toRe2(String(value))
    if (Result.isSuccess(pattern)) once("pattern", draft, pattern.success)
    else refuse(`the server's patterns have nothing that means just the same as '${pattern.failure}'; write it out`)
  },
  // The server knows some formats and checks them its own way; the pattern beside it says what is meant.
  format: () => undefined,
  uniqueItems: (draft, _, refuse) => {
    const { type = "object" } = draft.items ?? {}
    if (type === "object" || type === "array") refuse("only a list of plain values can be a set; use uniqueBy")
    draft["x-kubernetes-list-type"] = "set"
  },
  allOf: (draft, value, refuse) => {
    for (const fragment of Array.isArray(value) ? value : []) addFragment(draft, fragment, refuse)
  }
}
