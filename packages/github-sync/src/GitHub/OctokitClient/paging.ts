import { Effect, Option, Stream } from "effect"
import type { PullRequestRef, Repository } from "../../domain/PullRequest.ts"
import type { GitHubError } from "../GitHubError.ts"
import type { Asked, Page } from "../Transport.ts"

export { perPage } from "../Transport.ts"

/** Where a pull request is, as Octokit names the parts. */
export const at = (ref: PullRequestRef) => of(ref.repository)

/** Where a repository is, as Octokit names the parts. */
export const of = (repository: Repository) => ({ owner: repository.owner, repo: repository.name })

type Read<A> = (attempt: string, asked: Asked) => Effect.Effect<Page<A>, GitHubError>

/** Reads page after page. Later pages are where GitHub says they are, not where one would guess. */
export const pages = <A>(read: Read<A>, attempt: string, first: Asked): Stream.Stream<A, GitHubError> =>
  Stream.paginate(
    first,
    Effect.fnUntraced(function* (asked: Asked) {
      const { next, value } = yield* read(attempt, asked)
      return [[value], next === undefined ? Option.none() : Option.some({ ...asked, url: next })] as const
    })
  )

/** Reads all pages of a list. */
export const all = <A>(
  read: Read<ReadonlyArray<A>>,
  attempt: string,
  first: Asked
): Effect.Effect<ReadonlyArray<A>, GitHubError> =>
  Effect.map(Stream.runCollect(pages(read, attempt, first)), (found) => found.flat())

/** Reads what has one page. */
export const one = <A>(read: Read<A>, attempt: string, asked: Asked): Effect.Effect<A, GitHubError> =>
  Effect.map(read(attempt, asked), ({ value }) => value)
