/**
 * Keeps trackers and the labels of their pull requests in step.
 *
 * @since 0.1.0
 */
import { Conflict, Resource, ResourceStore, type StoreError } from "@lockstep/core"
import { Context, Effect, Equal, Layer, Result, type Duration } from "effect"
import * as Monitors from "./Coordinator/Monitors.ts"
import { observe, requestsOfLook, type Observation, type Policies } from "./Coordinator/Observation.ts"
import { isSettled } from "./Coordinator/Settled.ts"
import { Held, SyncError } from "./Coordinator/SyncError.ts"
import * as TrackerStatus from "./Coordinator/TrackerStatus.ts"
import * as Contest from "./domain/Contest.ts"
import { explain, type Explanation } from "./domain/Explanation.ts"
import type { LostLabelPolicy } from "./domain/LabelDecision.ts"
import { isAfterMerge, type LifecycleState } from "./domain/LifecycleState.ts"
import { formatRef, formatRepository } from "./domain/PullRequest.ts"
import { defaultPolicy, type QualificationPolicy } from "./domain/Qualification.ts"
import { GitHub, type GitHubError } from "./GitHub.ts"
import { LabelManager } from "./LabelManager.ts"
import type { DriftMonitor } from "./resources/DriftMonitor.ts"
import { PullRequestTracker, type PullRequestTrackerStatus } from "./resources/PullRequestTracker.ts"
import { SyncResult } from "./SyncResult.ts"

export { SyncError } from "./Coordinator/SyncError.ts"

/**
 * Settings of the coordinator.
 *
 * @category models
 * @since 0.1.0
 */
export interface CoordinatorOptions {
  /** What a pull request needs in order to qualify; passed checks if left out. */
  readonly qualification?: QualificationPolicy
  /** What to do when the label of the state is gone; `recreate` if left out. */
  readonly lostLabel?: LostLabelPolicy
}

/**
 * Settings of one pass over a tracker.
 *
 * @category models
 * @since 0.1.0
 */
export interface PassOptions {
  /** The clusters that a merged change is to reach; none if left out. */
  readonly clusters?: ReadonlyArray<string>
  /** For so long nothing is undone that somebody else does to the labels: they keep undoing it. Facts are followed all the same. */
  readonly contestedFor?: Duration.Duration
}

/**
 * What one pass over a tracker came to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pass {
  readonly tracker: PullRequestTracker
  /** What was seen and decided; nothing if GitHub could not be asked. */
  readonly observation: Observation | undefined
  readonly result: SyncResult
  readonly monitors: ReadonlyArray<DriftMonitor>
}

/**
 * Keeps trackers and the labels of their pull requests in step.
 *
 * **Details**
 *
 * GitHub comes first: facts decide, labels may ask, and a tracker follows. How facts, labels and the label that was set
 * last are weighed is `LabelDecision.decide`. Every operation reads the pull request anew, and writes the status of the
 * tracker at most once, and only if it changed. When somebody else changed the tracker meanwhile, the operation starts over
 * from the tracker as it is now.
 *
 * What GitHub refuses or can't do at the moment is told in the result, and in the conditions of the tracker. The error
 * channel is left to the store.
 *
 * @category services
 * @since 0.1.0
 */
