import { encodeText, plan, simulatePlan, targetOf } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { guardFlags, guardsOf } from "../../guards.ts"
import { haproxyVersion } from "../../haproxyFiles.ts"
import { reporting, write } from "../../Output.ts"
import { failWhereGuarded, order, readSides } from "../../planning.ts"

export const commandHaproxySimulate = Command.make(
  "simulate",
  {
    current: Argument.String("current").pipe(
      Argument.withDescription("What is there: a file, a folder, or - for stdin")
    ),
    desired: Argument.String("desired").pipe(Argument.withDescription("What should be there, or a plan file")),
    haproxyVersion,
    order,
    ...guardFlags
  },
  Effect.fnUntraced(function* (options) {
    const sides = yield* readSides(options, options.haproxyVersion)
    const guards = yield* guardsOf(options, sides.plan)
    const result = plan(sides.current, sides.desired, { order: sides.plan?.order ?? options.order, guards })
    yield* failWhereGuarded(result)
    const target = targetOf(result, sides.desired)
    yield* write(encodeText(simulatePlan(result, sides.current, target), sides.encoding))
  }, reporting("human"))
).pipe(
  Command.withDescription("Write the text that a configuration becomes when the plan is applied, without a server")
)
