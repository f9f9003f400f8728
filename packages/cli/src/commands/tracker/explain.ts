import type { Explanation } from "@lockstep/github-sync"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reported, writeDocument, writeLine } from "../../Output.ts"
import { pullRequest } from "../../pullRequest.ts"

export const commandTrackerExplain = Command.make(
  "explain",
  { pullRequest, output },
  Effect.fnUntraced(function* (options) {
    const { onTracker } = yield* Effect.promise(() => import("../../onTracker.ts"))
    const told = yield* onTracker(options, ({ coordinator, tracker }) => coordinator.explain(tracker))
    yield* options.output === "human"
      ? writeLine(wordsOf(options.pullRequest, told))
      : writeDocument("Explanation", { pullRequest: options.pullRequest, ...told }, options.output)
  }, reported)
).pipe(
  Command.withDescription(
    "Tell why a pull request is in the state it is in, from what GitHub says now; what an operator has recorded of it is not asked for"
  )
)

const wordsOf = (pullRequest: string, { state, steps }: Explanation.Explanation): string => {
  const width = Math.max(...steps.map(({ step }) => step.length))
  return [
    `${pullRequest} is ${state}`,
    ...steps.map(({ finding, step }) => `  ${step.padEnd(width)}  ${finding}`)
  ].join("\n")
}
