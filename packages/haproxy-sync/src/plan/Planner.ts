import { Result } from "effect"
import { compare, type CompareOptions } from "../diff/Comparator.ts"
import { describe } from "../diff/describeOperation.ts"
import type { Operation } from "../diff/Operation.ts"
import { parse, type StructuredConfig } from "../model/StructuredConfig.ts"
import { type CostModel, measuredCosts, secondsOf, structuredPreference } from "./Cost.ts"
import { inDependencyOrder, type Ordered } from "./dependencies.ts"
import { sha256 } from "./digest.ts"
import { type Guards, guarded } from "./Guards.ts"
import { hazardsOf } from "./Hazards.ts"
import { listed } from "./listed.ts"
import type { Plan, PlannedOperation } from "./Plan.ts"
import { reloadCauses } from "./Runtime.ts"
import { simulate } from "./simulate.ts"
import { costOf, planned, requestsOf, structuredSteps } from "./steps.ts"

/**
 * How a plan is made.
 *
 * @category planning
 * @since 0.1.0
 */
export interface PlanOptions extends CompareOptions {
  /** What requests cost; see {@link measuredCosts}. */
  readonly costs?: CostModel
  /** What the plan may touch and delete. */
  readonly guards?: Guards
}

/**
 * Compares two configurations and decides how each difference travels to the server.
 *
 * **Details**
 *
 * Changes that HAProxy takes while it runs need no reload, if there are no others. The rest goes into one transaction: an item each,
 * a whole list where several of its items differ, a whole section where it is new. The whole text is sent where a difference has no
 * field in the Data Plane API, or where that is much cheaper by the cost model. The plan is proven before it is returned: carried out
 * on a copy, it gives the desired configuration. Where requests for parts would not, the whole text is sent.
 *
 * The requests of a transaction come in an order in which nothing is named before it is there, nor still named when it is gone; where
 * two changes need each other, so that no order is right, a notice tells.
 *
 * With an ownership among the guards, the plan leads to what {@link targetOf} answers, not to `wanted`.
 *
 * @see apply for carrying a plan out
 * @category planning
 * @since 0.1.0
 */
export const plan = (current: StructuredConfig, wanted: StructuredConfig, options: PlanOptions = {}): Plan => {
  const { desired, notices, refusalsOf } = guarded(current, wanted, options.guards ?? {}, options)
  const { operations, summary } = compare(current, desired, options)
  const hazards = operations.length === 0 ? [] : hazardsOf(desired, current)
  // Among sections of others a line has another number than in the text that people know.
  const told = desired === wanted ? hazards : hazards.map(({ line: _, ...refusal }) => refusal)
  const bytes = Math.max(current.document.text.length, desired.document.text.length)
  const world = { current, desired, costs: options.costs ?? measuredCosts, bytes, safe: hazards.length === 0 }
  const structured = decide(operations, world)
  // What the operations can't reach in parts, the text as a whole still carries.
  const { cycles = [], ...decision } = leads(structured, current, desired, options)
    ? structured
    : rawDecision(operations.map(asText), world)
  return {
    base: { sha256: sha256(current.document.text) },
    desired: { sha256: sha256(desired.document.text), text: desired.document.text },
    operations: decision.steps.flatMap((step): ReadonlyArray<PlannedOperation> => step.operations),
    summary,
    ...decision,
    refusals: [...refusalsOf(operations), ...told],
    notices: [...notices, ...cycleNotices(cycles)]
  }
}

/** What a decision depends on beside the operations. */
interface World {
  readonly current: StructuredConfig
  readonly desired: StructuredConfig
  readonly costs: CostModel
  /** The size of the configuration. */
  readonly bytes: number
  /** The text can be sent as a whole without losing its meaning. */
  readonly safe: boolean
}

const asText = (operation: Operation): Operation => ({
  onlyRaw: "in parts, the Data Plane API would lose something of its section, or the order of what is in it",
  ...operation
})

