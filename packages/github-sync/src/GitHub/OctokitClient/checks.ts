import { Effect, Stream } from "effect"
import { formatRef, formatRepository } from "../../domain/PullRequest.ts"
import type { GitHubClient } from "../GitHubClient.ts"
import type { Transport } from "../Transport.ts"
import * as Wire from "../Wire.ts"
import { all, at, of, pages, perPage } from "./paging.ts"

/** What speaks for or against a merge: checks, statuses and reviews. */
export const checks = (transport: Transport): Pick<GitHubClient, "listChecks" | "listReviews"> => {
  const { rest } = transport.octokit
  const readRuns = transport.reading(Wire.CheckRuns)
  const readStatuses = transport.reading(Wire.CombinedStatus)
  const readReviews = transport.reading(Wire.Reviews)

  return {
    listChecks: Effect.fn("GitHub.listChecks")(function* (repository, sha) {
      const attempt = `read the checks of ${formatRepository(repository)}@${sha.slice(0, 7)}`
      const where = { ...of(repository), ref: sha, per_page: perPage }
      const runs = yield* Stream.runCollect(
        pages(readRuns, attempt, rest.checks.listForRef.endpoint({ ...where, filter: "latest" }))
      )
      const statuses = yield* Stream.runCollect(
        pages(readStatuses, attempt, rest.repos.getCombinedStatusForRef.endpoint(where))
      )
      return [
        ...runs.flatMap((page) => page.check_runs.map(Wire.fromCheckRun)),
        ...statuses.flatMap((page) => page.statuses.map(Wire.fromStatus))
      ]
    }),

    listReviews: Effect.fn("GitHub.listReviews")((ref) =>
      Effect.map(
        all(
          readReviews,
          `read the reviews of ${formatRef(ref)}`,
          rest.pulls.listReviews.endpoint({ ...at(ref), pull_number: ref.number, per_page: perPage })
        ),
        (reviews) => reviews.map(Wire.fromReview)
      )
    )
  }
}
