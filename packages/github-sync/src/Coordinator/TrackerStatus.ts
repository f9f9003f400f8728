import { Conditions, Timestamp, type StoreError } from "@lockstep/core"
import { Effect } from "effect"
import type { LabelDecision } from "../domain/LabelDecision.ts"
import { ownedAmong, type LabelVocabulary } from "../domain/LabelVocabulary.ts"
import type { LifecycleState } from "../domain/LifecycleState.ts"
import type { PullRequest } from "../domain/PullRequest.ts"
import type { GitHubError } from "../GitHub/GitHubError.ts"
import type { DriftMonitor } from "../resources/DriftMonitor.ts"
import type { PullRequestTracker, PullRequestTrackerStatus } from "../resources/PullRequestTracker.ts"
import type { SyncResult } from "../SyncResult.ts"
import type { SyncError } from "./SyncError.ts"
import type { Observation } from "./Observation.ts"

/** What became of the labels in this pass: pushed, or only looked at. */
export interface Labels {
  readonly names: ReadonlyArray<string>
  readonly shown: ReadonlyArray<LifecycleState>
  /** What went wrong with writing them, if anything. */
  readonly failure?: SyncResult
  /** Why they are left as they are although they should be others, if so. */
  readonly contested?: string
  /** Why a cluster can't be watched, if so. */
  readonly unwatched?: StoreError | SyncError
}

const historyLength = 20

/** The status that a look at a pull request leads to. */
export const fromObservation = (
  tracker: PullRequestTracker,
  { checks, decision, pullRequest, qualification }: Observation,
  labels: Labels,
  monitors: ReadonlyArray<DriftMonitor>
): Effect.Effect<PullRequestTrackerStatus> =>
  Effect.gen(function* () {
    const before = tracker.status ?? {}
    const { generation } = tracker.metadata
    const { state } = decision
    const inStep = labels.shown.length === 1 && labels.shown[0] === state
    const lastApplied = inStep ? state : before.labels?.lastApplied
    const entry = { state, at: yield* Timestamp.now, reason: decision.reason }
    const findings = [
      labelsInSync(decision, labels, generation),
      ...facts(pullRequest, qualification.reasons, generation),
      limited(labels.failure?.errors[0], generation)
    ]
    return {
      observedGeneration: generation,
      state,
      title: pullRequest.title,
      headSHA: pullRequest.head.sha,
      ...(pullRequest.mergeCommitSHA === undefined ? {} : { mergeCommitSHA: pullRequest.mergeCommitSHA }),
      ...(pullRequest.mergedAt === undefined ? {} : { mergedAt: pullRequest.mergedAt }),
      labels: { owned: labels.names, ...(lastApplied === undefined ? {} : { lastApplied }) },
      ...(pullRequest.open
        ? {
            qualification: {
              checks,
              approvals: qualification.approvals,
              mergeable: pullRequest.mergeable,
              reasons: qualification.reasons
            }
          }
        : {}),
      history:
        before.state === state ? (before.history ?? []) : [...(before.history ?? []), entry].slice(-historyLength),
      ...(monitors.length === 0
        ? {}
        : // In an order of their own: that in which they are found or asked for is no change.
          { driftMonitorRefs: monitors.map(({ metadata }) => ({ name: metadata.name })).toSorted(byName) }),
      conditions: yield* Conditions.set(before.conditions, [...findings, ready(findings, labels, state, generation)])
    }
  })

/** The status that a failed look leads to: what was known stays, and the conditions say what is wrong. */
export const fromFailure = (tracker: PullRequestTracker, error: GitHubError): Effect.Effect<PullRequestTrackerStatus> =>
  Effect.gen(function* () {
    const before = tracker.status ?? {}
    const observedGeneration = tracker.metadata.generation
    const told = { reason: reasonOf(error), message: lasting(error), observedGeneration }
    return {
      ...before,
      observedGeneration,
      conditions: yield* Conditions.set(before.conditions, [
        limited(error, observedGeneration),
        { type: "Ready", status: "False", ...told }
      ])
    }
  })

/** The status of a tracker that is left alone. */
export const suspended = (tracker: PullRequestTracker): Effect.Effect<PullRequestTrackerStatus> =>
  Effect.gen(function* () {
    const before = tracker.status ?? {}
    const observedGeneration = tracker.metadata.generation
    const message = "the tracker is suspended; set spec.suspend to false to go on"
    return {
      ...before,
      observedGeneration,
      conditions: yield* Conditions.set(before.conditions, [
        { type: "Ready", status: "Unknown", reason: "Suspended", message, observedGeneration }
      ])
    }
  })

