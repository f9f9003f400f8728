/**
 * The states a pull request goes through, from being found to running everywhere, and how it gets from one to the next.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"

/**
 * The states of a pull request, in the order of how far it has come.
 *
 * | state | meaning |
 * |---|---|
 * | `discovered` | open, and known to Lockstep |
 * | `qualified` | open, and its checks and reviews allow a merge |
 * | `rejected` | open, and a person said no |
 * | `closed` | closed without a merge |
 * | `merged` | merged, and not yet seen in any cluster |
 * | `synced` | every cluster has the change |
 * | `healthy` | every cluster has the change and is healthy |
 * | `degraded` | a cluster has the change and is not healthy |
 * | `drifted` | a cluster no longer runs what was applied |
 *
 * @category schemas
 * @since 0.1.0
 */
export const LifecycleState = Schema.Literals([
  "discovered",
  "qualified",
  "rejected",
  "closed",
  "merged",
  "synced",
  "healthy",
  "degraded",
  "drifted"
])

/**
 * A state of a pull request.
 *
 * @category models
 * @since 0.1.0
 */
export type LifecycleState = typeof LifecycleState.Type

/**
 * All states, in the order of how far a pull request has come.
 *
 * @category models
 * @since 0.1.0
 */
export const all: ReadonlyArray<LifecycleState> = LifecycleState.literals

/**
 * Makes something for each state.
 *
 * @category constructors
 * @since 0.1.0
 */
export const record = <A>(make: (state: LifecycleState) => A): { readonly [State in LifecycleState]: A } => ({
  discovered: make("discovered"),
  qualified: make("qualified"),
  rejected: make("rejected"),
  closed: make("closed"),
  merged: make("merged"),
  synced: make("synced"),
  healthy: make("healthy"),
  degraded: make("degraded"),
  drifted: make("drifted")
})

/**
 * What moves a pull request from one state to another: facts, or a label that a person set.
 *
 * @category models
 * @since 0.1.0
 */
export type Mover = "facts" | "label"

/**
 * The single steps between states, and what causes each.
 *
 * **Details**
 *
 * Only two things are up to a label: to reject an open pull request, and to take that back. Everything else follows from
 * facts. Nothing leads from after the merge to before it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const transitions: {
  readonly [From in LifecycleState]: { readonly [To in LifecycleState]?: Mover }
} = {
  discovered: { qualified: "facts", rejected: "label", closed: "facts", merged: "facts" },
  qualified: { discovered: "facts", rejected: "label", closed: "facts", merged: "facts" },
  rejected: { discovered: "label", qualified: "label", closed: "facts", merged: "facts" },
  closed: { discovered: "facts" },
  merged: { synced: "facts", degraded: "facts" },
  synced: { healthy: "facts", degraded: "facts", drifted: "facts" },
  healthy: { degraded: "facts", drifted: "facts" },
  degraded: { synced: "facts", healthy: "facts", drifted: "facts" },
  drifted: { synced: "facts", healthy: "facts", degraded: "facts" }
}

const stepsBy = (from: LifecycleState, mover: Mover): ReadonlyArray<LifecycleState> =>
  all.filter((to) => transitions[from][to] === mover)

const closure = (from: LifecycleState): ReadonlySet<LifecycleState> => {
  const found = new Set<LifecycleState>([from])
  for (const state of found) for (const next of stepsBy(state, "facts")) found.add(next)
  return found
}

/**
 * The states that facts alone can lead to from each state, in any number of steps. What happened in between may have been
 * missed, so that is what counts as a legal move.
 *
 * @category transitions
 * @since 0.1.0
 */
export const reachable: { readonly [From in LifecycleState]: ReadonlySet<LifecycleState> } = record(closure)

/**
 * Reports whether a person may ask for a state by setting its label, coming from a state or from nowhere.
 *
 * @category transitions
 * @since 0.1.0
 */
export const mayAsk = (from: LifecycleState | undefined, to: LifecycleState): boolean =>
  from === undefined
    ? all.some((state) => transitions[state][to] === "label")
    : [...reachable[from]].some((state) => transitions[state][to] === "label")

/**
 * Reports whether a state comes after the merge.
 *
 * @category queries
 * @since 0.1.0
 */
export const isAfterMerge = (state: LifecycleState): boolean => reachable.merged.has(state)

/**
 * Returns the state that has come furthest, or nothing if there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const furthest = (states: ReadonlyArray<LifecycleState>): LifecycleState | undefined =>
  all.findLast((state) => states.includes(state))
