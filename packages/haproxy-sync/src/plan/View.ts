import { describe, type FieldChange } from "../diff/Operation.ts"
import { sectionWords } from "../diff/Vocabulary.ts"
import { sameMeaning } from "../model/values.ts"
import type { Plan, PlannedOperation } from "./Plan.ts"
import { redactOperation } from "./redact.ts"

/**
 * A plan as a JSON document's content: what scripts read.
 *
 * @category views
 * @since 0.1.0
 */
export const planToJson = (plan: Plan) => ({
  base: plan.base,
  desired: { sha256: plan.desired.sha256 },
  operations: plan.operations.map(redactOperation).map(operationToJson),
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

const countOf = (plan: Plan, type: PlannedOperation["type"]): number =>
  plan.operations.filter((operation) => operation.type === type).length

const symbols = { create: "+", update: "~", delete: "-", move: "↕" } as const
const colors = { create: 32, update: 33, delete: 31, move: 36 } as const

/**
 * Returns a plan as people read it: the operations by section, each field old → new, then the counts and the forecast.
 *
 * @category views
 * @since 0.1.0
 */
export const formatPlan = (plan: Plan, settings: { readonly colors?: boolean } = {}): string => {
  const paint = (code: number, text: string) => (settings.colors === true ? `\u001b[${code}m${text}\u001b[0m` : text)
  const remarks = [
    ...plan.notices.map((notice) => `note: ${notice}`),
    ...plan.refusals.flatMap(({ hint, line, reason }) => [
      paint(31, `refused: ${line === undefined ? "" : `line ${line}: `}${reason}`),
      `  ${hint}`
    ])
  ]
  if (plan.operations.length === 0) {
    return [...remarks, ...(plan.refusals.length === 0 ? ["In step: no changes."] : []), ""].join("\n")
  }
  const lines: Array<string> = []
  let heading = ""
  let reason: string | undefined
  for (const operation of plan.operations.map(redactOperation)) {
    const own = `${sectionWords[operation.keyword].noun}${operation.owner === "" ? "" : ` ${operation.owner}`}`
    if (own !== heading) lines.push(...(heading === "" ? [] : [""]), own)
    heading = own
    lines.push(`  ${paint(colors[operation.type], symbols[operation.type])} ${describe(operation)}`)
    for (const change of operation.type === "update" ? operation.changed : []) lines.push(...changeLines(change))
    for (const field of operation.deferred ?? []) lines.push(`      ${field}: in force from the next reload on`)
    if (operation.onlyRaw !== undefined && operation.onlyRaw !== reason)
      lines.push(`      as text, since ${operation.onlyRaw}`)
    reason = operation.onlyRaw
  }
  return [...lines, "", ...remarks, formatForecast(plan), ""].join("\n")
}

const changeLines = ({ after, before, field }: FieldChange): ReadonlyArray<string> => {
  if (Array.isArray(before) && Array.isArray(after)) {
    const missing = (from: ReadonlyArray<unknown>, others: ReadonlyArray<unknown>) =>
      from.filter((one) => !others.some((other) => sameMeaning(one, other))).map(shown)
    const [gone, come] = [missing(before, after), missing(after, before)]
    const reordered = gone.length + come.length === 0 ? ["        in another order"] : []
    return [
      `      ${field}:`,
      ...gone.map((one) => `        - ${one}`),
      ...come.map((one) => `        + ${one}`),
      ...reordered
    ]
  }
  return [`      ${field}: ${shown(before)} → ${shown(after)}`]
}

const shown = (value: unknown): string =>
  value === undefined || value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value)

/**
 * Returns a plan's counts and forecast on one line.
 *
 * @category views
 * @since 0.1.0
 */
export const formatForecast = (plan: Plan): string => {
  const moves = countOf(plan, "move")
  const counts = `Plan: ${countOf(plan, "create")} to create, ${countOf(plan, "update")} to update, ${countOf(plan, "delete")} to delete${moves > 0 ? `, ${moves} to move` : ""}.`
  const { reloads, requests, seconds } = plan.forecast
  return `${counts} ${requests} request${requests === 1 ? "" : "s"}, about ${seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`}, ${reloads === 0 ? "no reload" : "1 reload"}.`
}
