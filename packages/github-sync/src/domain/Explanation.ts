/**
 * Why a pull request is in the state it is in, step by step.
 *
 * @since 0.1.0
 */
import { Plan } from "@lockstep/core"
import type { Label } from "./Label.ts"
import type { LabelDecision } from "./LabelDecision.ts"
import * as LabelPlan from "./LabelPlan.ts"
import * as LabelVocabulary from "./LabelVocabulary.ts"
import type { LifecycleState } from "./LifecycleState.ts"
import type { PullRequest } from "./PullRequest.ts"
import type { Check, Qualification } from "./Qualification.ts"

/**
 * One step of an explanation: what was looked at, and what was found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Step {
  readonly step: "pull request" | "checks" | "reviews" | "qualification" | "labels" | "decision" | "changes"
  readonly finding: string
}

/**
 * Why a pull request is in the state it is in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Explanation {
  readonly state: LifecycleState
  readonly verdict: LabelDecision["verdict"]
  readonly reason: string
  /** From what GitHub says to what would be done, in order. */
  readonly steps: ReadonlyArray<Step>
}

/**
 * What is explained.
 *
 * @category models
 * @since 0.1.0
 */
export interface Explained {
  readonly pullRequest: PullRequest
  readonly checks: ReadonlyArray<Check>
  readonly qualification: Qualification
  readonly decision: LabelDecision
  /** The state whose label was set last; nothing if that is not recorded. */
  readonly base: LifecycleState | undefined
}

/**
 * Explains a decision: which facts, checks, reviews and labels led to it, and what follows.
 *
 * @category explaining
 * @since 0.1.0
 */
export const explain = (
  vocabulary: LabelVocabulary.LabelVocabulary,
  { base, checks, decision, pullRequest, qualification }: Explained
): Explanation => ({
  state: decision.state,
  verdict: decision.verdict,
  reason: decision.reason,
  steps: [
    { step: "pull request", finding: ofPullRequest(pullRequest) },
    // Of one that is no longer open, neither checks nor reviews matter.
    ...(pullRequest.open
      ? ([
          { step: "checks", finding: ofChecks(checks) },
          { step: "reviews", finding: `${qualification.approvals} approved` },
          {
            step: "qualification",
            finding: qualification.qualified
              ? "it qualifies"
              : `it does not qualify: ${qualification.reasons.join(", ")}`
          }
        ] as const)
      : []),
    { step: "labels", finding: ofLabels(vocabulary, pullRequest.labels, base) },
    { step: "decision", finding: `${decision.state} (${decision.verdict}): ${decision.reason}` },
    { step: "changes", finding: ofChanges(vocabulary, pullRequest.labels, decision) }
  ]
})

const ofPullRequest = ({ draft, mergeable, merged, open }: PullRequest): string => {
  if (merged) return "merged"
  if (!open) return "closed without a merge"
  const merges = { yes: "without conflicts", no: "with conflicts", unknown: "GitHub is still looking for conflicts" }
  return [`open${draft ? ", a draft" : ""}`, merges[mergeable]].join(", ")
}

const ofChecks = (checks: ReadonlyArray<Check>): string => {
  if (checks.length === 0) return "none was looked at or has reported"
  const named = (result: Check["result"]) => checks.filter((check) => check.result === result).map(({ name }) => name)
  const parts = (["passed", "failed", "pending"] as const).flatMap((result) => {
    const names = named(result)
    return names.length === 0 ? [] : [`${result}: ${names.join(", ")}`]
  })
  return parts.join("; ")
}

const ofLabels = (
  vocabulary: LabelVocabulary.LabelVocabulary,
  labels: ReadonlyArray<Label>,
  base: LifecycleState | undefined
): string => {
  const owned = LabelVocabulary.ownedAmong(vocabulary, labels).map(({ name }) => name)
  const shown = owned.length === 0 ? "none of Lockstep's" : owned.join(", ")
  return `${shown}; ${base === undefined ? "nothing is recorded of what was set last" : `what was set last was '${base}'`}`
}

const ofChanges = (
  vocabulary: LabelVocabulary.LabelVocabulary,
  labels: ReadonlyArray<Label>,
  { state, write }: LabelDecision
): string => {
  if (!write) return "none: the labels are left alone until a person does something"
  const changes = Plan.effective(LabelPlan.make(vocabulary, labels, state))
  return changes.length === 0
    ? "none: the label shows the state"
    : changes.map(({ _tag, id }) => `${_tag === "create" ? "+" : "-"}${id}`).join(" ")
}
