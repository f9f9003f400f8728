/**
 * Reconciles trackers: whatever changed, tracker, labels and monitors end up in step.
 *
 * @since 0.1.0
 */
import { Controller, Outcome, Resource, ResourceStore, Source, type StoreError } from "@lockstep/core"
import { Clock, Duration, Effect, Option, Random, type Scope } from "effect"
import { Coordinator, type Pass, type SyncError } from "../Coordinator.ts"
import * as Contest from "../domain/Contest.ts"
import { isWaiting } from "../domain/Qualification.ts"
import { DriftMonitor } from "../resources/DriftMonitor.ts"
import { PullRequestTracker } from "../resources/PullRequestTracker.ts"
import { SyncResult } from "../SyncResult.ts"

/**
 * Settings of the reconciler.
 *
 * @category models
 * @since 0.1.0
 */
export interface TrackerReconcilerOptions<R = never> {
  /** The clusters that merged changes are to reach; none if left out. */
  readonly clusters?: ReadonlyArray<string>
  /** How often a pull request is looked at again when nothing told of a change (2 minutes if left out, give or take). */
  readonly syncInterval?: Duration.Input
  /**
   * How often a pull request is looked at again on which nothing is pending; as `syncInterval` if left out. Where
   * `RepositoryPoll` or webhooks tell of changes, that may be seldom.
   */
  readonly recheckInterval?: Duration.Input
  /** What tells of changes besides the store: `RepositoryPoll.source`, `WebhookSource.source`. */
  readonly sources?: ReadonlyArray<Source.Source<R>>
  /**
   * Believes what an earlier run has written down: a tracker in which nothing is pending is looked at after `recheckInterval`,
   * and not at the start, unless one of the `sources` asks for it. For where `RepositoryPoll` is among them: it finds what has
   * changed meanwhile. Else everything is looked at at the start.
   */
  readonly resume?: boolean
  /** Called with the key of a tracker that is not there any more. */
  readonly onGone?: (key: Resource.Key) => Effect.Effect<void>
  /** How often labels were corrected that others change back, by the keys of trackers; it begins anew with each start. */
  readonly contests?: Map<string, Contest.Contest>
  /** Only trackers of this namespace. */
  readonly namespace?: string
  /** How many trackers are worked on at once (4 if left out). */
  readonly concurrency?: number
  /** Called with what each pass came to. */
  readonly onPass?: (pass: Pass) => Effect.Effect<void>
}

/**
 * Reconciles one tracker by its key.
 *
 * **Details**
 *
 * The steps, in order: read the tracker; leave it alone if it is gone, being deleted or suspended; look at the pull request
 * and decide; correct the labels; create missing monitors after the merge; write the status, once. Then it says when to look
 * again: GitHub is not watched, so there is always a next time, sooner where something is pending. Where GitHub asks to wait,
 * that is when.
 *
 * @category reconcilers
 * @since 0.1.0
 */
export const reconcile = Effect.fnUntraced(function* (
  key: Resource.Key,
  options: TrackerReconcilerOptions = {}
): Effect.fn.Return<Outcome.Outcome, StoreError | SyncError, ResourceStore | Coordinator> {
  const store = yield* ResourceStore
  const coordinator = yield* Coordinator
  const found = yield* store.get(PullRequestTracker, key).pipe(
    Effect.asSome,
    Effect.catchReason("StoreError", "NotFound", () => Effect.succeedNone)
  )
  if (Option.isNone(found)) {
    yield* options.onGone?.(key) ?? Effect.void
    return Outcome.done
  }
  if (found.value.metadata.deletionTimestamp !== undefined) return Outcome.done
  const tracker = found.value
  if (tracker.spec.suspend) {
    yield* coordinator.noteSuspended(tracker)
    return Outcome.done
  }
  if (options.resume === true && (yield* coordinator.isSettled(tracker, options))) {
    return yield* later(Duration.fromInputUnsafe(options.recheckInterval ?? options.syncInterval ?? "2 minutes"))
  }
  const contests = options.contests ?? new Map<string, Contest.Contest>()
  const name = Resource.formatKey(key)
  const now = yield* Clock.currentTimeMillis
  const wait = Contest.remaining(contests.get(name), now)
  const pass = yield* coordinator.bringInStep(tracker, {
    clusters: options.clusters ?? [],
    ...(wait > 0 ? { contestedFor: Duration.millis(wait) } : {})
  })
  const { observation, result } = pass
  const base = tracker.status?.labels?.lastApplied
  if (observation !== undefined && Contest.undoes(observation.decision, base) && isWritten(result)) {
    contests.set(name, Contest.corrected(contests.get(name), now))
  }
  yield* options.onPass?.(pass) ?? Effect.void
  const often = options.syncInterval ?? "2 minutes"
  return yield* next(pass, Duration.fromInputUnsafe(isPending(pass) ? often : (options.recheckInterval ?? often)))
})

