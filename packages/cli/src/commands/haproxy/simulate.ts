import { encodeText, plan, simulatePlan } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { haproxyVersion } from "../../haproxyFiles.ts"
import { reporting, write } from "../../Output.ts"
import { order, readSides } from "../../planning.ts"

export const commandHaproxySimulate = Command.make(
  "simulate",
  {
    current: Argument.String("current").pipe(
      Argument.withDescription("What is there: a file, a folder, or - for stdin")
    ),
    desired: Argument.String("desired").pipe(Argument.withDescription("What should be there, or a plan file")),
    haproxyVersion,
    order
  },
  Effect.fnUntraced(function* (options) {
    const sides = yield* readSides(options, options.haproxyVersion)
    const result = plan(sides.current, sides.desired, { order: sides.plan?.order ?? options.order })
    yield* write(encodeText(simulatePlan(result, sides.current, sides.desired), sides.encoding))
  }, reporting("human"))
).pipe(
  Command.withDescription("Write the text that a configuration becomes when the plan is applied, without a server")
)
