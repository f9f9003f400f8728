/**
 * What can go wrong between us and an API server, and what to do about it.
 *
 * @since 0.1.0
 */
import { Duration, Schema } from "effect"
import * as Treatment from "../Treatment.ts"

const common = {
  /** What was asked: `GET /apis/…`, without its query. */
  request: Schema.String,
  /** What the server said. */
  said: Schema.String
}

/**
 * One thing that is wrong with an object, as the server tells it.
 *
 * @category models
 * @since 0.1.0
 */
export const StatusCause = Schema.Struct({
  reason: Schema.optionalKey(Schema.String),
  field: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.String)
})

const causes = { ...common, causes: Schema.Array(StatusCause) }

/**
 * The object, its kind or its namespace is not there.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotFound extends Schema.TaggedError<NotFound>()("NotFound", {
  ...common,
  /** The path itself is unknown to the server, not only the object: the kind is not installed. */
  unknownPath: Schema.Boolean
}) {
  override get message(): string {
    return this.unknownPath
      ? `${this.request}: the server does not know this kind; install it with 'lockstep crd install'`
      : `${this.request}: ${this.said}`
  }
}

/**
 * An object of that name is there already.
 *
 * @category errors
 * @since 0.1.0
 */
export class AlreadyExists extends Schema.TaggedError<AlreadyExists>()("AlreadyExists", common) {
  override get message(): string {
    return `${this.request}: ${this.said}`
  }
}

/**
 * The object was changed, or another manager owns fields of it.
 *
 * @category errors
 * @since 0.1.0
 */
export class Conflict extends Schema.TaggedError<Conflict>()("Conflict", causes) {
  override get message(): string {
    return `${this.request}: ${this.said}`
  }
}

/**
 * The object breaks the rules of its kind.
 *
 * @category errors
 * @since 0.1.0
 */
export class Invalid extends Schema.TaggedError<Invalid>()("Invalid", causes) {
  override get message(): string {
    return `${this.request}: ${this.said}`
  }
}

/**
 * The request makes no sense to the server.
 *
 * @category errors
 * @since 0.1.0
 */
export class BadRequest extends Schema.TaggedError<BadRequest>()("BadRequest", common) {
  override get message(): string {
    return `${this.request}: ${this.said}`
  }
}

/**
 * The server does not know who asks: the credentials are wrong or have run out.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", common) {
  override get message(): string {
    return `${this.request}: the server does not accept the credentials; check the user of the kubeconfig's context`
  }
}

/**
 * Who asks may not do that.
 *
 * @category errors
 * @since 0.1.0
 */
export class Forbidden extends Schema.TaggedError<Forbidden>()("Forbidden", common) {
  override get message(): string {
    return `${this.request}: ${this.said}; give the user a role that allows it`
  }
}

/**
 * The version or page to continue from is no longer kept: list again.
 *
 * @category errors
 * @since 0.1.0
 */
export class Expired extends Schema.TaggedError<Expired>()("Expired", common) {
  override get message(): string {
    return `${this.request}: ${this.said}; list again`
  }
}

/**
 * The server asks to be left alone for a while.
 *
 * @category errors
 * @since 0.1.0
 */
export class TooManyRequests extends Schema.TaggedError<TooManyRequests>()("TooManyRequests", {
  ...common,
  retryAfterMillis: Schema.optionalKey(Schema.Finite)
}) {
  override get message(): string {
    return `${this.request}: ${this.said}; it is tried again later`
  }
}

/**
 * The server could not answer: it is starting, its storage is away, or it is broken.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerFailed extends Schema.TaggedError<ServerFailed>()("ServerFailed", {
  ...common,
  status: Schema.Int,
  reason: Schema.optionalKey(Schema.String)
}) {
  override get message(): string {
    return `${this.request}: the server answered ${this.status}: ${this.said}; it is tried again`
  }
}

/**
 * No answer came: the server is down, too slow, or cut off, or its certificate is not trusted.
 *
 * @category errors
 * @since 0.1.0
 */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  request: Schema.String,
  because: Schema.String
}) {
  override get message(): string {
    return `${this.request}: no answer: ${this.because}; it is tried again`
  }
}

/**
 * There is no usable kubeconfig, or no credentials could be got for it.
 *
 * @category errors
 * @since 0.1.0
 */
export class NotConfigured extends Schema.TaggedError<NotConfigured>()("NotConfigured", { because: Schema.String }) {
  override get message(): string {
    return this.because
  }
}

/**
 * Why a request failed.
 *
 * @category errors
 * @since 0.1.0
 */
export const KubernetesErrorReason = Schema.Union([
  NotFound,
  AlreadyExists,
  Conflict,
  Invalid,
  BadRequest,
  Unauthorized,
  Forbidden,
  Expired,
  TooManyRequests,
  ServerFailed,
  Unreachable,
  NotConfigured
])

/**
 * Why a request failed.
 *
 * @category errors
 * @since 0.1.0
 */
export type KubernetesErrorReason = typeof KubernetesErrorReason.Type

/** What nobody but a person can mend is looked at again now and then, since nothing tells us when it was mended. */
const byPeople = Treatment.retry(Duration.minutes(1))

const treatments: {
  readonly [Tag in KubernetesErrorReason["_tag"]]: (
    reason: Extract<KubernetesErrorReason, { readonly _tag: Tag }>
  ) => Treatment.Treatment
} = {
  NotFound: ({ unknownPath }) => (unknownPath ? byPeople : Treatment.conflict),
  AlreadyExists: () => Treatment.conflict,
  Conflict: () => Treatment.conflict,
  Invalid: () => Treatment.terminal,
  BadRequest: () => Treatment.terminal,
  Unauthorized: () => byPeople,
  Forbidden: () => byPeople,
  Expired: () => Treatment.conflict,
  TooManyRequests: ({ retryAfterMillis }) =>
    retryAfterMillis === undefined ? Treatment.retry() : Treatment.retry(Duration.millis(retryAfterMillis)),
  ServerFailed: () => Treatment.retry(),
  Unreachable: () => Treatment.retry(),
  NotConfigured: () => byPeople
}

/**
 * The error of a `Transport`. Its `reason` says what happened, its `treatment` what to do about it.
 *
 * @category errors
 * @since 0.1.0
 */
export class KubernetesError extends Schema.TaggedError<KubernetesError>()("KubernetesError", {
  reason: KubernetesErrorReason
}) {
  get treatment(): Treatment.Treatment {
    const treat = treatments[this.reason._tag] as (reason: KubernetesErrorReason) => Treatment.Treatment
    return treat(this.reason)
  }
  override get message(): string {
    return this.reason.message
  }
}
