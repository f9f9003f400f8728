import { plan, simulatePlan } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { haproxyVersion } from "../../haproxyFiles.ts"
import { reporting, write } from "../../Output.ts"
import { order, readDesired, readSide } from "../../planning.ts"

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
    const current = yield* readSide(options.current, "current", options.haproxyVersion)
    const desired = yield* readDesired(options.desired, options.haproxyVersion)
    const result = plan(current, desired.config, { order: desired.plan?.order ?? options.order })
    yield* write(simulatePlan(result, current, desired.config))
  }, reporting("human"))
).pipe(
  Command.withDescription("Write the text that a configuration becomes when the plan is applied, without a server")
)
