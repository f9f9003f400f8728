import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { output, reported } from "../../Output.ts"
import { whereFlags } from "../../where.ts"

export const commandDriftGet = Command.make(
  "get",
  { name: Argument.String("name").pipe(Argument.withDescription("Its name, as list shows it")), ...whereFlags, output },
  Effect.fnUntraced(function* (options) {
    const { DriftMonitor } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { getObject } = yield* Effect.promise(() => import("../../objects.ts"))
    yield* getObject(DriftMonitor, options.name, options)
  }, reported)
).pipe(Command.withDescription("Show one of the monitors, with all that is known"))
