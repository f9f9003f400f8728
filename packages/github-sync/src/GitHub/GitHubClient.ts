import type { Effect, Stream } from "effect"
import type { Label } from "../domain/Label.ts"
import type { PullRequest, PullRequestRef, Repository } from "../domain/PullRequest.ts"
import type { Check, Review } from "../domain/Qualification.ts"
import type { GitHubError } from "./GitHubError.ts"
import type { RateBudget } from "./RateBudget.ts"

/**
 * A pull request as lists show it: without whether it can be merged.
 *
 * @category models
 * @since 0.1.0
 */
export type PullRequestSummary = Omit<PullRequest, "mergeable">

/**
 * How a pull request is merged.
 *
 * @category models
 * @since 0.1.0
 */
export interface MergeOptions {
  /** The head that was looked at. When it has moved since, nothing is merged. */
  readonly head: string
  readonly method?: "merge" | "squash" | "rebase"
  readonly title?: string
  readonly message?: string
}

/**
 * How one commit lies to another: `ahead` and `identical` mean that it contains the other one.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommitComparison {
  readonly status: "ahead" | "behind" | "diverged" | "identical"
  readonly aheadBy: number
  readonly behindBy: number
}

/**
 * A comment on a pull request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Comment {
  readonly id: number
  readonly author: string
  readonly body: string
  readonly url: string
}

/**
 * Who added or took away which label, and when.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelEvent {
  readonly change: "added" | "removed"
  readonly label: string
  readonly actor: string
  readonly at: string
}

/**
 * What Lockstep asks of GitHub.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubClient {
  /** How many requests are left, shared by everything that uses this client. */
  readonly budget: RateBudget
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
  /** Reads the labels that a repository knows. */
  listRepositoryLabels(repository: Repository): Effect.Effect<ReadonlyArray<Label>, GitHubError>
  /** Creates a label in a repository. Names differ in more than case. */
  createLabel(repository: Repository, label: Label): Effect.Effect<Label, GitHubError>
  /** Renames a label or gives it other looks. Pull requests that have it keep it. */
  updateLabel(repository: Repository, name: string, change: Partial<Label>): Effect.Effect<Label, GitHubError>
  /** Tells how `head` lies to `base`; both may be branches, tags or commits. */
  compare(repository: Repository, base: string, head: string): Effect.Effect<CommitComparison, GitHubError>
  /** Merges a pull request and returns the commit. A head or base that moved meanwhile is a `Conflict`, a refusal `Invalid`. */
  merge(ref: PullRequestRef, options: MergeOptions): Effect.Effect<string, GitHubError>
  /** Reads the comments of a pull request, oldest first. */
  listComments(ref: PullRequestRef): Effect.Effect<ReadonlyArray<Comment>, GitHubError>
  createComment(ref: PullRequestRef, body: string): Effect.Effect<Comment, GitHubError>
  updateComment(repository: Repository, id: number, body: string): Effect.Effect<Comment, GitHubError>
  /** Reads who added and took away labels, oldest first. */
  listLabelEvents(ref: PullRequestRef): Effect.Effect<ReadonlyArray<LabelEvent>, GitHubError>
}
