/**
 * Which state a pull request is in, by its facts, its labels, and the label that was set last.
 *
 * Labels are the part of Lockstep that people touch: they show a state, and they can ask for one. The decision weighs three
 * things: the *facts*, the labels *observed*, and the *base*, which is what Lockstep itself set last. A label that is
 * observed but is not the base was set by somebody else: it asks. A base that is not observed was taken away.
 *
 * @since 0.1.0
 */
import { describe, stateOf, type Facts } from "./Facts.ts"
import { furthest, isAfterMerge, mayAsk, reachable, type LifecycleState } from "./LifecycleState.ts"

/**
 * What to do when the label of the state is gone: set it again, start over from the facts, or leave the labels alone until
 * a person sets one.
 *
 * @category models
 * @since 0.1.0
 */
export type LostLabelPolicy = "recreate" | "reset" | "hold"

/**
 * What a decision is made from.
 *
 * @category models
 * @since 0.1.0
 */
export interface DecisionInput {
  /** The state whose label Lockstep set last; nothing if it never did. */
  readonly base: LifecycleState | undefined
  /** The states whose labels the pull request has. */
  readonly observed: ReadonlyArray<LifecycleState>
  readonly facts: Facts
  /** `recreate` if left out. */
  readonly lostLabel?: LostLabelPolicy
}

/**
 * How a decision came about.
 *
 * | verdict | meaning |
 * |---|---|
 * | `inStep` | the label, the base and the facts agree |
 * | `started` | there was neither label nor base |
 * | `adopted` | there was a label but no base, and the facts allow it or lead on from it |
 * | `advanced` | the facts moved on |
 * | `accepted` | a person asked for a state, and may have it |
 * | `recreated` | the label was gone and is set again |
 * | `reset` | the label was gone, and the facts alone decide |
 * | `repaired` | there were several labels and no base; one stays |
 * | `refused` | a label claims what the facts deny |
 * | `held` | the labels are left alone until a person does something |
 *
 * @category models
 * @since 0.1.0
 */
export type Verdict =
  | "inStep"
  | "started"
  | "adopted"
  | "advanced"
  | "accepted"
  | "recreated"
  | "reset"
  | "repaired"
  | "refused"
  | "held"

/**
 * The state a pull request is in, and why.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelDecision {
  readonly verdict: Verdict
  readonly state: LifecycleState
  /** The states whose labels claim what can't be. */
  readonly refused: ReadonlyArray<LifecycleState>
  /** Whether the labels may be written; false only if the verdict is `held`. */
  readonly write: boolean
  /** A sentence for people. */
  readonly reason: string
}

/**
 * Decides which state a pull request is in.
 *
 * **Details**
 *
 * - Facts decide, with one exception: an open pull request that a person rejected stays rejected until a person takes that
 *   back, or it is merged or closed.
 * - A label may ask for what the facts already say, for a rejection, or for the end of one. Everything else is refused.
 * - Several labels that ask are weighed together: of those that may be granted, the one that has come furthest wins, so
 *   that a rejection beats a qualification.
 * - A base after the merge contradicts a pull request that isn't merged. Then nothing is written.
 *
 * The function is total and depends on nothing else. Once its decision is carried out, deciding again gives `inStep` with
 * the same state.
 *
 * **Example** (A forged label)
 *
 * ```ts
 * import { LabelDecision } from "@lockstep/github-sync"
 *
 * const decision = LabelDecision.decide({
 *   base: "discovered",
 *   observed: ["discovered", "merged"],
 *   facts: { _tag: "open", qualified: false, unqualifiedBecause: ["check 'test' failed"] }
 * })
 * decision.verdict // => "refused"
 * decision.state // => "discovered"
 * ```
 *
 * @category decisions
 * @since 0.1.0
 */
export const decide = (input: DecisionInput): LabelDecision => {
  const { base, facts, observed } = input
  const target = stateOf(facts)
  const stay = base === "rejected" && facts._tag === "open" ? "rejected" : target

  if (base !== undefined && isAfterMerge(base) && facts._tag !== "merged") {
    return held(
      base,
      `'${base}' was recorded, but ${describe(facts)}; correct the tracker's status or delete the tracker`
    )
  }
  if (observed.length === 0) {
    return base === undefined ? decision("started", target, because(target, facts)) : lost(base, stay, input)
  }

  const asks = observed.filter((state) => state !== base)
  const granted = asks.filter((ask) => mayHave(ask, base, facts, target))
  const refused = asks.filter((ask) => !granted.includes(ask) && !leadsOn(ask, base, target))
  const chosen = furthest(granted)
  // Asking for `discovered` ends a rejection; what follows then is up to the facts.
  const state = chosen === undefined ? stay : chosen === "rejected" ? "rejected" : target

  if (refused.length > 0) {
    const list = refused.map((one) => `'${one}'`).join(" and ")
    return { ...decision("refused", state, `the label ${list} is refused: ${describe(facts)}`), refused }
  }
  if (base === undefined) {
    return observed.length > 1
      ? decision("repaired", state, `it had the labels of ${observed.length} states; ${because(state, facts)}`)
      : decision(chosen === "rejected" ? "accepted" : "adopted", state, because(state, facts))
  }
  if (chosen !== undefined)
    return decision("accepted", state, `a label asked for '${chosen}'; ${because(state, facts)}`)
  return state === base
    ? decision("inStep", state, because(state, facts))
    : decision("advanced", state, because(state, facts))
}

const mayHave = (
  ask: LifecycleState,
  base: LifecycleState | undefined,
  facts: Facts,
  target: LifecycleState
): boolean => {
  if (ask === target) return true
  if (facts._tag !== "open") return false
  return ask === "rejected" ? mayAsk(base, ask) : ask === "discovered" && base === "rejected"
}

// Without a base, a label that the facts have left behind is no claim, but a leftover.
const leadsOn = (ask: LifecycleState, base: LifecycleState | undefined, target: LifecycleState): boolean =>
  base === undefined && reachable[ask].has(target)

const lost = (base: LifecycleState, stay: LifecycleState, input: DecisionInput): LabelDecision => {
  const policy = input.lostLabel ?? "recreate"
  if (policy === "hold") return held(stay, `the label of '${base}' was taken away; set a state's label to go on`)
  const state = policy === "recreate" ? stay : stateOf(input.facts)
  const verdict = policy === "recreate" ? "recreated" : "reset"
  return decision(verdict, state, `the label of '${base}' was gone; ${because(state, input.facts)}`)
}

const because = (state: LifecycleState, facts: Facts): string =>
  state === "rejected" ? "a person rejected it; set the label of 'discovered' to end that" : describe(facts)

const decision = (verdict: Verdict, state: LifecycleState, reason: string): LabelDecision => ({
  verdict,
  state,
  refused: [],
  write: true,
  reason
})

const held = (state: LifecycleState, reason: string): LabelDecision => ({
  ...decision("held", state, reason),
  write: false
})
