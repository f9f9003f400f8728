import { Result } from "effect"
import { compare, type CompareOptions } from "../diff/Comparator.ts"
import { describe, type Operation } from "../diff/Operation.ts"
import { isChildField } from "../diff/Vocabulary.ts"
import { source } from "../grammar/Line.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import { parse, type StructuredConfig } from "../model/StructuredConfig.ts"
import { type SectionKeyword } from "../text/SectionKind.ts"
import { type CostModel, measuredCosts, secondsOf, structuredPreference } from "./Cost.ts"
import { sha256 } from "./digest.ts"
import { hazardsOf } from "./Hazards.ts"
import type { Plan, PlannedOperation, Step } from "./Plan.ts"
import type { Route } from "./Route.ts"
import { reloadCauses } from "./Runtime.ts"
import { keyOf, simulate } from "./simulate.ts"

/**
 * How a plan is made.
 *
 * @category planning
 * @since 0.1.0
 */
export interface PlanOptions extends CompareOptions {
  /** What requests cost; see {@link measuredCosts}. */
  readonly costs?: CostModel
}

/**
 * Compares two configurations and decides how each difference travels to the server.
 *
 * **Details**
 *
 * Changes that HAProxy takes while it runs need no reload, if there are no others. The rest goes into one transaction: an item each,
 * a whole list where several of its items differ, a whole section where it is new. The whole text is sent where a difference has no
 * field in the Data Plane API, or where that is much cheaper by the cost model. The plan is proven before it is returned: carried out
 * on a copy, it gives the desired configuration.
 *
 * **Gotchas**
 *
 * A plan that fails its own proof is a defect of this library, and is thrown as one.
 *
 * @see apply for carrying a plan out
 * @category planning
 * @since 0.1.0
 */
export const plan = (current: StructuredConfig, desired: StructuredConfig, options: PlanOptions = {}): Plan => {
  const { operations, summary } = compare(current, desired, options)
  const costs = options.costs ?? measuredCosts
  const bytes = Math.max(current.document.text.length, desired.document.text.length)
  const structured = decide(operations, desired, costs, bytes)
  // Lines without a field can keep a section from being written in parts: then the text as a whole still carries it.
  const decision =
    leftBy(structured, current, desired, options) === undefined
      ? structured
      : rawDecision(operations.map(asText), desired, costs, bytes)
  const left = leftBy(decision, current, desired, options)
  if (left !== undefined)
    throw new Error(`the plan does not lead to the desired configuration: ${describe(left)} is left`)
  return {
    base: { sha256: sha256(current.document.text) },
    desired: { sha256: sha256(desired.document.text) },
    operations: decision.steps.flatMap((step): ReadonlyArray<PlannedOperation> => step.operations),
    summary,
    ...decision,
    refusals: operations.length === 0 ? [] : hazardsOf(desired)
  }
}

const asText = (operation: Operation): Operation => ({
  onlyRaw: "its section holds lines that have no field and whose order counts",
  ...operation
})

/**
 * Returns the text that `current` becomes when the plan to `desired` is carried out.
 *
 * @category planning
 * @since 0.1.0
 */
export const simulatePlan = (
  { steps }: Pick<Plan, "steps">,
  current: StructuredConfig,
  desired: StructuredConfig
): string => simulate(steps, current, predecessors(desired))

const predecessors = (desired: StructuredConfig): ReadonlyMap<string, string> => {
  let previous = ""
  return new Map(
    desired.sections.map(({ keyword, name }) => {
      const entry = [keyOf(keyword, name), previous] as const
      previous = keyOf(keyword, name)
      return entry
    })
  )
}

/** The first operation that would still be needed after these steps; undefined when they lead to the desired configuration. */
const leftBy = (
  decision: Decision,
  current: StructuredConfig,
  desired: StructuredConfig,
  options: PlanOptions
): Operation | undefined => {
  const text = simulatePlan(decision, current, desired)
  if (text === desired.document.text) return undefined
  const reached = Result.getOrThrow(parse(text, { version: desired.version }))
  return compare(reached, desired, options).operations[0]
}

type Decision = Pick<Plan, "steps" | "forecast">

const decide = (
  operations: ReadonlyArray<Operation>,
  desired: StructuredConfig,
  costs: CostModel,
  bytes: number
): Decision => {
  if (operations.length === 0) return { steps: [], forecast: { requests: 0, reloads: 0, seconds: 0 } }
  const raw = rawDecision(operations, desired, costs, bytes)
  if (operations.some((one) => one.onlyRaw !== undefined)) return raw
  if (operations.every((one) => reloadCauses(one).length === 0))
    return runtimeDecision(operations, desired, costs, bytes)
  const steps = structuredSteps(operations, desired)
  const requests = steps.reduce((sum, step) => sum + requestsOf(step), 0)
  const seconds =
    secondsOf(costs.transaction, bytes) +
    steps.reduce((sum, step) => sum + secondsOf(costs.request[step.route], bytes, requestsOf(step)), 0)
  return seconds > structuredPreference * raw.forecast.seconds && hazardsOf(desired).length === 0
    ? raw
    : { steps, forecast: { requests: requests + 2, reloads: 1, seconds } }
}

