/**
 * What can go wrong with GitHub, and what to do about it.
 *
 * @since 0.1.0
 */
import { Treatment } from "@lockstep/core"
import { Duration, Schema } from "effect"

/** What was being done, to what: `add the label cd/merged to acme/web#42`. */
const Attempt = { attempt: Schema.String }

/**
 * The limit of requests is used up, or requests came too fast. Everybody waits; going on could get the token banned.
 *
 * @category errors
 * @since 0.1.0
 */
export class RateLimited extends Schema.TaggedError<RateLimited>()("RateLimited", {
  ...Attempt,
  kind: Schema.Literals(["primary", "secondary"]),
  retryAfter: Schema.Duration
}) {
  override get message(): string {
    const limit = this.kind === "primary" ? "the rate limit is used up" : "requests came too fast"
    return `could not ${this.attempt}: ${limit}; it is tried again in ${Duration.format(this.retryAfter)}`
  }
}

/**
 * The token is missing, wrong or expired. Whoever runs Lockstep has to set another one.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", { ...Attempt }) {
  override get message(): string {
    return `could not ${this.attempt}: GitHub does not accept the token; set LOCKSTEP_GITHUB_TOKEN to a valid one, or check the App's id, installation and key`
  }
}

/**
 * The token may not do this. Whoever issued it has to grant more.
 *
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", {
  ...Attempt,
  needed: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    const advice =
      this.needed === undefined
        ? "check that it isn't archived and that the token has write access"
        : `the token needs ${this.needed}`
    return `could not ${this.attempt}: the token may not do that; ${advice}`
  }
}

/**
 * There is no such thing, or the token may not see it: GitHub answers the same.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", { ...Attempt }) {
  override get message(): string {
    return `could not ${this.attempt}: it was not found; check the name and what the token may see`
  }
}

/**
 * GitHub refuses the request as it stands.
 *
 * @category errors
 * @since 0.1.0
 */
export class Invalid extends Schema.TaggedError<Invalid>()("Invalid", { ...Attempt, because: Schema.String }) {
  override get message(): string {
    return `could not ${this.attempt}: ${this.because}`
  }
}

/**
 * The world changed meanwhile: read it again and decide again.
 *
 * @category errors
 * @since 0.1.0
 */
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", { ...Attempt, because: Schema.String }) {
  override get message(): string {
    return `could not ${this.attempt}: ${this.because}; it is looked at again`
  }
}

/**
 * GitHub can't be reached, or has trouble itself. Nobody has to do anything but wait.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unavailable extends Schema.TaggedError<Unavailable>()("Unavailable", {
  ...Attempt,
  because: Schema.String
}) {
  override get message(): string {
    return `could not ${this.attempt}: ${this.because}; it is tried again`
  }
}

/**
 * GitHub answered something that Lockstep does not understand. That is a fault of Lockstep, or of a server that only
 * claims to be GitHub.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unexpected extends Schema.TaggedError<Unexpected>()("Unexpected", {
  ...Attempt,
  because: Schema.String
}) {
  override get message(): string {
    return `could not ${this.attempt}: ${this.because}; check that the URL leads to GitHub's API, else report this`
  }
}

/**
 * Why a request to GitHub failed.
 *
 * @category errors
 * @since 0.1.0
 */
export const GitHubErrorReason = Schema.Union([
  RateLimited,
  Unauthorized,
  Forbidden,
  NotFound,
  Invalid,
  Conflict,
  Unavailable,
  Unexpected
])

/**
 * Why a request to GitHub failed.
 *
 * @category errors
 * @since 0.1.0
 */
export type GitHubErrorReason = typeof GitHubErrorReason.Type

const treatments: { readonly [Tag in Exclude<GitHubErrorReason["_tag"], "RateLimited">]: Treatment.Treatment } = {
  Unauthorized: Treatment.terminal,
  Forbidden: Treatment.terminal,
  NotFound: Treatment.terminal,
  Invalid: Treatment.terminal,
  Conflict: Treatment.conflict,
  Unavailable: Treatment.retry(),
  Unexpected: Treatment.terminal
}

/**
 * The error of the `GitHub` service. Its `reason` says what happened, its `treatment` what to do about it.
 *
 * @category errors
 * @since 0.1.0
 */
export class GitHubError extends Schema.TaggedError<GitHubError>()("GitHubError", {
  reason: GitHubErrorReason,
  status: Schema.optionalKey(Schema.Int),
  /** GitHub's name for the request, for its support. */
  requestId: Schema.optionalKey(Schema.String)
}) {
  get treatment(): Treatment.Treatment {
    return this.reason._tag === "RateLimited" ? Treatment.retry(this.reason.retryAfter) : treatments[this.reason._tag]
  }
  override get message(): string {
    return this.reason.message
  }
}
