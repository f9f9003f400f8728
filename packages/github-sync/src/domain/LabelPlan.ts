/**
 * Which labels to add and to take away so that a pull request shows one state.
 *
 * @since 0.1.0
 */
import { Plan } from "@lockstep/core"
import type { Label } from "./Label.ts"
import { ownedAmong, type LabelVocabulary } from "./LabelVocabulary.ts"
import type { LifecycleState } from "./LifecycleState.ts"

/**
 * The changes to the labels of a pull request, by name and in order.
 *
 * @category models
 * @since 0.1.0
 */
export type LabelPlan = Plan.Plan<string>

/** As many labels as GitHub allows on one pull request. */
const most = 100

/**
 * Plans the way from the labels a pull request has to the one of a state.
 *
 * **Details**
 *
 * The new label is added before any is taken away, so that there is no moment without one. Where a pull request has as many
 * labels as GitHub allows, all of Lockstep's but one are taken away first. Labels outside the vocabulary are never mentioned. A
 * label that differs in case only is the right one.
 *
 * @category planning
 * @since 0.1.0
 */
export const make = (
  vocabulary: LabelVocabulary,
  labels: ReadonlyArray<Pick<Label, "name">>,
  state: LifecycleState
): LabelPlan => {
  const owned = ownedAmong(vocabulary, labels)
  const present = owned.filter((label) => label.state === state)
  const wanted = vocabulary.labels[state].name
  const stale = owned.filter((label) => label.state !== state).map(({ name }) => Plan.remove(name, name))
  const added = present.length > 0 ? present.map(({ name }) => Plan.noop(name, name)) : [Plan.create(wanted, wanted)]
  const early = present.length === 0 && labels.length >= most ? Math.max(0, stale.length - 1) : 0
  const changes = [...stale.slice(0, early), ...added, ...stale.slice(early)]
  const writes = Plan.effective({ changes }).length
  // What was written is read back once.
  return { changes, forecast: { ...Plan.nothing, requests: writes === 0 ? 0 : writes + 1 } }
}
