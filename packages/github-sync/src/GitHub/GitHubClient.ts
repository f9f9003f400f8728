import type { Effect, Stream } from "effect"
import type { Label } from "../domain/Label.ts"
import type { PullRequest, PullRequestRef, Repository } from "../domain/PullRequest.ts"
import type { Check, Review } from "../domain/Qualification.ts"
import type { GitHubError } from "./GitHubError.ts"

/**
 * A pull request as lists show it: without whether it can be merged.
 *
 * @category models
 * @since 0.1.0
 */
export type PullRequestSummary = Omit<PullRequest, "mergeable">

/**
 * What Lockstep asks of GitHub.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubClient {
  /** Reads a pull request, labels included. */
  getPR(ref: PullRequestRef): Effect.Effect<PullRequest, GitHubError>
  /** Reads the pull requests of a repository, 100 per request; the open ones if no state is given. */
  listPRs(
    repository: Repository,
    options?: { readonly state?: "open" | "closed" | "all" }
  ): Stream.Stream<PullRequestSummary, GitHubError>
  /** Reads the labels of a pull request. */
  listLabels(ref: PullRequestRef): Effect.Effect<ReadonlyArray<Label>, GitHubError>
  /** Adds a label to a pull request. To add what is there already succeeds. Labels are never replaced as a set. */
  addLabel(ref: PullRequestRef, label: string): Effect.Effect<void, GitHubError>
  /** Takes a label from a pull request. To take away what isn't there succeeds. */
  removeLabel(ref: PullRequestRef, label: string): Effect.Effect<void, GitHubError>
  /** Reads the latest check runs and commit statuses of a commit. */
  listChecks(repository: Repository, sha: string): Effect.Effect<ReadonlyArray<Check>, GitHubError>
  /** Reads the reviews of a pull request, oldest first. */
  listReviews(ref: PullRequestRef): Effect.Effect<ReadonlyArray<Review>, GitHubError>
}
