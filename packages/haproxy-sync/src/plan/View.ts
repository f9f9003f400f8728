import { describe } from "../diff/describeOperation.ts"
import type { FieldChange } from "../diff/Operation.ts"
import { sectionWords } from "../diff/Vocabulary.ts"
import type { Plan, PlannedOperation } from "./Plan.ts"
import { redactOperation } from "../diff/redact.ts"
import { stagesOf } from "./stages.ts"
import { countOf, countsOf, effectOf, headingOf, partsOf, shown } from "./viewParts.ts"

/**
 * A plan as a JSON document's content: what scripts read.
 *
 * @category views
 * @since 0.1.0
 */
export const planToJson = (plan: Plan) => ({
  base: plan.base,
  desired: { sha256: plan.desired.sha256 },
  operations: operationsToJson(plan),
  summary: {
    creates: countOf(plan, "create"),
    updates: countOf(plan, "update"),
    deletes: countOf(plan, "delete"),
    moves: countOf(plan, "move")
  },
  forecast: { ...plan.forecast, seconds: Math.round(plan.forecast.seconds * 1000) / 1000 },
  ...(plan.refusals.length === 0 ? {} : { refused: plan.refusals }),
  ...(plan.notices.length === 0 ? {} : { notices: plan.notices })
})

/** With the stage of each that goes into a transaction: those of one stage may be sent side by side. */
const operationsToJson = ({ operations, steps }: Plan) => {
  const inTransaction = steps.every(({ route }) => route === "item" || route === "list" || route === "section")
  const stages = new Map(
    (inTransaction ? stagesOf(steps) : []).flatMap((stage, index) =>
      stage.flatMap((step) => step.operations.map((operation) => [operation, index + 1] as const))
    )
  )
  return operations.map((operation) => {
    const stage = stages.get(operation)
    return { ...operationToJson(redactOperation(operation)), ...(stage === undefined ? {} : { stage }) }
  })
}

/**
 * An operation as JSON; secrets are expected to be gone already.
 *
 * @category views
 * @since 0.1.0
 */
export const operationToJson = (operation: PlannedOperation) => {
  const {
    after,
    before,
    changed,
    field,
    index,
    keyword,
    name,
    owner,
    reload,
    reloadBecause,
    route,
    section,
    toIndex,
    type
  } = operation
  return {
    type,
    section,
    ...(field === undefined
      ? {}
      : { parent: { section: sectionWords[keyword].section, ...(owner === "" ? {} : { name: owner }) } }),
    ...(name === undefined ? {} : { name }),
    ...(index === undefined ? {} : { index }),
    ...(toIndex === undefined ? {} : { toIndex }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    changed,
    route,
    reload,
    ...(reload ? { reloadBecause } : {}),
    ...(operation.deferred === undefined ? {} : { deferred: operation.deferred }),
    ...(operation.onlyRaw === undefined ? {} : { onlyRaw: operation.onlyRaw }),
    description: describe(operation)
  }
}

const symbols = { create: "+", update: "~", delete: "-", move: "↕" } as const
const colors = { create: 32, update: 33, delete: 31, move: 36 } as const

interface ViewSettings {
  readonly colors?: boolean
}

const painter =
  ({ colors: wanted }: ViewSettings) =>
  (code: number, text: string): string =>
    wanted === true ? `\u001b[${code}m${text}\u001b[0m` : text

/**
 * Returns what is to be said of a plan beside its operations, line by line: its notes, and why it is refused.
 *
 * @category views
 * @since 0.1.0
 */
export const formatPlanRemarks = (
  { notices, refusals }: Pick<Plan, "notices" | "refusals">,
  settings: ViewSettings = {}
): ReadonlyArray<string> => [
  ...notices.map((notice) => `note: ${notice}`),
  ...refusals.flatMap(({ hint, line, reason }) => [
    painter(settings)(31, `refused: ${line === undefined ? "" : `line ${line}: `}${reason}`),
    `  ${hint}`
  ])
]

/**
 * Returns a plan as people read it: the operations by section, each field old → new, then the counts and the forecast.
 *
 * @category views
 * @since 0.1.0
 */
export const formatPlan = (plan: Plan, settings: ViewSettings = {}): string => {
  const paint = painter(settings)
  const remarks = formatPlanRemarks(plan, settings)
  if (plan.operations.length === 0) {
    return [...remarks, ...(plan.refusals.length === 0 ? ["In step: no changes."] : []), ""].join("\n")
  }
  const lines: Array<string> = []
  // The order by what depends on what may come back to a section.
  for (const [heading, operations] of Map.groupBy(plan.operations.map(redactOperation), headingOf)) {
    lines.push(...(lines.length === 0 ? [] : [""]), heading)
    let reason: string | undefined
    for (const operation of operations) {
      lines.push(`  ${paint(colors[operation.type], symbols[operation.type])} ${describe(operation)}`)
      for (const change of operation.type === "update" ? operation.changed : []) lines.push(...changeLines(change))
      for (const field of operation.deferred ?? []) lines.push(`      ${field}: in force from the next reload on`)
      if (operation.onlyRaw !== undefined && operation.onlyRaw !== reason)
        lines.push(`      as text, since ${operation.onlyRaw}`)
      reason = operation.onlyRaw
    }
  }
  return [...lines, "", ...remarks, formatForecast(plan), ""].join("\n")
}

const changeLines = (change: FieldChange): ReadonlyArray<string> => {
  const { field } = change
  const parts = partsOf(change)
  return parts === undefined
    ? [`      ${field}: ${shown(change.before)} → ${shown(change.after)}`]
    : [
        `      ${field}:`,
        ...parts.gone.map((one) => `        - ${one}`),
        ...parts.come.map((one) => `        + ${one}`),
        ...(parts.reordered ? ["        in another order"] : [])
      ]
}

/**
 * Returns a plan's counts and forecast on one line.
 *
 * @category views
 * @since 0.1.0
 */
export const formatForecast = (plan: Plan): string => `Plan: ${countsOf(plan)}. ${effectOf(plan)}`
