import { Schema } from "effect"
import type { CompareOptions } from "../diff/Comparator.ts"
import type { Operation } from "../diff/Operation.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import { type Deletion, deletionsOf } from "./deletions.ts"
import type { Refusal } from "./Hazards.ts"
import { listed } from "./listed.ts"
import { withinOwnership } from "./Ownership.ts"
import { coveredBy, unknownKinds } from "./SectionPattern.ts"

/**
 * What a plan may touch and delete.
 *
 * **When to use**
 *
 * Give it to `plan` or to the synchronizer where several teams share a server, and wherever a desired configuration is generated and
 * may come out incomplete.
 *
 * **Details**
 *
 * - `own`: patterns of the sections that the desired configuration speaks for. All others stay as they are, byte for byte. Absent: all
 *   sections are owned.
 * - `maxDeletes`: how many deletions are allowed. A deleted section counts once, whatever is in it; in sections that stay, servers,
 *   binds, users and whatever else has a name count; rules and other items of lists, and fields, don't. Absent: there is no limit, but an
 *   empty desired configuration is refused.
 * - `protect`: patterns of the sections that may not be deleted, and in which neither something named nor an item of a list may be. Their
 *   fields may change.
 *
 * Patterns are those of {@link coveredBy}. A plan that violates a guard is refused as a whole.
 *
 * @category guards
 * @since 0.1.0
 */
export const Guards = Schema.Struct({
  own: Schema.optionalKey(Schema.Array(Schema.String)),
  maxDeletes: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  protect: Schema.optionalKey(Schema.Array(Schema.String))
})

/**
 * What a plan may touch and delete.
 *
 * @category guards
 * @since 0.1.0
 */
export type Guards = typeof Guards.Type

/** What guards make of a desired configuration. */
export interface Guarded {
  readonly desired: StructuredConfig
  readonly notices: ReadonlyArray<string>
  /** What the operations that lead there violate. */
  readonly refusalsOf: (operations: ReadonlyArray<Operation>) => ReadonlyArray<Refusal>
}

/** Returns the configuration that is planned for under guards, and how its operations are judged. */
export const guarded = (
  current: StructuredConfig,
  wanted: StructuredConfig,
  guards: Guards,
  options: CompareOptions = {}
): Guarded => {
  const { desired, notices, refusals } = withinOwnership(current, wanted, guards.own, options)
  return {
    desired,
    notices,
    refusalsOf: (operations) => [
      ...unknownKinds([...(guards.own ?? []), ...(guards.protect ?? [])]),
      ...refusals,
      ...deletionRefusals(deletionsOf(operations, current, desired), guards, wanted.sections.length === 0)
    ]
  }
}

const deletes = (count: number): string => `${count} delete${count === 1 ? "" : "s"}`

const deletionRefusals = (
  deletions: ReadonlyArray<Deletion>,
  { maxDeletes, protect = [] }: Guards,
  empty: boolean
): ReadonlyArray<Refusal> => {
  const isProtected = coveredBy(protect)
  const forbidden = deletions.filter(({ section }) => isProtected(section))
  const counted = deletions.filter((one) => one.counts)
  return [
    ...(forbidden.length === 0
      ? []
      : [
          {
            guard: "protect" as const,
            reason: `what is protected would be deleted: ${listed(forbidden.map(({ what }) => what))}`,
            hint: "put it back into the desired configuration, or take its pattern out of those that are protected"
          }
        ]),
    ...(maxDeletes === undefined || counted.length <= maxDeletes
      ? []
      : [
          {
            guard: "max-deletes" as const,
            reason: `the plan deletes ${counted.length}, and ${maxDeletes} ${maxDeletes === 1 ? "is" : "are"} allowed: ${listed(counted.map(({ what }) => what))}`,
            hint: `check that the desired configuration is complete; if this is meant, allow ${deletes(counted.length)}`
          }
        ]),
    ...(empty && maxDeletes === undefined && deletions.length > 0
      ? [
          {
            guard: "empty" as const,
            reason: "the desired configuration is empty; this would delete everything",
            hint: `check what it was made from; if this is meant, allow ${deletes(counted.length)}`
          }
        ]
      : [])
  ]
}
