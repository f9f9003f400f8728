/**
 * Labels that somebody else keeps changing back: how often they are corrected then.
 *
 * Two programs that each undo what the other does would go on for ever, as fast as webhooks come, until GitHub's limits stop
 * both. A few corrections are made at once, as people expect; then they become rarer the longer it goes on.
 *
 * @since 0.1.0
 */
import type { LabelDecision } from "./LabelDecision.ts"
import type { LifecycleState } from "./LifecycleState.ts"

/**
 * How often the labels of a pull request were corrected in a row, and when last.
 *
 * @category models
 * @since 0.1.0
 */
export interface Contest {
  readonly corrections: number
  readonly lastAt: number
}

/** So many corrections are made at once. */
const free = 5

const shortest = 30_000

const longest = 900_000

const waitAfter = (corrections: number): number =>
  corrections < free ? 0 : Math.min(longest, shortest * 2 ** (corrections - free))

/**
 * Reports whether a decision does nothing but undo what somebody else did to the labels: the state is the one whose label was set
 * last.
 *
 * @category queries
 * @since 0.1.0
 */
export const undoes = (
  { state, verdict }: Pick<LabelDecision, "verdict" | "state">,
  base: LifecycleState | undefined
): boolean => state === base && (verdict === "recreated" || verdict === "reset" || verdict === "refused")

/**
 * Returns how many milliseconds the labels are to be left alone from now on; 0 if they may be corrected.
 *
 * @category queries
 * @since 0.1.0
 */
export const remaining = (contest: Contest | undefined, now: number): number =>
  contest === undefined ? 0 : Math.max(0, contest.lastAt + waitAfter(contest.corrections) - now)

/**
 * Returns what is known after another correction. One after a long time of peace counts as the first.
 *
 * @category updating
 * @since 0.1.0
 */
export const corrected = (contest: Contest | undefined, now: number): Contest => {
  const isPast =
    contest === undefined || now - contest.lastAt > Math.max(longest / 2, 2 * waitAfter(contest.corrections))
  return { corrections: isPast ? 1 : contest.corrections + 1, lastAt: now }
}
