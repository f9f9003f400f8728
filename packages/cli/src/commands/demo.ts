import { Effect } from "effect"
import { Command } from "effect/cli"
import { CommandError } from "../CommandError.ts"
import { reporting, writeLine } from "../Output.ts"

export const commandDemo = Command.make(
  "demo",
  {},
  Effect.fnUntraced(function* () {
    const { haproxyDemo } = yield* Effect.promise(() => import("../demo/haproxy.ts"))
    const inStep = yield* haproxyDemo(writeLine)
    if (!inStep) {
      return yield* new CommandError({
        kind: "Demo",
        message: "the loops did not end in step",
        hint: "this is a defect: please report it"
      })
    }
    yield* writeLine("\nIn step.")
  }, reporting("human"))
).pipe(Command.withDescription("Run both loops to convergence on built-in examples; needs no server"))
