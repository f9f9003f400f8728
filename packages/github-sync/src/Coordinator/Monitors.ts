import { findOrCreate, Resource, ResourceStore, type StoreError } from "@lockstep/core"
import { Effect, Result } from "effect"
import { isAfterMerge } from "../domain/LifecycleState.ts"
import { DriftMonitor, monitorName, trackerLabel } from "../resources/DriftMonitor.ts"
import type { PullRequestTracker, PullRequestTrackerStatus } from "../resources/PullRequestTracker.ts"
import { ForeignMonitor, NotMerged, SyncError } from "./SyncError.ts"

/** Creates the monitors of a merged tracker that are missing, one for each cluster, and returns them all. */
export const create = (
  store: (typeof ResourceStore)["Service"],
  tracker: PullRequestTracker,
  { mergeCommitSHA, state }: Pick<PullRequestTrackerStatus, "mergeCommitSHA" | "state">,
  clusters: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<DriftMonitor>, StoreError | SyncError> =>
  state === undefined || !isAfterMerge(state) || mergeCommitSHA === undefined
    ? Effect.fail(new SyncError({ reason: new NotMerged({ tracker: Resource.formatKey(Resource.keyOf(tracker)) }) }))
    : Effect.forEach([...new Set(clusters)], (cluster) => createOne(store, tracker, cluster, mergeCommitSHA))

/** Creates the monitors that are missing, and goes on after one that can't be created: those of other clusters do their work. */
export const tryAll = (
  store: (typeof ResourceStore)["Service"],
  tracker: PullRequestTracker,
  revision: string,
  clusters: ReadonlyArray<string>
): Effect.Effect<
  { readonly monitors: ReadonlyArray<DriftMonitor>; readonly failures: ReadonlyArray<StoreError | SyncError> },
  StoreError
> =>
  Effect.gen(function* () {
    const monitors: Array<DriftMonitor> = []
    const failures: Array<StoreError | SyncError> = []
    for (const cluster of new Set(clusters)) {
      const made = yield* Effect.result(createOne(store, tracker, cluster, revision))
      if (Result.isSuccess(made)) monitors.push(made.success)
      // What is soon over is not worth a condition: the whole pass is repeated.
      else if (made.failure.treatment._tag !== "terminal") return yield* retried(made.failure)
      else failures.push(made.failure)
    }
    return { monitors, failures }
  })

const retried = (failure: StoreError | SyncError): Effect.Effect<never, StoreError> =>
  failure._tag === "StoreError" ? Effect.fail(failure) : Effect.die(failure)

const createOne = (
  store: (typeof ResourceStore)["Service"],
  tracker: PullRequestTracker,
  cluster: string,
  revision: string
): Effect.Effect<DriftMonitor, StoreError | SyncError> => {
  const key = Resource.key(monitorName(tracker.metadata.name, cluster), tracker.metadata.namespace)
  const draft = {
    metadata: {
      ...key,
      labels: { [trackerLabel]: tracker.metadata.uid },
      ownerReferences: [Resource.ownerReference(tracker)]
    },
    spec: { trackerRef: { name: tracker.metadata.name }, cluster, revision }
  }
  return findOrCreate(DriftMonitor, draft).pipe(
    Effect.provideService(ResourceStore, store),
    Effect.map(({ object }) => object),
    Effect.filterOrFail(
      (monitor) => monitor.metadata.ownerReferences?.some(({ uid }) => uid === tracker.metadata.uid) ?? false,
      () =>
        new SyncError({
          reason: new ForeignMonitor({
            tracker: Resource.formatKey(Resource.keyOf(tracker)),
            monitor: Resource.formatKey(key)
          })
        })
    )
  )
}

/** The monitors of both lists, each once. */
export const together = (
  some: ReadonlyArray<DriftMonitor>,
  others: ReadonlyArray<DriftMonitor>
): ReadonlyArray<DriftMonitor> => [
  ...new Map([...some, ...others].map((monitor) => [monitor.metadata.uid, monitor])).values()
]

/** The monitors of a tracker. Before the merge there are none to ask for. */
export const list = (
  store: (typeof ResourceStore)["Service"],
  tracker: PullRequestTracker
): Effect.Effect<ReadonlyArray<DriftMonitor>, StoreError> =>
  tracker.status?.mergedAt === undefined
    ? Effect.succeed([])
    : Effect.map(
        store.list(DriftMonitor, {
          ...(tracker.metadata.namespace === undefined ? {} : { namespace: tracker.metadata.namespace }),
          labelSelector: `${trackerLabel}=${tracker.metadata.uid}`
        }),
        (page) => page.items
      )