/** The names among labels that Lockstep owns, and the states they show. */
export const shownBy = (
  vocabulary: LabelVocabulary,
  labels: ReadonlyArray<{ readonly name: string }>
): Pick<Labels, "names" | "shown"> => {
  const owned = ownedAmong(vocabulary, labels)
  return { names: owned.map(({ name }) => name), shown: [...new Set(owned.map(({ state }) => state))] }
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1)

const labelsInSync = (decision: LabelDecision, labels: Labels, observedGeneration: number): Conditions.Finding => {
  const type = "LabelsInSync"
  const [failure] = labels.failure?.errors ?? []
  if (decision.verdict === "held") {
    return { type, status: "False", reason: "LabelConflict", message: decision.reason, observedGeneration }
  }
  if (labels.contested !== undefined) {
    return { type, status: "False", reason: "LabelsContested", message: labels.contested, observedGeneration }
  }
  if (failure !== undefined) {
    return { type, status: "False", reason: reasonOf(failure), message: lasting(failure), observedGeneration }
  }
  return labels.shown.length === 1 && labels.shown[0] === decision.state
    ? { type, status: "True", reason: "InStep", message: decision.reason, observedGeneration }
    : {
        type,
        status: "False",
        reason: decision.verdict === "refused" ? "LabelRefused" : "LabelsOutdated",
        message: decision.reason,
        observedGeneration
      }
}

const facts = (
  pullRequest: PullRequest,
  unqualifiedBecause: ReadonlyArray<string>,
  observedGeneration: number
): ReadonlyArray<Conditions.Finding> => {
  const { merged, open } = pullRequest
  const ended = {
    reason: merged ? "Merged" : "Closed",
    message: merged ? "it is merged" : "it is closed",
    observedGeneration
  }
  const qualified: Conditions.Finding = open
    ? {
        type: "Qualified",
        status: unqualifiedBecause.length === 0 ? "True" : "False",
        reason: unqualifiedBecause.length === 0 ? "Qualified" : "NotQualified",
        message: unqualifiedBecause.join("; "),
        observedGeneration
      }
    : { type: "Qualified", status: "Unknown", ...ended }
  const mergeable: Conditions.Finding = open
    ? { type: "Mergeable", ...mergeability[pullRequest.mergeable], observedGeneration }
    : { type: "Mergeable", status: "False", ...ended }
  return [
    qualified,
    mergeable,
    merged
      ? { type: "Merged", status: "True", ...ended }
      : open
        ? { type: "Merged", status: "False", reason: "Open", message: "it is open", observedGeneration }
        : { type: "Merged", status: "False", ...ended }
  ]
}

const mergeability = {
  yes: { status: "True", reason: "Clean", message: "" },
  no: { status: "False", reason: "Conflicting", message: "it conflicts with its base branch" },
  unknown: { status: "Unknown", reason: "NotKnownYet", message: "GitHub is still working it out" }
} as const

const limited = (error: GitHubError | undefined, observedGeneration: number): Conditions.Finding =>
  error?.reason._tag === "RateLimited"
    ? { type: "RateLimited", status: "True", reason: "RateLimited", message: lasting(error), observedGeneration }
    : { type: "RateLimited", status: "False", reason: "WithinLimits", message: "", observedGeneration }

const ready = (
  findings: ReadonlyArray<Conditions.Finding>,
  { unwatched }: Labels,
  state: LifecycleState,
  observedGeneration: number
): Conditions.Finding =>
  unwatched !== undefined
    ? { type: "Ready", status: "False", reason: unwatched.reason._tag, message: unwatched.message, observedGeneration }
    : Conditions.summarize(findings, {
        type: "Ready",
        of: ["LabelsInSync"],
        reason: "InStep",
        message: `the pull request is ${state}, and its labels say so`,
        observedGeneration
      })

const reasonOf = (error: GitHubError): string => `GitHub${error.reason._tag}`

// A message that changes with every look would be written with every look.
const lasting = (error: GitHubError): string =>
  error.reason._tag === "RateLimited" ? "GitHub asks to wait (rate limit); it goes on by itself" : error.message
