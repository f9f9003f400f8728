/**
 * Looks at repositories again and again, and finds the trackers whose pull requests have changed.
 *
 * Webhooks get lost, and where there are none, nobody tells of anything. One list per repository, which costs nothing when
 * nothing has changed, is the safety net under both.
 *
 * @since 0.1.0
 */
import { Conditions, Resource, ResourceStore, type Source, type StoreError } from "@lockstep/core"
import { Duration, Effect, Random } from "effect"
import { fold } from "../domain/Label.ts"
import * as LabelVocabulary from "../domain/LabelVocabulary.ts"
import { isAfterMerge } from "../domain/LifecycleState.ts"
import { formatRepository, type Repository } from "../domain/PullRequest.ts"
import { wasDraft } from "../domain/Qualification.ts"
import { GitHub, type GitHubError, type PullRequestSummary } from "../GitHub.ts"
import { LabelManager } from "../LabelManager.ts"
import { PullRequestTracker } from "../resources/PullRequestTracker.ts"
import * as Discovery from "./Discovery.ts"

/**
 * Settings of the poll.
 *
 * @category models
 * @since 0.1.0
 */
export interface RepositoryPollOptions extends Discovery.DiscoveryOptions {
  /** The repositories whose pull requests are found. Those that trackers are for are looked at as well. */
  readonly repositories?: ReadonlyArray<Discovery.Followed>
  /** The pause between two looks at everything, give or take a fifth (2 minutes if left out). */
  readonly interval?: Duration.Input
}

/** What each pull request looked like at the last look, by repository and number. */
type Memory = Map<string, Map<number, string>>

/**
 * Looks at one repository, and returns the keys of the trackers that have to be looked at: those whose pull request is in
 * the list and has changed, and those whose pull request has left it without the tracker having noticed.
 *
 * **Gotchas**
 *
 * What a list doesn't show changes unseen: checks, reviews, and the labels of what is closed. The reconciler looks again by
 * itself, often where something is pending and seldom where not, and webhooks tell of it at once.
 *
 * @category polling
 * @since 0.1.0
 */
export const look: (
  followed: Discovery.Followed,
  options?: Discovery.DiscoveryOptions,
  memory?: Memory
) => Effect.Effect<ReadonlyArray<Resource.Key>, StoreError | GitHubError, ResourceStore | GitHub | LabelManager> =
  Effect.fnUntraced(function* (followed, options = {}, memory = new Map()) {
    const { vocabulary } = yield* LabelManager
    const { open, trackers } = yield* Discovery.discover(followed, options)
    const name = fold(formatRepository(followed))
    const before = memory.get(name)
    const now = new Map(open.map((pullRequest) => [pullRequest.number, JSON.stringify(pullRequest)]))
    memory.set(name, now)
    const shown = new Map(open.map((pullRequest) => [pullRequest.number, pullRequest]))
    return trackers
      .filter((tracker) => {
        const { number } = tracker.spec
        const pullRequest = shown.get(number)
        if (pullRequest === undefined) return !hasEnded(tracker) && !isGone(tracker)
        const last = before?.get(number)
        return last === undefined ? differs(tracker, pullRequest, vocabulary) : last !== now.get(number)
      })
      .map(Resource.keyOf)
  })

const hasEnded = ({ status }: PullRequestTracker): boolean =>
  status?.state !== undefined && (status.state === "closed" || isAfterMerge(status.state))

// It was deleted, or moved to another repository: the reconciler looks now and then whether it is back.
const isGone = ({ status }: PullRequestTracker): boolean =>
  Conditions.get(status?.conditions, "Ready")?.reason === "GitHubNotFound"

// What was seen is not remembered over a restart, but what was written down is.
const differs = (
  { status }: PullRequestTracker,
  { draft, head, labels, title }: PullRequestSummary,
  vocabulary: LabelVocabulary.LabelVocabulary
): boolean => {
  const shown = LabelVocabulary.ownedAmong(vocabulary, labels).map(({ name }) => fold(name))
  const noted = (status?.labels?.owned ?? []).map(fold)
  return (
    status?.headSHA !== head.sha ||
    status.title !== title ||
    status.state === "closed" ||
    wasDraft(status.qualification ?? { reasons: [] }) !== draft ||
    shown.toSorted().join("\n") !== noted.toSorted().join("\n")
  )
}

/**
 * Creates the source that looks at repositories for as long as it runs.
 *
 * **Details**
 *
 * It has told what was there once every repository was looked at, or could not be. Where GitHub asks to wait, that is how
 * long the next look is put off. One repository that can't be read doesn't keep the others from being looked at.
 *
 * @category sources
 * @since 0.1.0
 */
export const source = (options: RepositoryPollOptions = {}): Source.Source<ResourceStore | GitHub | LabelManager> =>
  Effect.fnUntraced(function* (sink) {
    const memory: Memory = new Map()
    const interval = Duration.fromInputUnsafe(options.interval ?? "2 minutes")

    const lookAt = (followed: Discovery.Followed, trackers: ReadonlyArray<PullRequestTracker>) =>
      look(followed, { ...options, trackers }, memory).pipe(
        Effect.flatMap((keys) => Effect.forEach(keys, (key) => sink.add(key, "change"), { discard: true })),
        Effect.as(Duration.zero),
        Effect.catch((error) =>
          Effect.as(
            Effect.logWarning(
              `The pull requests of ${formatRepository(followed)} could not be looked for: ${error.message}`
            ),
            error.treatment._tag === "retry" ? (error.treatment.after ?? Duration.zero) : Duration.zero
          )
        )
      )

    const jittered = Effect.map(Random.nextBetween(0.8, 1.2), (jitter) => Duration.times(interval, jitter))

    let first = true
    return yield* Effect.gen(function* () {
      const trackers = yield* listed(options)
      const waits = yield* Effect.forEach(repositories(options, trackers), (followed) => lookAt(followed, trackers))
      if (first) yield* sink.synced
      first = false
      yield* Effect.sleep(waits.reduce(Duration.max, yield* jittered))
    }).pipe(
      Effect.catch((error) =>
        Effect.andThen(
          Effect.logWarning(`The repositories could not be looked at: ${error.message}`),
          Effect.flatMap(jittered, Effect.sleep)
        )
      ),
      Effect.forever
    )
  })

// Once per round: the store may be far away, too.
const listed = ({ namespace }: RepositoryPollOptions) =>
  ResourceStore.use((store) => store.list(PullRequestTracker, { namespace: namespace ?? "default" })).pipe(
    Effect.map(({ items }) => items)
  )

/** Those that were named, and those that trackers are for. */
const repositories = (
  options: RepositoryPollOptions,
  trackers: ReadonlyArray<PullRequestTracker>
): ReadonlyArray<Discovery.Followed> => {
  const named = options.repositories ?? []
  const nameOf = (one: Repository) => fold(formatRepository(one))
  const names = new Set(named.map(nameOf))
  const others = trackers.map(({ spec }) => spec.repository).filter((one) => !names.has(nameOf(one)))
  return [...named, ...new Map(others.map((one) => [nameOf(one), one])).values()]
}