/**
 * Returns the text that `current` becomes when the plan to `desired`, its target, is carried out.
 *
 * @category planning
 * @since 0.1.0
 */
export const simulatePlan = (
  { steps }: Pick<Plan, "steps">,
  current: StructuredConfig,
  desired: StructuredConfig
): string => simulate(steps, current, desired)

/** Whether these steps lead to the desired configuration: a comparison with what they reach finds nothing more to do. */
const leads = (
  decision: Decision,
  current: StructuredConfig,
  desired: StructuredConfig,
  options: PlanOptions
): boolean => {
  const text = simulate(decision.steps, current, desired)
  if (text === desired.document.text) return true
  const reached = parse(text, { version: desired.version })
  return Result.isSuccess(reached) && compare(reached.success, desired, options).operations.length === 0
}

interface Decision extends Pick<Plan, "steps" | "forecast"> {
  readonly cycles?: Ordered["cycles"]
}

/** What is said of steps that need each other: it is no fault, since HAProxy sees what all of them lead to. */
const cycleNotices = (cycles: Ordered["cycles"]): ReadonlyArray<string> => {
  if (cycles.length === 0) return []
  const circles = cycles.map((steps) =>
    steps.flatMap(({ operations: [first] }) => (first === undefined ? [] : [describe(first)])).join(" ↔ ")
  )
  return [
    `each of these needs the other first, so they are only right together, as the transaction's end: ${listed(circles)}`
  ]
}

const decide = (operations: ReadonlyArray<Operation>, world: World): Decision => {
  const { bytes, costs, current, desired, safe } = world
  if (operations.length === 0) return { steps: [], forecast: { requests: 0, reloads: 0, seconds: 0 } }
  if (operations.some((one) => one.onlyRaw !== undefined)) return rawDecision(operations, world)
  if (operations.every((one) => reloadCauses(one).length === 0)) return runtimeDecision(operations, world)
  const steps = structuredSteps(operations, desired, costs, bytes)
  if (steps === undefined) return rawDecision(operations.map(asText), world)
  const seconds = secondsOf(costs.transaction, bytes) + costOf(steps, costs, bytes)
  // Begin and commit are requests too.
  const requests = 2 + steps.reduce((sum, step) => sum + requestsOf(step), 0)
  return safe && seconds > structuredPreference * secondsOf(costs.request.raw, bytes)
    ? rawDecision(operations, world)
    : { ...inDependencyOrder(steps, current, desired), forecast: { requests, reloads: 1, seconds } }
}

const rawDecision = (operations: ReadonlyArray<Operation>, { bytes, costs, desired }: World): Decision => ({
  steps: [
    { route: "raw", text: desired.document.text, operations: operations.map((operation) => planned(operation, "raw")) }
  ],
  forecast: { requests: 1, reloads: 1, seconds: secondsOf(costs.request.raw, bytes) }
})

/**
 * Each change alone, or the text once without a reload, and with it what the running HAProxy is told: whichever is cheaper. Only the
 * second way can store what is not in force at once.
 */
const runtimeDecision = (operations: ReadonlyArray<Operation>, { bytes, costs, desired, safe }: World): Decision => {
  const changes = operations.map((operation) => planned(operation, "runtime"))
  const direct = secondsOf(costs.direct, bytes, changes.length)
  const stored = secondsOf(costs.request.raw, bytes) + secondsOf(costs.request.runtime, bytes, changes.length)
  const deferring = changes.some(({ deferred }) => deferred !== undefined)
  return !deferring && (direct <= stored || !safe)
    ? {
        steps: changes.map((change) => ({ route: "runtime", store: "direct", operations: [change] })),
        forecast: { requests: changes.length, reloads: 0, seconds: direct }
      }
    : {
        steps: [{ route: "runtime", store: "raw", text: desired.document.text, operations: changes }],
        forecast: { requests: 1, reloads: 0, seconds: stored }
      }
}
