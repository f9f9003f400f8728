import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reported } from "../../Output.ts"
import { whereFlags } from "../../where.ts"

export const commandTrackerWatch = Command.make(
  "watch",
  { ...whereFlags, output },
  Effect.fnUntraced(function* (options) {
    const { PullRequestTracker } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { watchObjects } = yield* Effect.promise(() => import("../../objects.ts"))
    return yield* watchObjects(PullRequestTracker, options)
  }, reported)
).pipe(
  Command.withDescription(
    "Show the trackers, and whatever happens to them from now on, until it is ended: a row for each event, or a document"
  )
)
