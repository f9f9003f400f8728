import { describe } from "../diff/describeOperation.ts"
import type { FieldChange } from "../diff/Operation.ts"
import type { Plan, PlannedOperation } from "./Plan.ts"
import { redactOperation } from "../diff/redact.ts"
import { countOf, countsOf, effectOf, headingOf, partsOf, shown } from "./viewParts.ts"

/** GitHub takes no comment of more than 65,536 characters. */
const longest = 60_000

/** One section must not take the place of all others. */
const mostLines = 200

/**
 * Returns a plan as Markdown for a pull request: the counts as a title, what people have to know, and a part that can be opened for each
 * section, with what comes in green and what goes in red.
 *
 * **Details**
 *
 * It fits into a comment on GitHub: of very large plans the last sections are only counted.
 *
 * @category views
 * @since 0.1.0
 */
export const formatPlanMarkdown = (plan: Plan): string => {
  const refused = plan.refusals.length > 0
  const title =
    plan.operations.length > 0
      ? `HAProxy plan${refused ? ", refused" : ""}: ${countsOf(plan)}`
      : refused
        ? "HAProxy plan, refused"
        : "HAProxy plan: in step, no changes"
  const paragraphs = [
    `### ${title}`,
    ...plan.refusals.map(
      ({ hint, line, reason }) =>
        `> [!CAUTION]\n> **Refused:** ${line === undefined ? "" : `line ${line}: `}${escaped(reason)}\n>\n> ${escaped(hint)}`
    ),
    ...plan.notices.map((notice) => `> [!NOTE]\n> ${escaped(notice)}`),
    ...(plan.operations.length === 0 ? [] : [effectOf(plan)])
  ]
  const sections = [...Map.groupBy(plan.operations.map(redactOperation), headingOf)].map(([heading, operations]) =>
    sectionOf(heading, operations, plan.forecast.reloads > 0)
  )
  const parts: Array<string> = []
  let length = paragraphs.join("\n\n").length
  for (const section of sections) {
    length += section.length + 2
    if (length > longest) break
    parts.push(section)
  }
  const left = sections.length - parts.length
  const more = left === 0 ? [] : [`And ${left} more section${left === 1 ? "" : "s"}.`]
  return `${[...paragraphs, ...parts, ...more].join("\n\n")}\n`
}

const sectionOf = (heading: string, operations: ReadonlyArray<PlannedOperation>, reload: boolean): string => {
  const counts = (["create", "update", "delete", "move"] as const)
    .map((type) => [countOf({ operations }, type), type] as const)
    .filter(([count]) => count > 0)
    .map(([count, type]) => `${count} to ${type}`)
  const all = operations.flatMap((operation, index) => linesOf(operation, operations[index - 1]?.onlyRaw, reload))
  const lines =
    all.length <= mostLines ? all : [...all.slice(0, mostLines), `# and ${all.length - mostLines} more lines`]
  const fence = "`".repeat(
    Math.max(2, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length)) + 1
  )
  return `<details><summary><b>${html(heading)}</b>: ${counts.join(", ")}</summary>\n\n${fence}diff\n${lines.join("\n")}\n${fence}\n\n</details>`
}

const marks = { create: "+", update: "!", delete: "-", move: "!" } as const

/** The first character of a line gives it its colour. */
const linesOf = (operation: PlannedOperation, reason: string | undefined, reload: boolean): ReadonlyArray<string> => {
  const { changed, deferred = [], onlyRaw, reloadBecause, type } = operation
  const because = reload && type === "update" && operation.reload ? reloadBecause : []
  return [
    `${marks[type]} ${describe(operation)}`,
    ...(type === "update" ? changed.flatMap(changeLines) : []),
    ...deferred.map((field) => `#     ${field}: in force from the next reload on`),
    ...(because.length === 0 ? [] : [`#     needs a reload: ${because.join(", ")}`]),
    ...(onlyRaw === undefined || onlyRaw === reason ? [] : [`#     as text, since ${onlyRaw}`])
  ].map((line) => line.replaceAll("\n", " "))
}

const changeLines = (change: FieldChange): ReadonlyArray<string> => {
  const { after, before, field } = change
  const parts = partsOf(change)
  return parts === undefined
    ? [
        ...(before === undefined ? [] : [`-     ${field}: ${shown(before)}`]),
        ...(after === undefined ? [] : [`+     ${field}: ${shown(after)}`])
      ]
    : [
        ...parts.gone.map((one) => `-     ${field}: ${one}`),
        ...parts.come.map((one) => `+     ${field}: ${one}`),
        ...(parts.reordered ? [`!     ${field}: in another order`] : [])
      ]
}

/** Names and texts of a configuration are no HTML. */
const html = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

/** And no Markdown, which is looked for where a line is not HTML. */
const escaped = (text: string): string => html(text).replaceAll(/[\\`*_[\]|~]/g, "\\$&")
