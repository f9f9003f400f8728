import { Effect } from "effect"
import { Command } from "effect/cli"
import { writeLabelSyncResult } from "../../labelSyncResult.ts"
import { output, reported } from "../../Output.ts"
import { pullRequest } from "../../pullRequest.ts"

export const commandGithubSync = Command.make(
  "sync",
  { pullRequest, output },
  Effect.fnUntraced(function* (options) {
    const { onTracker } = yield* Effect.promise(() => import("../../onTracker.ts"))
    const result = yield* onTracker(options, ({ coordinator, tracker }) => coordinator.syncGitHubToPRT(tracker))
    yield* writeLabelSyncResult(result, options)
  }, reported)
).pipe(Command.withDescription("Derive a pull request's state from its labels and facts; nothing is written to GitHub"))
