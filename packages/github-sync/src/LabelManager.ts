/**
 * Makes the labels of a pull request show its state.
 *
 * @since 0.1.0
 */
import { Plan } from "@lockstep/core"
import { Context, Effect, Layer, Result } from "effect"
import { sameName, type Label } from "./domain/Label.ts"
import * as LabelPlan from "./domain/LabelPlan.ts"
import * as LabelVocabulary from "./domain/LabelVocabulary.ts"
import { furthest, type LifecycleState } from "./domain/LifecycleState.ts"
import { formatRef, type PullRequestRef } from "./domain/PullRequest.ts"
import { GitHub } from "./GitHub.ts"
import { Conflict, GitHubError } from "./GitHub/GitHubError.ts"
import { SyncResult, type SyncDetails } from "./SyncResult.ts"

/**
 * A pull request, as far as its labels matter.
 *
 * @category models
 * @since 0.1.0
 */
export interface Labelled extends PullRequestRef {
  readonly labels: ReadonlyArray<Pick<Label, "name">>
}

/**
 * Settings of the label manager.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelManagerOptions {
  /** The labels Lockstep owns; those beginning with `cd/` if left out. */
  readonly vocabulary?: LabelVocabulary.LabelVocabulary
}

/**
 * Makes the labels of a pull request show its state.
 *
 * **Details**
 *
 * GitHub can't change several labels in one step. So the new label is added first and the old ones are taken away after it:
 * whatever happens in between, there is at least one label of a state. The set is never replaced, and labels outside the
 * vocabulary are never written. In the end the labels are read back, and the result tells what was seen, not what was wanted.
 * Nothing is begun that GitHub's limits would stop halfway.
 *
 * @category services
 * @since 0.1.0
 */
export class LabelManager extends Context.Service<
  LabelManager,
  {
    readonly vocabulary: LabelVocabulary.LabelVocabulary
    /** Returns the state that labels show: of several, the one that has come furthest. */
    getCurrentState(pullRequest: Pick<Labelled, "labels">): LifecycleState | undefined
    /** Returns the changes that make the labels show a state, without carrying them out. */
    plan(pullRequest: Pick<Labelled, "labels">, state: LifecycleState): LabelPlan.LabelPlan
    /** Makes the labels show a state. Failures are told in the result. */
    syncToGitHub(pullRequest: Labelled, state: LifecycleState): Effect.Effect<SyncResult>
    /** Makes the labels show a state, and fails if they don't in the end. */
    applyState(pullRequest: Labelled, state: LifecycleState): Effect.Effect<void, GitHubError>
  }
>()("@lockstep/github-sync/LabelManager") {
  /** Manages the labels of a vocabulary of one's own. */
  static readonly layerWith = (options: LabelManagerOptions): Layer.Layer<LabelManager, never, GitHub> =>
    Layer.effect(
      LabelManager,
      Effect.map(GitHub, (github) => make(github, options.vocabulary ?? LabelVocabulary.standard))
    )

  /** Manages the labels of the standard vocabulary. */
  static readonly layer: Layer.Layer<LabelManager, never, GitHub> = LabelManager.layerWith({})
}

