/**
 * What an in-process GitHub holds at the start.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

const Label = Schema.Struct({
  name: Schema.NonEmptyString,
  color: Schema.optionalKey(Schema.String),
  description: Schema.optionalKey(Schema.String)
})

const Check = Schema.Struct({
  name: Schema.NonEmptyString,
  status: Schema.optionalKey(Schema.Literals(["queued", "in_progress", "completed"])),
  conclusion: Schema.optionalKey(
    Schema.Literals(["success", "failure", "neutral", "cancelled", "skipped", "timed_out", "action_required"])
  )
})

const Review = Schema.Struct({
  author: Schema.NonEmptyString,
  state: Schema.Literals(["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED"]),
  association: Schema.optionalKey(
    Schema.Literals(["OWNER", "MEMBER", "COLLABORATOR", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR", "NONE"])
  )
})

const PullRequest = Schema.Struct({
  number: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  title: Schema.NonEmptyString,
  body: Schema.optionalKey(Schema.String),
  author: Schema.optionalKey(Schema.NonEmptyString),
  state: Schema.optionalKey(Schema.Literals(["open", "closed"])),
  draft: Schema.optionalKey(Schema.Boolean),
  merged: Schema.optionalKey(Schema.Boolean),
  conflicting: Schema.optionalKey(Schema.Boolean),
  head: Schema.optionalKey(Schema.NonEmptyString),
  base: Schema.optionalKey(Schema.NonEmptyString),
  labels: Schema.optionalKey(Schema.Array(Schema.NonEmptyString)),
  checks: Schema.optionalKey(Schema.Array(Check)),
  reviews: Schema.optionalKey(Schema.Array(Review))
})

const Repository = Schema.Struct({
  owner: Schema.NonEmptyString,
  name: Schema.NonEmptyString,
  labels: Schema.optionalKey(Schema.Array(Label)),
  pullRequests: Schema.optionalKey(Schema.Array(PullRequest))
})

/**
 * What an in-process GitHub holds at the start: repositories with their labels and pull requests.
 *
 * **Details**
 *
 * Only owners, names and titles are needed. Numbers count up where they are left out, heads are `topic-<number>`, and the
 * base is `main`. A check without a conclusion that is not said to run has succeeded.
 *
 * @category schemas
 * @since 0.1.0
 */
export const GitHubSeed = Schema.Struct({ repositories: Schema.Array(Repository) })

/**
 * What an in-process GitHub holds at the start.
 *
 * @category models
 * @since 0.1.0
 */
export type GitHubSeed = typeof GitHubSeed.Type

/**
 * A pull request of a seed.
 *
 * @category models
 * @since 0.1.0
 */
export type SeedPullRequest = typeof PullRequest.Type

/**
 * An in-process GitHub with nothing in it.
 *
 * @category seeds
 * @since 0.1.0
 */
export const empty: GitHubSeed = { repositories: [] }

/**
 * Reads a seed from JSON text.
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = Schema.decodeUnknownEffect(Schema.fromJsonString(GitHubSeed), {
  errors: "all",
  onExcessProperty: "error"
})
