import { haproxyOf, plan, type PlanFile } from "@lockstep/haproxy-sync"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { guardFlags, guardsOf } from "../../guards.ts"
import { apiVersion, planOutput, reported, tell } from "../../Output.ts"
import { detailedExitcode, order, readDesired, writePlan } from "../../planning.ts"
import { replaceFile } from "../../replaceFile.ts"
import { serverFlags, serverOf, withServer } from "../../server.ts"

export const commandHaproxyPlan = Command.make(
  "plan",
  {
    desired: Argument.String("desired").pipe(
      Argument.withDescription("What should be there: a file, a folder, or - for stdin")
    ),
    out: Flag.String("out").pipe(
      Flag.withDescription("Save the plan here, to apply it later; it holds the configuration, passwords included"),
      Flag.optional
    ),
    order,
    ...guardFlags,
    detailedExitcode,
    output: planOutput,
    ...serverFlags
  },
  Effect.fnUntraced(function* (options) {
    const { info, held } = yield* withServer(options)(serverOf)
    const version = haproxyOf(info.api)
    const { config: desired, placeOf, plan: saved } = yield* readDesired(options.desired, version)
    const guards = yield* guardsOf(options, saved)
    const result = plan(held.config, desired, { order: options.order, guards })
    if (Option.isSome(options.out) && result.refusals.length > 0) yield* tell("not saved: the plan is refused")
    else if (Option.isSome(options.out)) {
      yield* save(options.out.value, {
        apiVersion,
        kind: "Plan",
        haproxy: version,
        order: options.order,
        guards,
        base: result.base,
        desired: result.desired
      })
    }
    const extra = { server: { url: info.url, version: held.raw.version, haproxy: info.api } }
    yield* writePlan(result, {
      format: options.output,
      detailed: options.detailedExitcode,
      extra,
      order: options.order,
      current: held.config,
      desired,
      placeOf,
      names: ["server", options.desired],
      encoding: "utf8"
    })
  }, reported)
).pipe(
  Command.withDescription("Show what differs between a server and the desired configuration, and how it would be sent")
)

/** The file holds passwords: only its owner may read it. */
const save = Effect.fnUntraced(function* (file: string, plan: PlanFile) {
  yield* replaceFile(file, Buffer.from(`${JSON.stringify(plan, null, 2)}\n`), 0o600)
  yield* tell(`saved: ${file}; apply it with: lockstep haproxy apply ${file}`)
})