const isWritten = ({ labelsAdded, labelsRemoved }: SyncResult) => labelsAdded.length + labelsRemoved.length > 0

// What a list of pull requests doesn't show, and what may change any minute.
const isPending = ({ observation, result }: Pass): boolean => {
  // What GitHub refuses for good stays refused until a person does something.
  if (observation === undefined) return result._tag !== "refused"
  if (!SyncResult.isSuccess(result)) return true
  const { checks, pullRequest, qualification } = observation
  return pullRequest.open && isWaiting({ checks, mergeable: pullRequest.mergeable, reasons: qualification.reasons })
}

const next = ({ result }: Pass, interval: Duration.Duration): Effect.Effect<Outcome.Outcome> => {
  if (result._tag === "deferred" && result.retryAfter !== undefined) {
    return Effect.succeed(Outcome.requeueAfter(result.retryAfter))
  }
  if (result._tag === "deferred" || result._tag === "partial") return Effect.succeed(Outcome.retry(result.reason))
  // What GitHub refuses may be put right there, where nobody tells us.
  const warning = result.errors.length > 0 ? Effect.logWarning(result.reason) : Effect.void
  return Effect.andThen(warning, later(interval))
}

const later = (interval: Duration.Duration): Effect.Effect<Outcome.Outcome> =>
  Effect.map(Random.nextBetween(0.8, 1.2), (jitter) => Outcome.requeueAfter(Duration.times(interval, jitter)))

/**
 * Starts the controller that reconciles trackers. It ends with the scope.
 *
 * @category controllers
 * @since 0.1.0
 */
export const start = <R = never>(
  options: TrackerReconcilerOptions<R> = {}
): Effect.Effect<Controller.Controller, never, ResourceStore | Coordinator | Scope.Scope | R> => {
  const where = options.namespace === undefined ? {} : { namespace: options.namespace }
  // The trackers that were met in this run, or that something other than their being there asks for.
  const met = new Set<string>()
  const contests = options.contests ?? new Map<string, Contest.Contest>()
  const forget = (key: Resource.Key) =>
    Effect.andThen(
      Effect.sync(() => {
        met.delete(Resource.formatKey(key))
        contests.delete(Resource.formatKey(key))
      }),
      options.onGone?.(key) ?? Effect.void
    )
  const meet = (key: Resource.Key) => Effect.sync(() => void met.add(Resource.formatKey(key)))
  const isFirst = (key: Resource.Key) => options.resume === true && !met.has(Resource.formatKey(key))
  const noting =
    (source: Source.Source<R>): Source.Source<R> =>
    (sink) =>
      source({ ...sink, add: (key, priority) => Effect.andThen(meet(key), sink.add(key, priority)) })
  return Controller.make<ResourceStore | Coordinator | R>({
    name: "tracker",
    sources: [
      Source.resource(PullRequestTracker, where),
      Source.owned(DriftMonitor, PullRequestTracker, where),
      ...(options.sources ?? []).map(noting)
    ],
    reconcile: (key) =>
      Effect.suspend(() => {
        const resume = isFirst(key)
        return Effect.andThen(meet(key), reconcile(key, { ...options, resume, contests, onGone: forget, sources: [] }))
      }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency })
  })
}
