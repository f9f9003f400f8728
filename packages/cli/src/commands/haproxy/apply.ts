import {
  defaultSyncOptions,
  haproxyOf,
  sha256,
  Synchronizer,
  syncPolicies,
  type SyncPolicy
} from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { approve } from "../../approve.ts"
import { CommandError } from "../../CommandError.ts"
import { guardFlags, guardsOf } from "../../guards.ts"
import { onMismatch, verificationOf } from "../../onMismatch.ts"
import { output, reported } from "../../Output.ts"
import { order, readDesired } from "../../planning.ts"
import { serverFlags, serverOf, withServer } from "../../server.ts"
import { writeSyncResult } from "../../syncResult.ts"

export const commandHaproxyApply = Command.make(
  "apply",
  {
    desired: Argument.String("desired").pipe(
      Argument.withDescription("What should be there, or a saved plan; - for stdin")
    ),
    policy: Flag.Literals("policy", syncPolicies).pipe(
      Flag.withDescription(
        "apply tries again up to 3 times when somebody else is faster, apply-force without limit, dry-run changes nothing"
      ),
      Flag.withDefault("apply" as SyncPolicy)
    ),
    yes: Flag.Boolean("yes").pipe(Flag.withAlias("y"), Flag.withDescription("Do not ask"), Flag.withDefault(false)),
    continueOnError: Flag.Boolean("continue-on-error").pipe(
      Flag.withDescription(
        "When the server refuses an operation, skip what needs it and commit the rest; that ends with exit code 3"
      ),
      Flag.withDefault(false)
    ),
    onMismatch,
    order,
    ...guardFlags,
    output,
    ...serverFlags
  },
  Effect.fnUntraced(function* (options) {
    const result = yield* withServer(options)(
      Effect.gen(function* () {
        const { held, info } = yield* serverOf
        const desired = yield* readDesired(options.desired, haproxyOf(info.api))
        if (desired.plan !== undefined && desired.plan.base.sha256 !== sha256(held.raw.text)) {
          return yield* new CommandError({
            kind: "PlanFile",
            message: "the server's configuration has changed since this plan was made",
            hint: "make it again with: lockstep haproxy plan DESIRED --out PLAN",
            file: options.desired
          })
        }
        const ordering = desired.plan?.order ?? options.order
        const guards = yield* guardsOf(options, desired.plan)
        yield* approve(held.config, desired.config, { ...options, order: ordering, guards })
        const synchronizer = yield* Synchronizer
        return yield* synchronizer.sync(held.config, desired.config, {
          ...defaultSyncOptions,
          policy: options.policy,
          continueOnError: options.continueOnError,
          verification: verificationOf(options.onMismatch),
          order: ordering,
          guards
        })
      }).pipe(Effect.provide(Synchronizer.layer))
    )
    yield* writeSyncResult(result, options.output)
  }, reported)
).pipe(Command.withDescription("Bring the desired configuration to a server, verify it, and report"))
