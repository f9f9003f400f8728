/**
 * What happened to a pull request, whatever its labels say.
 *
 * @since 0.1.0
 */
import { Match } from "effect"
import type { LifecycleState } from "./LifecycleState.ts"
import type { PullRequest } from "./PullRequest.ts"
import type { Qualification } from "./Qualification.ts"

/**
 * What happened to a pull request.
 *
 * @category models
 * @since 0.1.0
 */
export type Facts =
  | { readonly _tag: "open"; readonly qualified: boolean; readonly unqualifiedBecause: ReadonlyArray<string> }
  | { readonly _tag: "closed" }
  | { readonly _tag: "merged"; readonly deployment: DeploymentState | undefined }

/**
 * How far a merged change has come, over all clusters.
 *
 * @category models
 * @since 0.1.0
 */
export type DeploymentState = "synced" | "healthy" | "degraded" | "drifted"

/**
 * Gathers the facts about a pull request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const gather = (
  pullRequest: Pick<PullRequest, "open" | "merged">,
  qualification: Pick<Qualification, "qualified" | "reasons">,
  deployment: DeploymentState | undefined
): Facts => {
  if (pullRequest.merged) return { _tag: "merged", deployment }
  return pullRequest.open
    ? { _tag: "open", qualified: qualification.qualified, unqualifiedBecause: qualification.reasons }
    : { _tag: "closed" }
}

/**
 * Returns the state that follows from facts alone.
 *
 * @category queries
 * @since 0.1.0
 */
export const stateOf: (facts: Facts) => LifecycleState = Match.type<Facts>().pipe(
  Match.withReturnType<LifecycleState>(),
  Match.tagsExhaustive({
    merged: ({ deployment }) => deployment ?? "merged",
    closed: () => "closed",
    open: ({ qualified }) => (qualified ? "qualified" : "discovered")
  })
)

/**
 * Tells the facts in words, for people.
 *
 * @category formatting
 * @since 0.1.0
 */
export const describe: (facts: Facts) => string = Match.type<Facts>().pipe(
  Match.tagsExhaustive({
    merged: ({ deployment }) => (deployment === undefined ? "it is merged" : `it is merged and ${deployment}`),
    closed: () => "it is closed without a merge",
    open: ({ qualified, unqualifiedBecause }) =>
      qualified ? "it is open and qualifies" : `it is open and does not qualify: ${unqualifiedBecause.join(", ")}`
  })
)
