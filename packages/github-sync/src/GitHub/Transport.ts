/** Sends requests to GitHub: when it is their turn, at most for as long as set, and with every failure made ours. */
import { Clock, Duration, Effect, Predicate, Redacted, Result, Schema } from "effect"
import type { Octokit } from "@octokit/rest"
import { GitHubError, Unavailable, Unexpected } from "./GitHubError.ts"
import * as EtagCache from "./EtagCache.ts"
import type { AnswerFile } from "./EtagCache/AnswerFile.ts"
import type { GitHubSettings } from "./GitHubSettings.ts"
import { readFailure, saysHowLong, toError, type Failure } from "./OctokitErrors.ts"
import type { RateBudget } from "./RateBudget.ts"

/** A request, as Octokit's endpoints describe it. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers?: { readonly [name: string]: string | number | undefined }
  readonly body?: unknown
}

/** A page of what was read, and where the next one is. */
export interface Page<A> {
  readonly value: A
  readonly next?: string | undefined
}

interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string | number | undefined }
  readonly data: unknown
}

/** The ways to ask GitHub for something. */
export interface Transport {
  readonly octokit: Octokit
  /** Sends a write. */
  write(attempt: string, asked: Asked): Effect.Effect<unknown, GitHubError>
  /** Sends a write and reads the answer. */
  writing<A>(schema: Schema.Codec<A, unknown>): (attempt: string, asked: Asked) => Effect.Effect<A, GitHubError>
  /** Creates a reader that remembers what it has read. */
  reading<A>(schema: Schema.Codec<A, unknown>): (attempt: string, asked: Asked) => Effect.Effect<Page<A>, GitHubError>
}

const defaultCapacity = 5000

/** As many as GitHub gives at once. */
export const perPage = 100

const pageOf = <A>(schema: Schema.Codec<A, unknown>) =>
  Schema.Struct({ value: schema, next: Schema.optional(Schema.String) })

/** Creates the way to GitHub. What was read is remembered in memory, and in a file if there is one. */
export const make = (octokit: Octokit, settings: GitHubSettings, budget: RateBudget, file?: AnswerFile): Transport => {
  const renewed = renewing(octokit, settings)
  // How often in a row GitHub asked to wait without saying how long, and until when the last time.
  let vague = 0
  let vagueUntil = 0

  const request = (attempt: string, asked: Asked): Effect.Effect<Answer, GitHubError> =>
    renewed(
      Effect.tryPromise({
        try: (signal): Promise<Answer> => {
          const { body, headers = {}, method, url } = asked
          return octokit.request({
            method: method as "GET",
            url,
            headers,
            ...(body === undefined ? {} : { data: body }),
            request: { signal }
          })
        },
        catch: readFailure
      })
    ).pipe(
      // What is known already comes as a failure.
      Effect.catchIf(
        ({ status }) => status === 304,
        ({ headers }) => Effect.succeed({ status: 304, headers, data: undefined })
      ),
      Effect.tap(({ headers }) => {
        vague = 0
        vagueUntil = 0
        return budget.learn(headers)
      }),
      Effect.catch((failure) => refused(attempt, failure)),
      Effect.timeoutOrElse({ duration: settings.timeout, orElse: () => Effect.fail(tooSlow(attempt)) })
    )

  const refused = (attempt: string, failure: Failure) =>
    Effect.gen(function* () {
      yield* budget.learn(failure.headers)
      const now = yield* Clock.currentTimeMillis
      // Those that were under way together are told the same.
      const isCounted = now < vagueUntil
      const error = yield* toError(attempt, failure, isCounted ? vague - 1 : vague)
      const { reason } = error
      if (reason._tag === "RateLimited" && reason.kind === "secondary") {
        yield* budget.pause(reason.retryAfter)
        if (!saysHowLong(failure) && !isCounted) {
          vague++
          vagueUntil = now + Duration.toMillis(reason.retryAfter)
        }
      }
      return yield* error
    })

  const write = (attempt: string, asked: Asked) =>
    Effect.map(budget.spend(attempt, "write")(request(attempt, asked)), ({ data }) => data)

  return {
    octokit,
    write,
    writing: (schema) => (attempt, asked) =>
      Effect.flatMap(write(attempt, asked), (data) => decode(attempt, schema, data)),
    reading: <A>(schema: Schema.Codec<A, unknown>) => {
      const inMemory = EtagCache.make<Page<A>>(settings.cacheCapacity ?? defaultCapacity)
      const cache = file === undefined ? inMemory : EtagCache.over(inMemory, EtagCache.inFile(file, pageOf(schema)))
      return Effect.fnUntraced(function* (attempt: string, asked: Asked) {
        const remembered = cache.get(asked.url)
        // A last page that is full may have got another one behind it without changing itself.
        const known = remembered !== undefined && isFullAtLast(remembered.value) ? undefined : remembered
        const conditional =
          known === undefined ? asked : { ...asked, headers: { ...asked.headers, "if-none-match": known.etag } }
        const answer = yield* budget.spend(attempt, "read")(request(attempt, conditional))
        if (answer.status === 304 && known !== undefined) return known.value
        const page = { value: yield* decode(attempt, schema, answer.data), next: nextPage(answer.headers["link"]) }
        const { etag } = answer.headers
        if (typeof etag === "string") cache.set(asked.url, { etag, value: page })
        return page
      })
    }
  }
}

