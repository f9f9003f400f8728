import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reported } from "../../Output.ts"
import { whereFlags } from "../../where.ts"

export const commandTrackerList = Command.make(
  "list",
  { ...whereFlags, output },
  Effect.fnUntraced(function* (options) {
    const { PullRequestTracker } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { listObjects } = yield* Effect.promise(() => import("../../objects.ts"))
    yield* listObjects(PullRequestTracker, options)
  }, reported)
).pipe(Command.withDescription("List the trackers"))