const requestsOf = (step: Step): number => (step.route === "section" && step.type === "replace" ? 2 : 1)

const planned = (operation: Operation, route: Route): PlannedOperation => {
  const causes = route === "runtime" ? [] : reloadCauses(operation)
  return { ...operation, route, reload: causes.length > 0 || route === "raw", reloadBecause: causes }
}

const rawDecision = (
  operations: ReadonlyArray<Operation>,
  desired: StructuredConfig,
  costs: CostModel,
  bytes: number
): Decision => ({
  steps: [
    { route: "raw", text: desired.document.text, operations: operations.map((operation) => planned(operation, "raw")) }
  ],
  forecast: { requests: 1, reloads: 1, seconds: secondsOf(costs.request.raw, bytes) }
})

/** Each change alone, or the text once without a reload and then the running HAProxy, whichever is cheaper. */
const runtimeDecision = (
  operations: ReadonlyArray<Operation>,
  desired: StructuredConfig,
  costs: CostModel,
  bytes: number
): Decision => {
  const changes = operations.map((operation) => planned(operation, "runtime"))
  const direct = secondsOf(costs.direct, bytes, changes.length)
  const stored = secondsOf(costs.request.raw, bytes) + secondsOf(costs.request.runtime, bytes, changes.length)
  return direct <= stored || hazardsOf(desired).length > 0
    ? {
        steps: changes.map((change) => ({ route: "runtime", store: "direct", operations: [change] })),
        forecast: { requests: changes.length, reloads: 0, seconds: direct }
      }
    : {
        steps: [{ route: "runtime", store: "raw", text: desired.document.text, operations: changes }],
        forecast: { requests: changes.length + 1, reloads: 0, seconds: stored }
      }
}

/** From this many changes of one list, replacing it costs less than changing its items. */
const listThreshold = 2

/** Kinds of sections that the API can create and delete, but not update. */
const notUpdatable: ReadonlySet<SectionKeyword> = new Set(["peers", "userlist"])

/** Kinds whose children, or some of them, have no endpoint of their own in all versions. */
const onlyWhole: ReadonlySet<SectionKeyword> = new Set(["crt-store", "defaults", "global", "traces"])

const structuredSteps = (operations: ReadonlyArray<Operation>, desired: StructuredConfig): ReadonlyArray<Step> => {
  const groups = new Map<string, Array<Operation>>()
  for (const operation of operations) {
    const key = keyOf(operation.keyword, operation.owner)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [operation])
    else group.push(operation)
  }
  return [...groups.values()].flatMap((group) => stepsOf(group, desired))
}

/** The steps for the operations of one section. */
const stepsOf = (operations: ReadonlyArray<Operation>, desired: StructuredConfig): ReadonlyArray<Step> => {
  const [first] = operations
  if (first === undefined) return []
  const { keyword, owner } = first
  const section = desired.section(keyword, owner)
  const itself = operations.find((one) => one.field === undefined)
  if (section === undefined || itself?.type === "delete") return operations.map(itemStep)

  const whole = (type: "create" | "update" | "replace"): ReadonlyArray<Step> => [
    {
      route: "section",
      type,
      keyword,
      owner,
      value: section.value,
      operations: operations.map((one) => planned(one, "section"))
    }
  ]
  if (itself?.type === "create") return whole("create")
  if (itself !== undefined && notUpdatable.has(keyword)) return whole("replace")
  if (onlyWhole.has(keyword) && operations.some((one) => one.field !== undefined) && carriesWhole(section)) {
    return whole("update")
  }
  return byField(operations, section)
}

/** A whole section can be written when nothing of it would get lost. */
const carriesWhole = (section: ConfigSection): boolean =>
  section.opaque.length === 0 &&
  (section.grammar?.fields ?? [])
    .filter(isChildField)
    .every(({ name }) => section.items(name).every((item) => !(source in item)))

const itemStep = (operation: Operation): Step => ({ route: "item", operations: [planned(operation, "item")] })

const byField = (operations: ReadonlyArray<Operation>, section: ConfigSection): ReadonlyArray<Step> => {
  const steps: Array<Step> = []
  const lists = new Map<string, Array<Operation>>()
  for (const operation of operations) {
    const { field, index } = operation
    if (field === undefined || index === undefined || operation.name !== undefined) steps.push(itemStep(operation))
    else {
      const list = lists.get(field)
      if (list === undefined) lists.set(field, [operation])
      else list.push(operation)
    }
  }
  for (const [field, changes] of lists) {
    const moves = changes.some((change) => change.type === "move")
    const items = section.items(field)
    if ((changes.length >= listThreshold || moves) && items.every((item) => !(source in item))) {
      steps.push({
        route: "list",
        keyword: section.keyword,
        owner: section.name,
        field,
        items,
        operations: changes.map((change) => planned(change, "list"))
      })
    } else steps.push(...changes.map(itemStep))
  }
  return steps
}
