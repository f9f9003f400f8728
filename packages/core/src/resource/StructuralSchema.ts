/**
 * Structural schemas: what Kubernetes is told about the values of a kind, worked out from an Effect schema.
 *
 * Kubernetes understands a part of OpenAPI v3 that is called structural. A schema of ours is walked once. What it can't say
 * structurally is an error that names the place, never a silent loss: the server would accept what we refuse.
 *
 * @since 0.1.0
 */
import { Result, Schema } from "effect"
import { celKey, listMapKey } from "./StructuralSchema/annotations.ts"
import { walk } from "./StructuralSchema/walk.ts"

/**
 * A structural schema, as it stands in a CustomResourceDefinition.
 *
 * @category models
 * @since 0.1.0
 */
export interface StructuralSchema {
  readonly type?: "array" | "boolean" | "integer" | "number" | "object" | "string"
  readonly description?: string
  readonly nullable?: true
  readonly default?: Schema.Json
  readonly enum?: ReadonlyArray<Schema.Json>
  readonly properties?: { readonly [field: string]: StructuralSchema }
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: StructuralSchema
  readonly items?: StructuralSchema
  readonly minimum?: number
  readonly exclusiveMinimum?: true
  readonly maximum?: number
  readonly exclusiveMaximum?: true
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly minItems?: number
  readonly maxItems?: number
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly allOf?: ReadonlyArray<{ readonly pattern: string } | { readonly multipleOf: number }>
  readonly "x-kubernetes-int-or-string"?: true
  readonly "x-kubernetes-list-type"?: "map" | "set"
  readonly "x-kubernetes-list-map-keys"?: ReadonlyArray<string>
  readonly "x-kubernetes-preserve-unknown-fields"?: true
  readonly "x-kubernetes-validations"?: ReadonlyArray<Validation>
}

/**
 * A rule in CEL, and what is said when it is broken.
 *
 * @category models
 * @since 0.1.0
 */
export interface Validation {
  readonly rule: string
  readonly message: string
}

/**
 * A schema says something that Kubernetes has no words for.
 *
 * @category errors
 * @since 0.1.0
 */
export class StructuralSchemaError extends Schema.TaggedError<StructuralSchemaError>()("StructuralSchemaError", {
  problems: Schema.Array(Schema.Struct({ path: Schema.String, problem: Schema.String }))
}) {
  override get message(): string {
    const problems = this.problems.map(({ path, problem }) => `${path}: ${problem}`).join("; ")
    return `the schema can't be told to Kubernetes: ${problems}`
  }
}

/**
 * Works out the structural schema of what a schema encodes to, or lists everything that can't be said, with its path.
 *
 * **When to use**
 *
 * To declare a kind to Kubernetes use `CustomResourceDefinition.make`, which calls this for spec and status.
 *
 * **Details**
 *
 * - Structs, records, arrays, strings, finite numbers, integers, booleans, literals, and `NullOr` of them.
 * - A union of structs told apart by one literal field becomes one object with a rule for each case; a union of string and
 *   integer becomes `x-kubernetes-int-or-string`.
 * - Optional fields are those of `Schema.optionalKey`. A default of `Schema.withDecodingDefaultKey` becomes a `default`.
 * - Checks become keywords where the two mean exactly the same; patterns are rewritten to the syntax of RE2. A check of
 *   your own needs its counterpart in CEL: see `rule`.
 * - `isUnique` makes a set, `uniqueBy` a map of a list.
 * - Descriptions become the texts of `kubectl explain`.
 *
 * **Gotchas**
 *
 * - Strings are counted in code points by the server: use `isMaxCodePoints`, not `isMaxLength`.
 * - For a field that may not be null, the server reads null as if the field were absent; our codec refuses it.
 * - Kubernetes merges sets and maps of lists entry by entry when they are applied; the local stores take a list of a spec
 *   as a whole.
 *
 * **Example** (A schema and what Kubernetes is told)
 *
 * ```ts
 * import { StructuralSchema } from "@lockstep/core"
 * import { Schema } from "effect"
 *
 * const told = StructuralSchema.make(Schema.Struct({ size: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)) }))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  schema: Schema.Constraint,
  root = "spec"
): Result.Result<StructuralSchema, StructuralSchemaError> => {
  const problems: Array<{ readonly path: string; readonly problem: string }> = []
  const told = walk(Schema.toCodecJson(schema).ast, root, (path, problem) => problems.push({ path, problem }))
  return problems.length === 0 ? Result.succeed(told) : Result.fail(new StructuralSchemaError({ problems }))
}

/**
 * Creates a check of our own together with its counterpart in CEL, so that both sides refuse the same.
 *
 * **Gotchas**
 *
 * Kubernetes estimates what a rule costs: strings, arrays and records that a rule looks into need an upper bound.
 *
 * **Example** (Two fields that belong together)
 *
 * ```ts
 * import { StructuralSchema } from "@lockstep/core"
 * import { Schema } from "effect"
 *
 * const Range = Schema.Struct({ from: Schema.Int, to: Schema.Int }).check(
 *   StructuralSchema.rule({
 *     cel: "self.from <= self.to",
 *     message: "a range ends where it begins or later",
 *     holds: ({ from, to }) => from <= to
 *   })
 * )
 * ```
 *
 * @category checks
 * @since 0.1.0
 */
export const rule = <T>(options: {
  readonly cel: string
  readonly message: string
  readonly holds: (value: T) => boolean
}) =>
  Schema.makeFilter<T>((value) => (options.holds(value) ? undefined : options.message), {
    [celKey]: { rule: options.cel, message: options.message }
  })

/**
 * Creates the check that no two entries of a list are equal in some fields; Kubernetes then merges the list by them.
 *
 * **Example** (Conditions, at most one of each type)
 *
 * ```ts
 * import { StructuralSchema } from "@lockstep/core"
 * import { Schema } from "effect"
 *
 * const Conditions = Schema.Array(Schema.Struct({ type: Schema.String, status: Schema.String })).check(
 *   StructuralSchema.uniqueBy("type")
 * )
 * ```
 *
 * @category checks
 * @since 0.1.0
 */
export const uniqueBy = <const Field extends string>(...fields: readonly [Field, ...ReadonlyArray<Field>]) =>
  Schema.makeFilter<ReadonlyArray<{ readonly [F in Field]?: string | number | boolean }>>(
    (entries) =>
      new Set(entries.map((entry) => JSON.stringify(fields.map((field) => entry[field])))).size === entries.length
        ? undefined
        : `Expected no two entries with the same ${fields.join(" and ")}`,
    { [listMapKey]: fields }
  )
