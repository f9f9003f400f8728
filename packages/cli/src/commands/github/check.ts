import { Coordinator } from "@lockstep/github-sync"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reporting, writeDocument, writeLine } from "../../Output.ts"
import { currentTracker, onTracker, pullRequest } from "../../pullRequest.ts"

export const commandGithubCheck = Command.make(
  "check",
  { pullRequest, output },
  Effect.fnUntraced(
    function* ({ output: format, pullRequest: text }) {
      const { consistent, state } = yield* onTracker(
        text,
        Effect.fnUntraced(function* (tracker) {
          const coordinator = yield* Coordinator
          // The tracker was made for the occasion: what it doesn't know yet is no disagreement.
          yield* coordinator.syncGitHubToPRT(tracker)
          const consistent = yield* coordinator.ensureConsistency(yield* currentTracker(tracker))
          return { consistent, state: (yield* currentTracker(tracker)).status?.state }
        })
      )
      yield* format === "human"
        ? writeLine(
            consistent
              ? `consistent: ${state ?? "unknown"}`
              : `corrected: labels and state agree on ${state ?? "unknown"} now`
          )
        : writeDocument("LabelSyncResult", { status: consistent ? "unchanged" : "applied", final: state }, format)
    },
    (effect, { output: format }) => reporting(format)(effect)
  )
).pipe(
  Command.withDescription("See whether a pull request's labels agree with its facts, and correct them where they don't")
)