const make = (
  github: (typeof GitHub)["Service"],
  vocabulary: LabelVocabulary.LabelVocabulary
): LabelManager["Service"] => {
  const statesOf = (labels: ReadonlyArray<Pick<Label, "name">>) => LabelVocabulary.statesOf(vocabulary, labels)

  const syncToGitHub = Effect.fn("LabelManager.syncToGitHub")(function* (pullRequest: Labelled, state: LifecycleState) {
    const plan = LabelPlan.make(vocabulary, pullRequest.labels, state)
    const initialState = furthest(statesOf(pullRequest.labels))
    const details = (finalState: LifecycleState | undefined) =>
      SyncResult.nothingDone({ from: initialState, to: finalState }, `the labels show '${state}'`)

    if (Plan.isEmpty(plan)) return { _tag: "unchanged" as const, ...(yield* details(initialState)) }
    const done = yield* Effect.result(
      github.budget.reserve(
        `show '${state}' on ${formatRef(pullRequest)}`,
        plan.forecast.requests
      )(
        Effect.all({
          errors: carryOut(github, pullRequest, plan),
          seen: Effect.result(github.listLabels(pullRequest))
        })
      )
    )
    if (Result.isFailure(done)) return SyncResult.failed(yield* details(initialState), done.failure)
    const { errors, seen } = done.success
    if (seen._tag === "Failure") {
      const [first = seen.failure] = errors
      // Without a look at the labels nobody knows whether a write that failed was carried out after all.
      const told = { ...(yield* details(undefined)), errors: [...errors, seen.failure], reason: first.message }
      return errors.length > 0 ? SyncResult.failed(told, first) : { ...told, _tag: "partial" as const }
    }
    return judge(
      pullRequest,
      state,
      plan,
      errors,
      seen.success,
      statesOf,
      yield* details(furthest(statesOf(seen.success)))
    )
  })

  return LabelManager.of({
    vocabulary,
    getCurrentState: ({ labels }) => furthest(statesOf(labels)),
    plan: ({ labels }, state) => LabelPlan.make(vocabulary, labels, state),
    syncToGitHub,
    applyState: Effect.fn("LabelManager.applyState")((pullRequest, state) =>
      Effect.flatMap(syncToGitHub(pullRequest, state), (result) => {
        const [error] = result.errors
        return SyncResult.isSuccess(result) || error === undefined ? Effect.void : Effect.fail(error)
      })
    )
  })
}

// Adds, then takes away. Without the new label nothing is taken away, and after a failed write nothing more is tried that a
// limit or an outage would refuse as well.
const carryOut = (
  github: (typeof GitHub)["Service"],
  pullRequest: Labelled,
  plan: LabelPlan.LabelPlan
): Effect.Effect<ReadonlyArray<GitHubError>> =>
  Effect.gen(function* () {
    const errors: Array<GitHubError> = []
    for (const change of Plan.effective(plan)) {
      const write =
        change._tag === "create" ? github.addLabel(pullRequest, change.id) : github.removeLabel(pullRequest, change.id)
      const result = yield* Effect.result(write)
      if (result._tag === "Success") continue
      errors.push(result.failure)
      if (change._tag === "create" || result.failure.treatment._tag !== "terminal") break
    }
    return errors
  })

const judge = (
  pullRequest: Labelled,
  state: LifecycleState,
  plan: LabelPlan.LabelPlan,
  errors: ReadonlyArray<GitHubError>,
  seen: ReadonlyArray<Label>,
  statesOf: (labels: ReadonlyArray<Label>) => ReadonlyArray<LifecycleState>,
  details: SyncDetails
): SyncResult => {
  const has = (name: string) => seen.some((label) => sameName(label.name, name))
  const told = {
    ...details,
    labelsAdded: plan.changes.flatMap(({ _tag, id }) => (_tag === "create" && has(id) ? [id] : [])),
    labelsRemoved: plan.changes.flatMap(({ _tag, id }) => (_tag === "delete" && !has(id) ? [id] : []))
  }
  const states = statesOf(seen)
  // A write may have failed and been carried out all the same.
  if (states.length === 1 && states[0] === state) return { ...told, _tag: "applied" }
  const changed = told.labelsAdded.length + told.labelsRemoved.length > 0
  const [first] = errors
  if (first !== undefined) {
    return changed ? { ...told, _tag: "partial", errors, reason: first.message } : SyncResult.failed(told, first)
  }
  const because = `somebody else changed the labels at the same time (they show ${states.join(", ") || "no state"})`
  const error = new GitHubError({
    reason: new Conflict({ attempt: `show '${state}' on ${formatRef(pullRequest)}`, because })
  })
  return { ...told, _tag: "partial", errors: [error], reason: error.message }
}
