import { Effect, Stream } from "effect"
import { formatRef, formatRepository } from "../../domain/PullRequest.ts"
import type { GitHubClient } from "../GitHubClient.ts"
import { Conflict, GitHubError, Invalid } from "../GitHubError.ts"
import type { Transport } from "../Transport.ts"
import * as Wire from "../Wire.ts"
import { at, of, one, pages, perPage } from "./paging.ts"

/** Pull requests: read one by one or as a list, and merged. */
export const pullRequests = (transport: Transport): Pick<GitHubClient, "getPR" | "listPRs" | "merge"> => {
  const { pulls } = transport.octokit.rest
  const read = transport.reading(Wire.PullRequest)
  const readList = transport.reading(Wire.PullRequests)
  const writeMerge = transport.writing(Wire.Merged)

  return {
    getPR: Effect.fn("GitHub.getPR")((ref) =>
      Effect.map(
        one(read, `read ${formatRef(ref)}`, pulls.get.endpoint({ ...at(ref), pull_number: ref.number })),
        Wire.toPullRequest(ref.repository)
      )
    ),

    listPRs: (repository, { state = "open" } = {}) =>
      pages(
        readList,
        `list the pull requests of ${formatRepository(repository)}`,
        pulls.list.endpoint({ ...of(repository), state, per_page: perPage })
      ).pipe(Stream.flattenIterable, Stream.map(Wire.toSummary(repository))),

    merge: Effect.fn("GitHub.merge")((ref, { head, message, method, title }) => {
      const attempt = `merge ${formatRef(ref)}`
      return writeMerge(
        attempt,
        pulls.merge.endpoint({
          ...at(ref),
          pull_number: ref.number,
          sha: head,
          ...(method === undefined ? {} : { merge_method: method }),
          ...(title === undefined ? {} : { commit_title: title }),
          ...(message === undefined ? {} : { commit_message: message })
        })
      ).pipe(
        Effect.map(({ sha }) => sha),
        Effect.mapError((error) => (error.status === 405 ? notMergeable(attempt, error) : error))
      )
    })
  }
}

// One status stands for two things: the base has moved meanwhile, which is soon over, or a real no.
const notMergeable = (attempt: string, error: GitHubError): GitHubError => {
  const because = error.reason._tag === "Unexpected" ? error.reason.because : error.message
  const reason = /base branch was modified/iu.test(because)
    ? new Conflict({ attempt, because })
    : new Invalid({ attempt, because })
  const { requestId, status } = error
  return new GitHubError({
    reason,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId })
  })
}
