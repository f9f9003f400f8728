import { Effect } from "effect"
import { Command } from "effect/cli"
import { writeLabelSyncResult } from "../../labelSyncResult.ts"
import { output, reported } from "../../Output.ts"
import { dryRun, pullRequest } from "../../pullRequest.ts"

export const commandGithubPush = Command.make(
  "push",
  { pullRequest, dryRun, output },
  Effect.fnUntraced(function* (options) {
    const { onTracker } = yield* Effect.promise(() => import("../../onTracker.ts"))
    const result = yield* onTracker(
      options,
      Effect.fnUntraced(function* ({ coordinator, current, tracker }) {
        yield* coordinator.syncGitHubToPRT(tracker)
        return yield* coordinator.syncPRTToGitHub(yield* current)
      })
    )
    yield* writeLabelSyncResult(result, options)
  }, reported)
).pipe(Command.withDescription("Make a pull request's labels show its state"))