export class Coordinator extends Context.Service<
  Coordinator,
  {
    /**
     * Brings the tracker up to date with GitHub. Labels are not written: what they should be is left to
     * `syncPRTToGitHub`. The result is `refused` if a label claims what the facts deny; the tracker follows the facts then.
     */
    syncGitHubToPRT(tracker: PullRequestTracker): Effect.Effect<SyncResult, StoreError>
    /**
     * Makes the labels show the state of the tracker. It is `refused` where GitHub says otherwise, because GitHub comes
     * first: sync from there before.
     */
    syncPRTToGitHub(tracker: PullRequestTracker): Effect.Effect<SyncResult, StoreError>
    /**
     * Makes tracker and labels agree with the facts, and tells whether they did so already: `true` if they were
     * consistent, `false` if something had to be corrected. A lost label is set again, or as the policy says. It fails if
     * they do not agree in the end.
     */
    ensureConsistency(tracker: PullRequestTracker): Effect.Effect<boolean, StoreError | GitHubError | SyncError>
    /**
     * Creates the monitors of a merged pull request, one for each cluster. They belong to the tracker. Those that are there
     * already are left as they are and returned with the others.
     */
    createDriftMonitorForPRT(
      tracker: PullRequestTracker,
      clusters: ReadonlyArray<string>
    ): Effect.Effect<ReadonlyArray<DriftMonitor>, StoreError | SyncError>
    /**
     * Does all of the above in one pass: looks, decides, corrects the labels, creates the monitors for the given clusters
     * after the merge, and writes the status once.
     */
    bringInStep(tracker: PullRequestTracker, options?: PassOptions): Effect.Effect<Pass, StoreError | SyncError>
    /**
     * Reports whether a look at the pull request would find nothing to do, unless it has changed since the last one: from what
     * the store holds, and without asking GitHub.
     */
    isSettled(
      tracker: PullRequestTracker,
      options?: { readonly clusters?: ReadonlyArray<string> }
    ): Effect.Effect<boolean, StoreError>
    /** Tells why the pull request is in the state it is in, and what would be done. Nothing is written anywhere. */
    explain(tracker: PullRequestTracker): Effect.Effect<Explanation, StoreError | GitHubError>
    /** Notes in the conditions that a suspended tracker is left alone. */
    noteSuspended(tracker: PullRequestTracker): Effect.Effect<PullRequestTracker, StoreError>
  }
>()("@lockstep/github-sync/Coordinator") {
  /** Coordinates with policies of one's own. */
  static readonly layerWith = (
    options: CoordinatorOptions
  ): Layer.Layer<Coordinator, never, ResourceStore | GitHub | LabelManager> =>
    Layer.effect(
      Coordinator,
      Effect.gen(function* () {
        return make(yield* ResourceStore, yield* GitHub, yield* LabelManager, {
          qualification: options.qualification ?? defaultPolicy,
          lostLabel: options.lostLabel ?? "recreate"
        })
      })
    )

  /** Coordinates with the default policies. */
  static readonly layer: Layer.Layer<Coordinator, never, ResourceStore | GitHub | LabelManager> = Coordinator.layerWith(
    {}
  )
}

