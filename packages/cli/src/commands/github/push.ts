import { Coordinator } from "@lockstep/github-sync"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reporting } from "../../Output.ts"
import { currentTracker, onTracker, pullRequest, writeSyncResult } from "../../pullRequest.ts"

export const commandGithubPush = Command.make(
  "push",
  { pullRequest, output },
  Effect.fnUntraced(
    function* ({ output: format, pullRequest: text }) {
      const result = yield* onTracker(
        text,
        Effect.fnUntraced(function* (tracker) {
          const coordinator = yield* Coordinator
          yield* coordinator.syncGitHubToPRT(tracker)
          return yield* coordinator.syncPRTToGitHub(yield* currentTracker(tracker))
        })
      )
      yield* writeSyncResult(result, format)
    },
    (effect, { output: format }) => reporting(format)(effect)
  )
).pipe(Command.withDescription("Make a pull request's labels show its state"))
