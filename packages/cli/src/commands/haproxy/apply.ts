import {
  defaultSyncOptions,
  describe,
  haproxyOf,
  planToJson,
  sha256,
  Synchronizer,
  SyncResult,
  syncPolicies,
  type SyncPolicy
} from "@lockstep/haproxy-sync"
import { Duration, Effect } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { approve } from "../../approve.ts"
import { CommandError } from "../../CommandError.ts"
import { Exit, exitCodes } from "../../ExitCode.ts"
import { guardFlags, guardsOf } from "../../guards.ts"
import { output, reporting, writeDocument, writeLine } from "../../Output.ts"
import { order, readDesired } from "../../planning.ts"
import { serverFlags, serverOf, withServer } from "../../server.ts"

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
      Flag.withDescription("Commit what the server takes when it refuses an operation; that ends with exit code 3"),
      Flag.withDefault(false)
    ),
    order,
    ...guardFlags,
    output,
    ...serverFlags
  },
  Effect.fnUntraced(
    function* (options) {
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
            order: ordering,
            guards
          })
        }).pipe(Effect.provide(Synchronizer.layer))
      )
      yield* options.output === "human"
        ? writeLine(SyncResult.toString(result))
        : writeDocument("SyncResult", toJson(result), options.output)
      if (!result.success)
        return yield* new Exit({ code: result.status === "partial" ? exitCodes.partial : exitCodes.failed })
    },
    (effect, { output: format }) => reporting(format)(effect)
  )
).pipe(Command.withDescription("Bring the desired configuration to a server, verify it, and report"))

const toJson = (result: SyncResult) => ({
  status: result.status,
  plan: result.plan === undefined ? undefined : planToJson(result.plan),
  applied: result.appliedOperations.map((operation) => describe(operation)),
  failed: result.failedOperations.map(({ cause, operation }) => ({
    operation: describe(operation),
    error: cause.message
  })),
  attempts: result.retries + 1,
  requests: result.requests,
  reloads: result.reloads,
  durationMs: Math.round(Duration.toMillis(result.duration)),
  verified: result.verified,
  message: result.message
})
