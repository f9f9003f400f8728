import { type Chapter, demoLabelLoop, type PassReport } from "@lockstep/operator"
import { Effect } from "effect"
import type { Tell } from "./haproxy.ts"

/** Plays the label loop through and answers whether a second look at everything changes nothing. */
export const labelsDemo: (
  tell: Tell
) => Effect.Effect<
  boolean,
  Effect.Error<ReturnType<Tell>> | Effect.Error<ReturnType<typeof demoLabelLoop>>,
  Effect.Services<ReturnType<Tell>>
> = Effect.fnUntraced(function* (tell: Tell) {
  yield* tell("Pull requests: labels and trackers, on an in-process GitHub\n")
  const report = yield* demoLabelLoop()
  for (const chapter of report.chapters) yield* tell(chapterText(chapter))
  const { labelWrites, looked, requests, statusWrites } = report.secondPass
  yield* tell(
    `A second look at all ${looked}: ${requests} requests, ${labelWrites} labels and ${statusWrites} trackers written.`
  )
  return labelWrites === 0 && statusWrites === 0
})

const chapterText = ({ happened, passes, title }: Chapter): string =>
  [`${title}: ${happened}.`, ...passes.filter((pass) => pass.status !== "unchanged").map(passText), ""].join("\n")

const passText = ({ added, before, pullRequest, reason, removed, state, verdict }: PassReport): string => {
  const labels = [...added.map((label) => `+${label}`), ...removed.map((label) => `-${label}`)].join(" ")
  const change = before === state ? (state ?? "unknown") : `${before ?? "new"} → ${state ?? "unknown"}`
  return `  ${pullRequest}  ${change}  ${labels}  (${verdict ?? "undecided"}: ${reason})`
}
