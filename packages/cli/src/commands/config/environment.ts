import { Effect } from "effect"

/** What is wrong with the variables that Lockstep reads; nothing if all is well. */
export const environmentProblem: Effect.Effect<string | undefined> = Effect.gen(function* () {
  const { GitHub } = yield* Effect.promise(() => import("@lockstep/github-sync"))
  const { Telemetry } = yield* Effect.promise(() => import("@lockstep/core"))
  const told = Effect.all([GitHub.settings, Effect.scoped(Effect.provide(Effect.void, Telemetry.layerLogs()))])
  return yield* Effect.match(told, { onSuccess: () => undefined, onFailure: ({ message }) => message })
})
