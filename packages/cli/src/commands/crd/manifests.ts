import type { CustomResourceDefinition } from "@lockstep/core/kubernetes"
import { Effect } from "effect"
import { CommandError } from "../../CommandError.ts"

/** The manifests of all kinds that live in a cluster. */
export const manifests: Effect.Effect<
  ReadonlyArray<CustomResourceDefinition.CustomResourceDefinition>,
  CommandError
> = Effect.gen(function* () {
  const { DriftMonitor, PullRequestTracker } = yield* Effect.promise(() => import("@lockstep/github-sync"))
  const { CustomResourceDefinition } = yield* Effect.promise(() => import("@lockstep/core/kubernetes"))
  return yield* Effect.mapError(
    Effect.fromResult(CustomResourceDefinition.makeAll([PullRequestTracker, DriftMonitor])),
    ({ message }) => new CommandError({ kind: "Crd", message, hint: "this is a mistake in Lockstep; please report it" })
  )
})
