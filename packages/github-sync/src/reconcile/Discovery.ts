/**
 * Finds open pull requests, creates their trackers, and deletes those that are no longer wanted.
 *
 * @since 0.1.0
 */
import { findOrCreate, Resource, ResourceStore, type StoreError } from "@lockstep/core"
import { Effect, Stream } from "effect"
import { sameName } from "../domain/Label.ts"
import { matches, type LabelSelector } from "../domain/LabelSelector.ts"
import { formatRef, formatRepository, type PullRequestRef, type Repository } from "../domain/PullRequest.ts"
import { GitHub, type GitHubError, type PullRequestSummary } from "../GitHub.ts"
import { group } from "../resources/group.ts"
import { PullRequestTracker, trackerName } from "../resources/PullRequestTracker.ts"

/**
 * Which trackers that were created by discovery are deleted again.
 *
 * | policy | what is deleted |
 * |---|---|
 * | `keep` | nothing |
 * | `closed` | trackers of pull requests that were closed without a merge, or that are open and no longer meant |
 * | `ended` | those, and the ones of merged pull requests that are healthy |
 *
 * @category models
 * @since 0.1.0
 */
export type PrunePolicy = "keep" | "closed" | "ended"

/**
 * A repository whose pull requests are followed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Followed extends Repository {
  /** Only pull requests whose labels are so are found; all if left out. */
  readonly labels?: LabelSelector
}

/**
 * Settings of discovery.
 *
 * @category models
 * @since 0.1.0
 */
export interface DiscoveryOptions {
  /** Where trackers are created; in `default` if left out. */
  readonly namespace?: string
  /** What is deleted; nothing if left out. */
  readonly prune?: PrunePolicy
  /** The trackers of the namespace, for whoever has listed them already. */
  readonly trackers?: ReadonlyArray<PullRequestTracker>
}

/**
 * What a look at a repository came to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Discovered {
  /** Every open pull request, also those that are not meant. */
  readonly open: ReadonlyArray<PullRequestSummary>
  /** The trackers of the repository, those that were created now among them. */
  readonly trackers: ReadonlyArray<PullRequestTracker>
  /** The trackers that were deleted. */
  readonly pruned: ReadonlyArray<PullRequestTracker>
}

/**
 * The label of trackers that discovery created. Others are never deleted by it.
 *
 * @category naming
 * @since 0.1.0
 */
export const discoveredLabel = `${group}/discovered`

/**
 * Returns the tracker of a pull request; creates it if there is none.
 *
 * @category trackers
 * @since 0.1.0
 */
export const track: (
  ref: PullRequestRef,
  namespace?: string
) => Effect.Effect<PullRequestTracker, StoreError, ResourceStore> = (ref, namespace) =>
  create(ref, namespace ?? "default", {})

const create = Effect.fnUntraced(function* (
  ref: PullRequestRef,
  namespace: string,
  labels: { readonly [name: string]: string }
) {
  const { created, object } = yield* findOrCreate(PullRequestTracker, {
    metadata: { namespace, name: trackerName(ref), labels },
    spec: { repository: ref.repository, number: ref.number, suspend: false }
  })
  if (created) yield* Effect.logInfo(`Follows ${formatRef(ref)}`)
  return object
})

/**
 * Looks at the open pull requests of a repository once: creates the trackers that are missing, and deletes those that the
 * policy says are over.
 *
 * **Details**
 *
 * One request finds up to 100 pull requests, and costs nothing when nothing has changed. A tracker that a person created is
 * never deleted. One that is deleted is found again when its pull request is open and meant.
 *
 * @category trackers
 * @since 0.1.0
 */
export const discover: (
  followed: Followed,
  options?: DiscoveryOptions
) => Effect.Effect<Discovered, StoreError | GitHubError, ResourceStore | GitHub> = Effect.fnUntraced(
  function* (followed, options = {}) {
    const store = yield* ResourceStore
    const github = yield* GitHub
    const repository = { owner: followed.owner, name: followed.name }
    const namespace = options.namespace ?? "default"
    const open = yield* Stream.runCollect(github.listPRs(repository))
    const all = options.trackers ?? (yield* store.list(PullRequestTracker, { namespace })).items
    const known = all.filter(({ spec }) => sameRepository(spec.repository, repository))
    const meant = open.filter(({ labels }) => matches(followed.labels ?? {}, labels))
    const missing = meant.filter(({ number }) => !known.some(({ spec }) => spec.number === number))
    const created = yield* Effect.forEach(missing, ({ number }) =>
      create({ repository, number }, namespace, { [discoveredLabel]: "true" })
    )
    const isOver = over(options.prune ?? "keep", {
      open: new Set(open.map(({ number }) => number)),
      meant: new Set(meant.map(({ number }) => number))
    })
    const pruned = known.filter(isOver)
    yield* Effect.forEach(pruned, (tracker) => remove(store, tracker), { discard: true })
    return { open, trackers: [...known.filter((tracker) => !isOver(tracker)), ...created], pruned }
  },
  (effect, followed) => Effect.annotateLogs(effect, { repository: formatRepository(followed) })
)

// Names of repositories are the same whatever their case.
const sameRepository = (one: Repository, other: Repository): boolean =>
  sameName(one.owner, other.owner) && sameName(one.name, other.name)

const over =
  (policy: PrunePolicy, now: { readonly open: ReadonlySet<number>; readonly meant: ReadonlySet<number> }) =>
  ({ metadata, spec, status }: PullRequestTracker): boolean => {
    if (policy === "keep" || metadata.labels?.[discoveredLabel] !== "true") return false
    if (metadata.deletionTimestamp !== undefined) return false
    if (now.open.has(spec.number)) return !now.meant.has(spec.number)
    // Only what its label shows already: nobody would correct the label afterwards.
    const ended = status?.state === "closed" || (policy === "ended" && status?.state === "healthy")
    return ended && status?.labels?.lastApplied === status?.state
  }

const remove = (store: ResourceStore["Service"], tracker: PullRequestTracker) =>
  store.delete(PullRequestTracker, Resource.keyOf(tracker), { resourceVersion: tracker.metadata.resourceVersion }).pipe(
    Effect.andThen(Effect.logInfo(`Follows ${formatRef(tracker.spec)} no longer`)),
    // Somebody else deleted or changed it meanwhile: the next look decides anew.
    Effect.catchReasons("StoreError", { NotFound: () => Effect.void, Conflict: () => Effect.void })
  )