const make = (
  store: ResourceStore["Service"],
  github: GitHub["Service"],
  labelManager: LabelManager["Service"],
  policies: Policies
): Coordinator["Service"] => {
  const look = (tracker: PullRequestTracker) =>
    Effect.gen(function* () {
      const monitors = yield* Monitors.list(store, tracker)
      const observation = yield* Effect.result(
        observe(github, labelManager.vocabulary, policies, {
          ref: tracker.spec,
          base: tracker.status?.labels?.lastApplied,
          phases: monitors.map(({ status }) => status?.phase ?? "Pending")
        })
      )
      return { monitors, observation }
    })

  const record = (tracker: PullRequestTracker, status: PullRequestTrackerStatus) =>
    Equal.equals(tracker.status, status)
      ? Effect.succeed(tracker)
      : store.updateStatus(PullRequestTracker, { ...tracker, status })

  const seenLabels = ({ pullRequest }: Observation) =>
    TrackerStatus.shownBy(labelManager.vocabulary, pullRequest.labels)

  const recordFailure = (tracker: PullRequestTracker, error: GitHubError) =>
    Effect.gen(function* () {
      const after = yield* record(tracker, yield* TrackerStatus.fromFailure(tracker, error))
      const told = yield* SyncResult.nothingDone({ from: tracker.status?.state, to: undefined })
      return { tracker: after, result: SyncResult.failed(told, error) }
    })

  const push = (tracker: PullRequestTracker, observation: Observation, state: LifecycleState) =>
    Effect.gen(function* () {
      const result = yield* labelManager.syncToGitHub(observation.pullRequest, state)
      if (result._tag === "unchanged") return { result, labels: seenLabels(observation) }
      yield* Effect.logInfo(tellPush(tracker, observation, result)).pipe(
        Effect.annotateLogs({
          status: result._tag,
          added: result.labelsAdded.join(" "),
          removed: result.labelsRemoved.join(" ")
        })
      )
      const left = observation.pullRequest.labels.filter(({ name }) => !result.labelsRemoved.includes(name))
      const labels = TrackerStatus.shownBy(labelManager.vocabulary, [
        ...left,
        ...result.labelsAdded.map((name) => ({ name }))
      ])
      return { result, labels: SyncResult.isSuccess(result) ? labels : { ...labels, failure: result } }
    })

  const syncGitHubToPRT = (tracker: PullRequestTracker) =>
    Effect.gen(function* () {
      const { monitors, observation } = yield* look(tracker)
      if (Result.isFailure(observation)) return (yield* recordFailure(tracker, observation.failure)).result
      const { decision } = observation.success
      const labels = seenLabels(observation.success)
      const status = yield* TrackerStatus.fromObservation(tracker, observation.success, labels, monitors)
      const after = yield* record(tracker, status)
      const states = { from: tracker.status?.state, to: after.status?.state }
      const told = yield* SyncResult.nothingDone(states, decision.reason)
      if (decision.verdict === "refused" || decision.verdict === "held") return { _tag: "refused" as const, ...told }
      return { _tag: after === tracker ? ("unchanged" as const) : ("applied" as const), ...told }
    })

  const syncPRTToGitHub = (tracker: PullRequestTracker) =>
    Effect.gen(function* () {
      const { monitors, observation: looked } = yield* look(tracker)
      if (Result.isFailure(looked)) return (yield* recordFailure(tracker, looked.failure)).result
      const observation = looked.success
      const { decision, pullRequest } = observation
      const state = tracker.status?.state
      const shown = labelManager.getCurrentState(pullRequest)
      const refused = (reason: string) => SyncResult.refused(shown, reason)
      if (state === undefined) return yield* refused("the tracker has no state yet; sync from GitHub first")
      if (!decision.write) return yield* refused(decision.reason)
      if (decision.state !== state) {
        return yield* refused(
          `the tracker says '${state}', but GitHub says '${decision.state}' (${decision.reason}); sync from GitHub first`
        )
      }
      const { labels, result } = yield* push(tracker, observation, state)
      yield* record(tracker, yield* TrackerStatus.fromObservation(tracker, observation, labels, monitors))
      return result
    })

  const bringInStep = (tracker: PullRequestTracker, options: PassOptions) =>
    github.budget
      .reserve(
        `look at ${formatRef(tracker.spec)}`,
        requestsOfPass(policies)
      )(carryOutPass(tracker, options))
      .pipe(
        Effect.catchTag("GitHubError", (error) =>
          Effect.map(recordFailure(tracker, error), (failed) => ({ ...failed, observation: undefined, monitors: [] }))
        )
      )

  // Who else changes them back at once is not fought.
  const leave = (observation: Observation, retryAfter: Duration.Duration) =>
    Effect.gen(function* () {
      const shown = labelManager.getCurrentState(observation.pullRequest)
      const reason = "somebody else keeps changing its labels back; they are left alone for a while"
      const told = yield* SyncResult.nothingDone({ from: shown, to: shown }, reason)
      return {
        labels: { ...seenLabels(observation), contested: reason },
        result: { _tag: "deferred" as const, ...told, retryAfter }
      }
    })

  const carryOutPass = (tracker: PullRequestTracker, { clusters = [], contestedFor }: PassOptions) =>
    Effect.gen(function* () {
      const { monitors: present, observation: looked } = yield* look(tracker)
      if (Result.isFailure(looked)) {
        return { ...(yield* recordFailure(tracker, looked.failure)), observation: undefined, monitors: [] }
      }
      const observation = looked.success
      const { decision, pullRequest } = observation
      const { labels, result } = decision.write
        ? contestedFor !== undefined && Contest.undoes(decision, tracker.status?.labels?.lastApplied)
          ? yield* leave(observation, contestedFor)
          : yield* push(tracker, observation, decision.state)
        : {
            labels: seenLabels(observation),
            result: yield* SyncResult.refused(labelManager.getCurrentState(pullRequest), decision.reason)
          }
      const { mergeCommitSHA } = pullRequest
      const created =
        isAfterMerge(decision.state) && mergeCommitSHA !== undefined
          ? yield* Monitors.tryAll(store, tracker, mergeCommitSHA, clusters)
          : { monitors: [], failures: [] }
      const monitors = Monitors.together(present, created.monitors)
      const [refused] = created.failures
      const status = yield* TrackerStatus.fromObservation(
        tracker,
        observation,
        refused === undefined ? labels : { ...labels, unwatched: refused },
        monitors
      )
      const after = yield* record(tracker, status)
      // What was done to the labels is written down first: it is so, whatever else is wrong.
      if (refused !== undefined) return yield* refused
      return { tracker: after, observation, result, monitors }
    })

  return Coordinator.of({
    syncGitHubToPRT: Effect.fn("Coordinator.syncGitHubToPRT")((tracker) =>
      startingOver(store, tracker, syncGitHubToPRT)
    ),
    syncPRTToGitHub: Effect.fn("Coordinator.syncPRTToGitHub")((tracker) =>
      startingOver(store, tracker, syncPRTToGitHub)
    ),
    ensureConsistency: Effect.fn("Coordinator.ensureConsistency")((tracker) =>
      startingOver(store, tracker, (current) =>
        Effect.gen(function* () {
          const { observation, result } = yield* bringInStep(current, {})
          const [error] = result.errors
          if (error !== undefined) return yield* error
          if (observation !== undefined && !observation.decision.write) {
            const { reason } = observation.decision
            const name = Resource.formatKey(Resource.keyOf(current))
            return yield* new SyncError({ reason: new Held({ tracker: name, because: reason }) })
          }
          return result._tag === "unchanged" && current.status?.state === observation?.decision.state
        })
      )
    ),
    createDriftMonitorForPRT: Effect.fn("Coordinator.createDriftMonitorForPRT")((tracker, clusters) =>
      Monitors.create(store, tracker, tracker.status ?? {}, clusters)
    ),
    bringInStep: Effect.fn("Coordinator.bringInStep")((tracker, options = {}) =>
      startingOver(store, tracker, (current) => bringInStep(current, options))
    ),
    isSettled: Effect.fn("Coordinator.isSettled")((tracker, { clusters = [] } = {}) =>
      Effect.map(Monitors.list(store, tracker), (monitors) =>
        isSettled(tracker, monitors, { clusters, qualification: policies.qualification })
      )
    ),
    explain: Effect.fn("Coordinator.explain")((tracker) =>
      Effect.gen(function* () {
        const { observation } = yield* look(tracker)
        const base = tracker.status?.labels?.lastApplied
        return explain(labelManager.vocabulary, { ...(yield* Effect.fromResult(observation)), base })
      })
    ),
    noteSuspended: Effect.fn("Coordinator.noteSuspended")((tracker) =>
      startingOver(store, tracker, (current) =>
        Effect.flatMap(TrackerStatus.suspended(current), (status) => record(current, status))
      )
    )
  })
}

