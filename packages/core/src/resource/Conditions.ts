/**
 * Conditions: what is true about an object right now, in a form that people, `kubectl wait` and other tools understand.
 *
 * @since 0.1.0
 */
import { Effect, Schema } from "effect"
import * as StructuralSchema from "./StructuralSchema.ts"
import * as Timestamp from "./Timestamp.ts"

/**
 * A condition, as Kubernetes defines it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Condition = Schema.Struct({
  type: Schema.String.annotate({ description: "What the condition is about, in CamelCase." }).check(
    Schema.isMinCodePoints(1),
    Schema.isMaxCodePoints(316)
  ),
  status: Schema.Literals(["True", "False", "Unknown"]).annotate({ description: "Whether it is true." }),
  reason: Schema.String.annotate({ description: "Why, in one CamelCase word that programs can read." }).check(
    Schema.isPattern(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/u),
    Schema.isMaxCodePoints(1024)
  ),
  message: Schema.String.annotate({ description: "Why, for people." }).check(Schema.isMaxCodePoints(32768)),
  lastTransitionTime: Schema.String.annotate({ description: "When the status last became another." }),
  observedGeneration: Schema.optionalKey(
    Schema.Int.annotate({ description: "The generation that was looked at." }).check(Schema.isGreaterThanOrEqualTo(0))
  )
})

/**
 * A condition, as Kubernetes defines it.
 *
 * @category models
 * @since 0.1.0
 */
export type Condition = typeof Condition.Type

/**
 * The conditions of an object, at most one of each type.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Conditions = Schema.Array(Condition).check(StructuralSchema.uniqueBy("type"))

/**
 * The conditions of an object, at most one of each type.
 *
 * @category models
 * @since 0.1.0
 */
export type Conditions = typeof Conditions.Type

/**
 * What one says about a condition; when it last changed is worked out.
 *
 * @category models
 * @since 0.1.0
 */
export type Finding = Omit<Condition, "lastTransitionTime">

/**
 * Returns the condition of a type.
 *
 * @category queries
 * @since 0.1.0
 */
export const get = (conditions: Conditions | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type)

/**
 * Reports whether a condition is there and true.
 *
 * @category queries
 * @since 0.1.0
 */
export const isTrue = (conditions: Conditions | undefined, type: string): boolean =>
  get(conditions, type)?.status === "True"

/**
 * Brings conditions up to date.
 *
 * **Details**
 *
 * `lastTransitionTime` moves only when the status of a condition flips. New types are added at the end, the others keep
 * their place. When nothing changed, the very same array is returned, so that a caller can tell by identity that there is
 * nothing to write.
 *
 * @category updating
 * @since 0.1.0
 */
export const set = (conditions: Conditions | undefined, findings: ReadonlyArray<Finding>): Effect.Effect<Conditions> =>
  Effect.map(Timestamp.now, (now) =>
    findings.reduce<Conditions>((all, finding) => setOne(all, finding, now), conditions ?? [])
  )

const setOne = (conditions: Conditions, finding: Finding, now: string): Conditions => {
  const before = get(conditions, finding.type)
  if (before === undefined) return [...conditions, { ...finding, lastTransitionTime: now }]
  const after = {
    ...finding,
    lastTransitionTime: before.status === finding.status ? before.lastTransitionTime : now
  }
  const unchanged =
    before.status === after.status &&
    before.reason === after.reason &&
    before.message === after.message &&
    before.observedGeneration === after.observedGeneration
  return unchanged ? conditions : conditions.map((condition) => (condition === before ? after : condition))
}

/**
 * Sums conditions up into one: true when all are true, else the first that is false, else the first that is unknown or
 * absent.
 *
 * @category summaries
 * @since 0.1.0
 */
export const summarize = (
  findings: ReadonlyArray<Finding>,
  options: {
    readonly type: string
    readonly of: ReadonlyArray<string>
    readonly reason: string
    readonly message: string
    readonly observedGeneration: number
  }
): Finding => {
  const { type, observedGeneration } = options
  const parts = options.of.map(
    (part) =>
      findings.find((finding) => finding.type === part) ?? {
        type: part,
        status: "Unknown" as const,
        reason: `${part}Unknown`,
        message: `${part} was not looked at yet`
      }
  )
  const worst = parts.find(({ status }) => status === "False") ?? parts.find(({ status }) => status === "Unknown")
  return worst === undefined
    ? { type, status: "True", reason: options.reason, message: options.message, observedGeneration }
    : { type, status: worst.status, reason: worst.reason, message: worst.message, observedGeneration }
}
