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

/**
 * Plans the way from the labels a pull request has to the one of a state.
 *
 * **Details**
 *
 * The new label is added before any is taken away, so that there is no moment without one. Labels outside the vocabulary
 * are never mentioned. A label that differs in case only is the right one.
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
  const changes = [
    ...(present.length > 0 ? present.map(({ name }) => Plan.noop(name, name)) : [Plan.create(wanted, wanted)]),
    ...owned.filter((label) => label.state !== state).map(({ name }) => Plan.remove(name, name))
  ]
  const writes = Plan.effective({ changes }).length
  // What was written is read back once.
  return { changes, forecast: { ...Plan.nothing, requests: writes === 0 ? 0 : writes + 1 } }
}
