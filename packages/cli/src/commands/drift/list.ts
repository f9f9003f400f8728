import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reported } from "../../Output.ts"
import { whereFlags } from "../../where.ts"

export const commandDriftList = Command.make(
  "list",
  { ...whereFlags, output },
  Effect.fnUntraced(function* (options) {
    const { DriftMonitor } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { listObjects } = yield* Effect.promise(() => import("../../objects.ts"))
    yield* listObjects(DriftMonitor, options)
  }, reported)
).pipe(Command.withDescription("List the monitors"))
