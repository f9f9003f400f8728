import type { FieldChange } from "../diff/Operation.ts"
import { sectionWords } from "../diff/Vocabulary.ts"
import { sameMeaning } from "../model/values.ts"
import type { Plan, PlannedOperation } from "./Plan.ts"

/** What the views of a plan have in common. Secrets are expected to be gone already. */

/** How many operations of a type there are. */
export const countOf = ({ operations }: Pick<Plan, "operations">, type: PlannedOperation["type"]): number =>
  operations.filter((operation) => operation.type === type).length

/** `1 to create, 0 to update, 2 to delete` */
export const countsOf = (plan: Pick<Plan, "operations">): string => {
  const moves = countOf(plan, "move")
  return `${countOf(plan, "create")} to create, ${countOf(plan, "update")} to update, ${countOf(plan, "delete")} to delete${moves > 0 ? `, ${moves} to move` : ""}`
}

/** `3 requests, about 41 ms, 1 reload.` */
export const effectOf = ({ forecast: { reloads, requests, seconds } }: Pick<Plan, "forecast">): string =>
  `${requests} request${requests === 1 ? "" : "s"}, about ${seconds < 1 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`}, ${reloads === 0 ? "no reload" : "1 reload"}.`

/** The section that operations are grouped by, as people call it. */
export const headingOf = ({ keyword, owner }: PlannedOperation): string =>
  `${sectionWords[keyword].noun}${owner === "" ? "" : ` ${owner}`}`

/** A value of a field. */
export const shown = (value: unknown): string =>
  value === undefined || value === null ? "none" : typeof value === "string" ? value : JSON.stringify(value)

/** What is gone from a list and what has come; undefined for what is no list on both sides. */
export const partsOf = ({ after, before }: FieldChange) => {
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined
  const missing = (from: ReadonlyArray<unknown>, others: ReadonlyArray<unknown>) =>
    from.filter((one) => !others.some((other) => sameMeaning(one, other))).map(shown)
  const [gone, come] = [missing(before, after), missing(after, before)]
  return { gone, come, reordered: gone.length + come.length === 0 }
}
