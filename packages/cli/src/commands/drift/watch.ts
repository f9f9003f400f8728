import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reported } from "../../Output.ts"
import { whereFlags } from "../../where.ts"

export const commandDriftWatch = Command.make(
  "watch",
  { ...whereFlags, output },
  Effect.fnUntraced(function* (options) {
    const { DriftMonitor } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { watchObjects } = yield* Effect.promise(() => import("../../objects.ts"))
    return yield* watchObjects(DriftMonitor, options)
  }, reported)
).pipe(
  Command.withDescription(
    "Show the monitors, and whatever happens to them from now on, until it is ended: a row for each event, or a document"
  )
)