const isFullAtLast = <A>({ next, value }: Page<A>): boolean => next === undefined && longest(value) >= perPage

const longest = (value: unknown): number =>
  Array.isArray(value)
    ? value.length
    : Predicate.isObject(value)
      ? Math.max(0, ...Object.values(value).map((part) => (Array.isArray(part) ? part.length : 0)))
      : 0

/** A token that was fetched anew is not fetched again for so long. */
const renewalInterval = 10_000

/**
 * Sends once more what an installation's token was refused for, with another token: it may have been revoked, and Octokit keeps it
 * for an hour. Nothing was done by the request that was refused.
 */
const renewing = (octokit: Octokit, { app }: GitHubSettings) => {
  let renewal: { readonly at: number; readonly token: Promise<unknown> } | undefined
  const renew = (installationId: number, sentAt: number, now: number): Promise<unknown> | undefined => {
    // Who was sent before the last renewal has had the token from before it.
    if (renewal !== undefined && sentAt <= renewal.at) return renewal.token
    if (renewal !== undefined && now - renewal.at < renewalInterval) return undefined
    const token = octokit.auth({ type: "installation", installationId, refresh: true })
    renewal = { at: now, token }
    return token
  }

  return (send: Effect.Effect<Answer, Failure>): Effect.Effect<Answer, Failure> =>
    app === undefined
      ? send
      : Effect.gen(function* () {
          const sentAt = yield* Clock.currentTimeMillis
          const answer = yield* Effect.result(send)
          if (Result.isSuccess(answer)) return answer.success
          const refused = Effect.fail(answer.failure)
          if (answer.failure.status !== 401) return yield* refused
          const token = renew(app.installation, sentAt, yield* Clock.currentTimeMillis)
          if (token === undefined) return yield* refused
          yield* Effect.catch(
            Effect.tryPromise(() => token),
            () => refused
          )
          return yield* send
        })
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** How Octokit is set up, whoever it speaks for. */
export const octokitOptions = (settings: GitHubSettings) => ({
  baseUrl: settings.baseUrl.href.replace(/\/$/u, ""),
  userAgent: "lockstep",
  log: silent,
  ...(settings.token === undefined ? {} : { auth: Redacted.value(settings.token) }),
  request: settings.fetch === undefined ? {} : { fetch: settings.fetch }
})

const decode = <A>(attempt: string, schema: Schema.Codec<A, unknown>, data: unknown): Effect.Effect<A, GitHubError> =>
  Effect.mapError(
    Schema.decodeUnknownEffect(schema)(data),
    (error) =>
      new GitHubError({
        reason: new Unexpected({
          attempt,
          because: `the answer can't be read (${error.message.replaceAll("\n", " ")})`
        })
      })
  )

const tooSlow = (attempt: string) =>
  new GitHubError({ reason: new Unavailable({ attempt, because: "GitHub did not answer in time" }) })

const nextPage = (link: string | number | undefined): string | undefined => {
  const found = String(link ?? "")
    .split(",")
    .find((part) => part.includes('rel="next"'))
  return /<([^>]+)>/u.exec(found ?? "")?.[1]
}
