import { Clock, Duration, Effect, Option, Predicate, Schema } from "effect"
import {
  Conflict,
  Forbidden,
  GitHubError,
  Invalid,
  NotFound,
  RateLimited,
  Unauthorized,
  Unavailable,
  Unexpected,
  type GitHubErrorReason
} from "./GitHubError.ts"

/** What Octokit throws, as far as it is looked at. */
export interface Failure {
  /** Absent when there was no answer at all. */
  readonly status?: number
  readonly headers: { readonly [name: string]: string | undefined }
  readonly message: string
}

const Thrown = Schema.Struct({
  response: Schema.Struct({
    status: Schema.Int,
    headers: Schema.Record(Schema.String, Schema.Unknown),
    data: Schema.Unknown
  })
})

/** Reads what Octokit throws. This is the only place that looks at it. */
export const readFailure = (thrown: unknown): Failure => {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const answered = Schema.decodeUnknownOption(Thrown)(thrown)
  if (Option.isNone(answered)) return { headers: {}, message }
  const { data, headers, status } = answered.value.response
  return {
    status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    message: describe(data) ?? message
  }
}

/** Turns a failure into our error; `before` is how often in a row GitHub has asked to wait without saying how long. */
export const toError = (attempt: string, failure: Failure, before = 0): Effect.Effect<GitHubError> =>
  Effect.map(
    Clock.currentTimeMillis,
    (now) =>
      new GitHubError({
        reason: toReason(attempt, failure, now, before),
        ...(failure.status === undefined ? {} : { status: failure.status }),
        ...(failure.headers["x-github-request-id"] === undefined
          ? {}
          : { requestId: failure.headers["x-github-request-id"] })
      })
  )

// The messages of GitHub's own errors, without the links; `errors` tell what is wrong with which field.
const describe = (data: unknown): string | undefined => {
  if (!Predicate.hasProperty(data, "message") || typeof data.message !== "string") return undefined
  const errors = Predicate.hasProperty(data, "errors") && Array.isArray(data.errors) ? data.errors : []
  const details = errors.map((error: unknown) => describeDetail(error)).filter((detail) => detail !== "")
  return details.length === 0 ? data.message : `${data.message} (${details.join("; ")})`
}

const describeDetail = (error: unknown): string => {
  if (typeof error === "string") return error
  if (Predicate.hasProperty(error, "message") && typeof error.message === "string") return error.message
  const part = (name: string) => (Predicate.hasProperty(error, name) ? String(error[name]) : "")
  return [part("resource"), part("field"), part("code")].filter((text) => text !== "").join(" ")
}

const toReason = (attempt: string, failure: Failure, now: number, before: number): GitHubErrorReason => {
  const { message, status } = failure
  if (status === undefined) return new Unavailable({ attempt, because: `GitHub can't be reached (${message})` })
  // A limit also comes as 403 and must not be taken for a missing permission.
  const limited = rateLimit(attempt, failure, now, before)
  if (limited !== undefined) return limited
  if (status >= 500) return new Unavailable({ attempt, because: `GitHub answered ${status} (${message})` })
  return (byStatus[status] ?? unexpected)(attempt, failure)
}

const byStatus: { readonly [status: number]: (attempt: string, failure: Failure) => GitHubErrorReason } = {
  401: (attempt) => new Unauthorized({ attempt }),
  403: (attempt, { headers }) => {
    const needed = headers["x-accepted-github-permissions"]
    return new Forbidden({ attempt, ...(needed === undefined ? {} : { needed }) })
  },
  404: (attempt) => new NotFound({ attempt }),
  409: (attempt, { message }) => new Conflict({ attempt, because: message }),
  410: (attempt) => new NotFound({ attempt }),
  422: (attempt, { message }) => new Invalid({ attempt, because: message })
}

const unexpected = (attempt: string, { message, status }: Failure) =>
  new Unexpected({ attempt, because: `the answer was ${status} (${message})` })

const rateLimit = (
  attempt: string,
  { headers, message, status }: Failure,
  now: number,
  before: number
): RateLimited | undefined => {
  if (status !== 403 && status !== 429) return undefined
  const usedUp = headers["x-ratelimit-remaining"] === "0"
  const retryAfter = headers["retry-after"]
  if (!usedUp && retryAfter === undefined && status === 403 && !/rate limit/iu.test(message)) return undefined
  const kind = usedUp && retryAfter === undefined ? "primary" : "secondary"
  return new RateLimited({ attempt, kind, retryAfter: wait(headers, now, before) })
}

const wait = (headers: Failure["headers"], now: number, before: number): Duration.Duration => {
  const after = Number(headers["retry-after"] ?? "")
  if (headers["retry-after"] !== undefined && after >= 0) return Duration.seconds(after)
  const reset = Number(headers["x-ratelimit-reset"] ?? "")
  if (headers["x-ratelimit-remaining"] === "0" && reset > 0) {
    return Duration.millis(Math.max(1000, reset * 1000 - now))
  }
  // GitHub asks for at least a minute where it doesn't say how long, and for ever more if that is not enough.
  return Duration.minutes(Math.min(60, 2 ** before))
}

/** Reports whether GitHub has said how long to wait. */
export const saysHowLong = ({ headers }: Failure): boolean =>
  headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0"
