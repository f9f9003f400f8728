/**
 * What an `OperatorConfig` means for an operator.
 *
 * @since 0.1.0
 */
import { policiesOf, type LabelVocabulary, type OperatorConfig } from "@lockstep/github-sync"
import { Duration, Result } from "effect"
import type { LocalOptions } from "./LocalOperator.ts"
import type { OperatorOptions } from "./Operator.ts"

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
 * How GitHub is reached is not part of it: that takes secrets, see `GitHubConnection.settings`.
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
