import { Effect, Option, Redacted, Schema, Stream } from "effect"
import type { Octokit } from "@octokit/rest"
import { formatRef, formatRepository, type PullRequestRef, type Repository } from "../domain/PullRequest.ts"
import type { GitHubClient } from "./GitHubClient.ts"
import { GitHubError, Unavailable, Unexpected } from "./GitHubError.ts"
import type { GitHubSettings } from "./GitHubSettings.ts"
import { readFailure, toError } from "./OctokitErrors.ts"
import * as Wire from "./Wire.ts"

const perPage = 100

/** Creates a client on Octokit. Octokit is loaded when the client is made. */
export const make = (settings: GitHubSettings): Effect.Effect<GitHubClient> =>
  Effect.map(
    Effect.promise(() => import("./octokit.ts")),
    (module) => client(new module.Octokit(options(settings)), settings)
  )

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

const options = (settings: GitHubSettings) => ({
  baseUrl: settings.baseUrl.href.replace(/\/$/u, ""),
  userAgent: "lockstep",
  log: silent,
  ...(settings.token === undefined ? {} : { auth: Redacted.value(settings.token) }),
  request: settings.fetch === undefined ? {} : { fetch: settings.fetch }
})

const at = (ref: PullRequestRef) => ({ owner: ref.repository.owner, repo: ref.repository.name })

const of = (repository: Repository) => ({ owner: repository.owner, repo: repository.name })

interface Answer {
  readonly data: unknown
  readonly headers: { readonly link?: string | undefined }
}

const client = (octokit: Octokit, settings: GitHubSettings): GitHubClient => {
  const send = (
    attempt: string,
    request: (signal: AbortSignal) => Promise<Answer>
  ): Effect.Effect<Answer, GitHubError> =>
    Effect.tryPromise({ try: request, catch: readFailure }).pipe(
      Effect.catch((failure) => Effect.flatMap(toError(attempt, failure), Effect.fail)),
      Effect.timeoutOrElse({ duration: settings.timeout, orElse: () => Effect.fail(tooSlow(attempt)) })
    )

  const read = <A>(
    attempt: string,
    schema: Schema.Codec<A, unknown>,
    request: (signal: AbortSignal) => Promise<Answer>
  ): Effect.Effect<A, GitHubError> =>
    Effect.flatMap(send(attempt, request), ({ data }) => decode(attempt, schema, data))

  // Later pages are where GitHub says they are, not where one would guess.
  const pages = <A>(
    attempt: string,
    schema: Schema.Codec<A, unknown>,
    first: (signal: AbortSignal) => Promise<Answer>
  ): Stream.Stream<A, GitHubError> =>
    Stream.paginate(
      first,
      Effect.fnUntraced(function* (request: (signal: AbortSignal) => Promise<Answer>) {
        const { data, headers } = yield* send(attempt, request)
        const page = yield* decode(attempt, schema, data)
        const next = Option.map(
          nextPage(headers.link),
          (url) => (signal: AbortSignal) => octokit.request({ method: "GET", url, request: { signal } })
        )
        return [[page], next] as const
      })
    )

  const all = <A>(
    attempt: string,
    schema: Schema.Codec<ReadonlyArray<A>, unknown>,
    first: (signal: AbortSignal) => Promise<Answer>
  ) => Effect.map(Stream.runCollect(pages(attempt, schema, first)), (found) => found.flat())

  const listLabels = (ref: PullRequestRef) =>
    all(`read the labels of ${formatRef(ref)}`, Wire.Labels, (signal) =>
      octokit.rest.issues.listLabelsOnIssue({
        ...at(ref),
        issue_number: ref.number,
        per_page: perPage,
        request: { signal }
      })
    )

  return {
    getPR: Effect.fn("GitHub.getPR")((ref) =>
      Effect.map(
        read(`read ${formatRef(ref)}`, Wire.PullRequest, (signal) =>
          octokit.rest.pulls.get({ ...at(ref), pull_number: ref.number, request: { signal } })
        ),
        Wire.toPullRequest(ref.repository)
      )
    ),

    listPRs: (repository, { state = "open" } = {}) =>
      pages(`list the pull requests of ${formatRepository(repository)}`, Wire.PullRequests, (signal) =>
        octokit.rest.pulls.list({ ...of(repository), state, per_page: perPage, request: { signal } })
      ).pipe(Stream.flattenIterable, Stream.map(Wire.toSummary(repository))),

    listLabels: Effect.fn("GitHub.listLabels")((ref) =>
      Effect.map(listLabels(ref), (labels) => labels.map(Wire.toLabel))
    ),

    addLabel: Effect.fn("GitHub.addLabel")((ref, label) =>
      Effect.asVoid(
        send(`add the label ${label} to ${formatRef(ref)}`, (signal) =>
          octokit.rest.issues.addLabels({ ...at(ref), issue_number: ref.number, labels: [label], request: { signal } })
        )
      )
    ),

    removeLabel: Effect.fn("GitHub.removeLabel")((ref, label) =>
      send(`take the label ${label} from ${formatRef(ref)}`, (signal) =>
        octokit.rest.issues.removeLabel({ ...at(ref), issue_number: ref.number, name: label, request: { signal } })
      ).pipe(
        Effect.asVoid,
        // GitHub answers 404 for a label that isn't there as well as for a pull request that isn't; the list tells them apart.
        Effect.catchReason("GitHubError", "NotFound", () => Effect.asVoid(listLabels(ref)))
      )
    ),

    listChecks: Effect.fn("GitHub.listChecks")(function* (repository, sha) {
      const attempt = `read the checks of ${formatRepository(repository)}@${sha.slice(0, 7)}`
      const where = { ...of(repository), ref: sha, per_page: perPage }
      const runs = yield* Stream.runCollect(
        pages(attempt, Wire.CheckRuns, (signal) =>
          octokit.rest.checks.listForRef({ ...where, filter: "latest", request: { signal } })
        )
      )
      const statuses = yield* Stream.runCollect(
        pages(attempt, Wire.CombinedStatus, (signal) =>
          octokit.rest.repos.getCombinedStatusForRef({ ...where, request: { signal } })
        )
      )
      return [
        ...runs.flatMap((page) => page.check_runs.map(Wire.fromCheckRun)),
        ...statuses.flatMap((page) => page.statuses.map(Wire.fromStatus))
      ]
    }),

    listReviews: Effect.fn("GitHub.listReviews")((ref) =>
      Effect.map(
        all(`read the reviews of ${formatRef(ref)}`, Wire.Reviews, (signal) =>
          octokit.rest.pulls.listReviews({
            ...at(ref),
            pull_number: ref.number,
            per_page: perPage,
            request: { signal }
          })
        ),
        (reviews) => reviews.map(Wire.fromReview)
      )
    )
  }
}

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

const nextPage = (link: string | undefined): Option.Option<string> => {
  const found = (link ?? "").split(",").find((part) => part.includes('rel="next"'))
  return Option.fromNullishOr(/<([^>]+)>/u.exec(found ?? "")?.[1])
}
