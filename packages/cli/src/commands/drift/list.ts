import { Effect } from "effect"
import { Command } from "effect/cli"
import { output, reported } from "../../Output.ts"
import { store } from "../../storeFlag.ts"

export const commandDriftList = Command.make(
  "list",
  { store, output },
  Effect.fnUntraced(function* (options) {
    const { DriftMonitor } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { listObjects } = yield* Effect.promise(() => import("../../objects.ts"))
    yield* listObjects(DriftMonitor, options)
  }, reported)
).pipe(Command.withDescription("List the monitors of a local operator"))
