import { describe } from "../diff/describeOperation.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import type { Plan } from "./Plan.ts"
import { redactOperation } from "../diff/redact.ts"
import { countsOf, effectOf, headingOf } from "./viewParts.ts"

/** A place in a file of the repository. */
export interface Place {
  readonly file: string
  readonly line: number
}

/**
 * Returns an annotation as GitHub Actions takes it from the output of a step: a workflow command.
 *
 * @category views
 * @since 0.1.0
 */
export const annotation = (
  level: "notice" | "warning" | "error",
  message: string,
  { file, line, title }: { readonly file?: string; readonly line?: number; readonly title?: string } = {}
): string => {
  const properties = Object.entries({ file, line, title })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${data(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C")}`)
  return `::${level}${properties.length === 0 ? "" : ` ${properties.join(",")}`}::${data(message)}`
}

const data = (text: string): string => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A")

/**
 * Returns a plan as annotations of GitHub Actions: one that sums it up, one for each section at its place in the desired file, and
 * an error for each refusal.
 *
 * **Details**
 *
 * `placeOf` tells where a line of the desired text stands in the repository; undefined where it does not. GitHub shows the first ten
 * of a kind for each step, so the sum comes first.
 *
 * @category views
 * @since 0.1.0
 */
export const formatPlanAnnotations = (
  plan: Plan,
  desired: StructuredConfig,
  placeOf: (line: number) => Place | undefined
): string => {
  const sections = [...Map.groupBy(plan.operations.map(redactOperation), headingOf)].map(([heading, operations]) => {
    const [first] = operations
    const header = first === undefined ? undefined : desired.section(first.keyword, first.owner)?.parts[0]?.header
    return annotation("notice", operations.map((operation) => describe(operation)).join("\n"), {
      ...(header === undefined ? {} : placeOf(header.line)),
      title: heading
    })
  })
  const sum =
    plan.operations.length === 0
      ? plan.refusals.length === 0
        ? ["In step: no changes."]
        : []
      : [`${countsOf(plan)}. ${effectOf(plan)}`]
  return [
    ...plan.refusals.map(({ hint, line, reason }) =>
      annotation("error", `${reason}\n${hint}`, {
        ...(line === undefined ? {} : placeOf(line)),
        title: "HAProxy plan, refused"
      })
    ),
    ...plan.notices.map((notice) => annotation("warning", notice, { title: "HAProxy plan" })),
    ...sum.map((text) => annotation("notice", text, { title: "HAProxy plan" })),
    ...sections
  ]
    .map((line) => `${line}\n`)
    .join("")
}