// What people read in the log: the pull request, its state, what was done to its labels, and why.
const tellPush = ({ spec }: PullRequestTracker, { decision }: Observation, result: SyncResult): string => {
  const done = [...result.labelsAdded.map((name) => `+${name}`), ...result.labelsRemoved.map((name) => `-${name}`)]
  return SyncResult.isSuccess(result)
    ? `${formatRef(spec)} is ${decision.state}: ${done.join(" ")} (${decision.reason})`
    : `${formatRef(spec)} is ${decision.state}, but its labels don't show it yet: ${result.reason}`
}

// A look, and then one label set, one taken away, and both read back: with less than that left, nothing is begun.
const requestsOfPass = ({ qualification }: Policies): number => requestsOfLook(qualification) + 3

// The tracker in hand is tried first; after a conflict, the one in the store.
const startingOver = <A, E>(
  store: ResourceStore["Service"],
  tracker: PullRequestTracker,
  operation: (tracker: PullRequestTracker) => Effect.Effect<A, E>
): Effect.Effect<A, E | StoreError> => {
  let current: Effect.Effect<PullRequestTracker, StoreError> = Effect.succeed(tracker)
  return Effect.suspend(() => {
    const read = current
    current = store.get(PullRequestTracker, Resource.keyOf(tracker))
    return Effect.flatMap(read, operation)
  }).pipe(
    Conflict.retry(),
    Effect.annotateLogs({
      repository: formatRepository(tracker.spec.repository),
      number: tracker.spec.number,
      tracker: Resource.formatKey(Resource.keyOf(tracker))
    })
  )
}
