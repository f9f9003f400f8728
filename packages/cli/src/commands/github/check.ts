import type { SyncResult } from "@lockstep/github-sync"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { wordsOf, writeLabelSyncResult } from "../../labelSyncResult.ts"
import { output, reported } from "../../Output.ts"
import { dryRun, pullRequest } from "../../pullRequest.ts"

export const commandGithubCheck = Command.make(
  "check",
  { pullRequest, dryRun, output },
  Effect.fnUntraced(function* (options) {
    const { onTracker } = yield* Effect.promise(() => import("../../onTracker.ts"))
    const { result } = yield* onTracker(options, ({ coordinator, tracker }) => coordinator.bringInStep(tracker))
    yield* writeLabelSyncResult(result, options, words)
  }, reported)
).pipe(
  Command.withDescription("See whether a pull request's labels agree with its facts, and correct them where they don't")
)

const words = (result: SyncResult): string => {
  const state = result.finalState ?? "unknown"
  if (result._tag === "unchanged") return `consistent: ${state}`
  return result._tag === "applied" ? `corrected: labels and state agree on ${state} now` : wordsOf(result)
}
