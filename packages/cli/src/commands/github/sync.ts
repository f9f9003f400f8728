import { Coordinator } from "@lockstep/github-sync"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reporting } from "../../Output.ts"
import { onTracker, pullRequest, writeSyncResult } from "../../pullRequest.ts"

export const commandGithubSync = Command.make(
  "sync",
  { pullRequest, output },
  Effect.fnUntraced(
    function* ({ output: format, pullRequest: text }) {
      const result = yield* onTracker(text, (tracker) =>
        Coordinator.use((coordinator) => coordinator.syncGitHubToPRT(tracker))
      )
      yield* writeSyncResult(result, format)
    },
    (effect, { output: format }) => reporting(format)(effect)
  )
).pipe(Command.withDescription("Derive a pull request's state from its labels and facts; nothing is written to GitHub"))
