/**
 * Reconciles trackers: whatever changed, tracker, labels and monitors end up in step.
 *
 * @since 0.1.0
 */
import { Controller, Outcome, ResourceStore, Source, StoreError, type Resource } from "@lockstep/core"
import { Duration, Effect, Option, Random, type Scope } from "effect"
import { Coordinator, type Pass, type SyncError } from "../Coordinator.ts"
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
  if (Option.isNone(found) || found.value.metadata.deletionTimestamp !== undefined) return Outcome.done
  const tracker = found.value
  if (tracker.spec.suspend) {
    yield* coordinator.noteSuspended(tracker)
    return Outcome.done
  }
  const pass = yield* coordinator.bringInStep(tracker, { clusters: options.clusters ?? [] })
  yield* options.onPass?.(pass) ?? Effect.void
  const often = options.syncInterval ?? "2 minutes"
  return yield* next(pass, Duration.fromInputUnsafe(isPending(pass) ? often : (options.recheckInterval ?? often)))
})

// What a list of pull requests doesn't show, and what may change any minute.
const isPending = ({ observation, result }: Pass): boolean => {
  if (observation === undefined || !SyncResult.isSuccess(result)) return true
  const { checks, pullRequest, qualification } = observation
  const waits = pullRequest.mergeable === "unknown" || checks.some((check) => check.result === "pending")
  return pullRequest.open && (waits || (checks.length === 0 && !qualification.qualified))
}

const next = ({ result }: Pass, interval: Duration.Duration): Effect.Effect<Outcome.Outcome> => {
  if (result._tag === "deferred" && result.retryAfter !== undefined) {
    return Effect.succeed(Outcome.requeueAfter(result.retryAfter))
  }
  if (result._tag === "deferred" || result._tag === "partial") return Effect.succeed(Outcome.retry(result.reason))
  // What GitHub refuses may be put right there, where nobody tells us.
  const warning = result.errors.length > 0 ? Effect.logWarning(result.reason) : Effect.void
  return Effect.andThen(
    warning,
    Effect.map(Random.nextBetween(0.8, 1.2), (jitter) => Outcome.requeueAfter(Duration.times(interval, jitter)))
  )
}

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
  return Controller.make<ResourceStore | Coordinator | R>({
    name: "tracker",
    sources: [
      Source.resource(PullRequestTracker, where),
      Source.owned(DriftMonitor, PullRequestTracker, where),
      ...(options.sources ?? [])
    ],
    reconcile: (key) => reconcile(key, { ...options, sources: [] }),
    ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency })
  })
}
