/**
 * What an `OperatorConfig` means for an operator.
 *
 * @since 0.1.0
 */
import { Resource, ResourceStore, type StoreError } from "@lockstep/core"
import { OperatorConfig, operatorConfigName, policiesOf, type LabelVocabulary } from "@lockstep/github-sync"
import { Duration, Effect, Option, Result } from "effect"
import type { LocalOptions, OperatorOptions } from "./Operator.ts"

/**
 * What an operator is told by its configuration.
 *
 * @category models
 * @since 0.1.0
 */
export type Configured = Pick<OperatorOptions, "repositories" | "clusters" | "syncInterval" | "prune"> &
  Pick<LocalOptions, "vocabulary" | "qualification" | "lostLabel">

/**
 * Returns what a configuration means for an operator, or what is wrong with the names of its labels.
 *
 * **Details**
 *
 * How GitHub is reached is not part of it: that is named in the configuration, and read by whoever may read secrets.
 *
 * @category conversions
 * @since 0.1.0
 */
export const optionsOf = (spec: OperatorConfig["spec"]): Result.Result<Configured, LabelVocabulary.VocabularyError> =>
  Result.map(policiesOf(spec), (policies) => ({
    ...policies,
    repositories: spec.repositories,
    clusters: spec.clusters ?? [],
    syncInterval: Duration.seconds(spec.syncIntervalSeconds),
    prune: spec.prune
  }))

/**
 * Reads the configuration named `lockstep` from the store; nothing if there is none. It warns of a part `github`, which names
 * secrets and is not read.
 *
 * @category reading
 * @since 0.1.0
 */
export const read: Effect.Effect<
  Option.Option<Configured>,
  StoreError | LabelVocabulary.VocabularyError,
  ResourceStore
> = Effect.gen(function* () {
  const store = yield* ResourceStore
  const found = yield* store.get(OperatorConfig, Resource.key(operatorConfigName)).pipe(
    Effect.asSome,
    Effect.catchReason("StoreError", "NotFound", () => Effect.succeedNone)
  )
  if (Option.isNone(found)) return Option.none()
  const { spec } = found.value
  if (spec.github !== undefined) yield* Effect.logWarning(unread)
  return Option.some(yield* Effect.fromResult(optionsOf(spec)))
})

const unread = `The part github of the OperatorConfig ${operatorConfigName} is not read: name GitHub and its credentials in the environment, such as LOCKSTEP_GITHUB_TOKEN from a secretKeyRef`
