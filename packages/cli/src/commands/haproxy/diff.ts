import { plan } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { guardFlags, guardsOf } from "../../guards.ts"
import { haproxyVersion } from "../../haproxyFiles.ts"
import { planOutput, reported } from "../../Output.ts"
import { comments, detailedExitcode, order, readSides, writePlan } from "../../planning.ts"

export const commandHaproxyDiff = Command.make(
  "diff",
  {
    current: Argument.String("current").pipe(
      Argument.withDescription("What is there: a file, a folder, or - for stdin")
    ),
    desired: Argument.String("desired").pipe(Argument.withDescription("What should be there, or a plan file")),
    haproxyVersion,
    order,
    comments,
    ...guardFlags,
    detailedExitcode,
    output: planOutput
  },
  Effect.fnUntraced(function* (options) {
    const sides = yield* readSides(options, options.haproxyVersion)
    const guards = yield* guardsOf(options, sides.plan)
    const { comments } = options
    const ordering = sides.plan?.order ?? options.order
    yield* writePlan(plan(sides.current, sides.desired, { order: ordering, comments, guards }), {
      ...sides,
      format: options.output,
      detailed: options.detailedExitcode,
      order: ordering,
      comments,
      names: [options.current, options.desired]
    })
  }, reported)
).pipe(Command.withDescription("Show what differs between two configurations, and how it would be sent"))
