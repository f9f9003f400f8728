import { plan } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { guardFlags, guardsOf } from "../../guards.ts"
import { haproxyVersion } from "../../haproxyFiles.ts"
import { output, reporting } from "../../Output.ts"
import { detailedExitcode, order, readSides, writePlan } from "../../planning.ts"

export const commandHaproxyDiff = Command.make(
  "diff",
  {
    current: Argument.String("current").pipe(
      Argument.withDescription("What is there: a file, a folder, or - for stdin")
    ),
    desired: Argument.String("desired").pipe(Argument.withDescription("What should be there, or a plan file")),
    haproxyVersion,
    order,
    ...guardFlags,
    detailedExitcode,
    output
  },
  Effect.fnUntraced(
    function* (options) {
      const sides = yield* readSides(options, options.haproxyVersion)
      const guards = yield* guardsOf(options, sides.plan)
      yield* writePlan(plan(sides.current, sides.desired, { order: sides.plan?.order ?? options.order, guards }), {
        format: options.output,
        detailed: options.detailedExitcode
      })
    },
    (effect, { output: format }) => reporting(format)(effect)
  )
).pipe(Command.withDescription("Show what differs between two configurations, and how it would be sent"))
