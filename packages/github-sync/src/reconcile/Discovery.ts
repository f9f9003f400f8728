/**
 * Finds open pull requests and creates their trackers.
 *
 * @since 0.1.0
 */
import { findOrCreate, type ResourceStore, type StoreError } from "@lockstep/core"
import { Effect, Stream } from "effect"
import { formatRef, formatRepository, type PullRequestRef, type Repository } from "../domain/PullRequest.ts"
import { GitHub, type GitHubError } from "../GitHub.ts"
import { PullRequestTracker, trackerName } from "../resources/PullRequestTracker.ts"

/**
 * Returns the tracker of a pull request; creates it if there is none.
 *
 * @category trackers
 * @since 0.1.0
 */
export const track: (
  ref: PullRequestRef,
  namespace?: string
) => Effect.Effect<PullRequestTracker, StoreError, ResourceStore> = Effect.fnUntraced(function* (
  ref,
  namespace = "default"
) {
  const { created, object } = yield* findOrCreate(PullRequestTracker, {
    metadata: { namespace, name: trackerName(ref) },
    spec: { repository: ref.repository, number: ref.number, suspend: false }
  })
  if (created) yield* Effect.logInfo(`Follows ${formatRef(ref)}`)
  return object
})

/**
 * Looks for the open pull requests of a repository and returns their trackers; creates those that are missing.
 *
 * **Details**
 *
 * One request finds up to 100 pull requests. Trackers of pull requests that are no longer open stay: they are still followed.
 *
 * @category trackers
 * @since 0.1.0
 */
export const discover: (
  repository: Repository,
  namespace?: string
) => Effect.Effect<ReadonlyArray<PullRequestTracker>, StoreError | GitHubError, ResourceStore | GitHub> =
  Effect.fnUntraced(function* (repository, namespace = "default") {
    const github = yield* GitHub
    return yield* Stream.runCollect(
      Stream.mapEffect(github.listPRs({ owner: repository.owner, name: repository.name }), ({ number }) =>
        track({ repository, number }, namespace)
      )
    ).pipe(Effect.annotateLogs({ repository: formatRepository(repository) }))
  })
