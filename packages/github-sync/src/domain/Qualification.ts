/**
 * Whether a pull request may be merged, by its checks and reviews.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import type { PullRequest } from "./PullRequest.ts"

/**
 * A check of a commit: a check run, or a commit status.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Check = Schema.Struct({
  name: Schema.String,
  result: Schema.Literals(["passed", "failed", "pending"])
})

/**
 * A check of a commit: a check run, or a commit status.
 *
 * @category models
 * @since 0.1.0
 */
export type Check = typeof Check.Type

/**
 * A review. Only the last one of a person that says something counts.
 *
 * @category models
 * @since 0.1.0
 */
export interface Review {
  readonly author: string
  readonly verdict: "approved" | "changes-requested" | "dismissed" | "commented"
  /** Whether who said it may write to the repository; `true` if left out. What others say doesn't count. */
  readonly mayWrite?: boolean
}

/**
 * What a pull request needs in order to qualify.
 *
 * @category models
 * @since 0.1.0
 */
export interface QualificationPolicy {
  /** The checks that must have passed: all that reported and at least one (the default), those named, or none. */
  readonly checks: "all" | "none" | ReadonlyArray<string>
  /** How many people must have approved. */
  readonly approvals: number
}

/**
 * Whether a pull request qualifies; if not, every reason why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Qualification {
  readonly qualified: boolean
  readonly reasons: ReadonlyArray<string>
  readonly approvals: number
}

/**
 * The policy that asks for passed checks, and no approval.
 *
 * @category policies
 * @since 0.1.0
 */
export const defaultPolicy: QualificationPolicy = { checks: "all", approvals: 0 }

/**
 * Decides whether a pull request qualifies.
 *
 * **Gotchas**
 *
 * A pull request without any check does not qualify under the default policy: right after a push, no check has reported
 * yet. In a repository without checks, set `checks` to `none`.
 *
 * @category decisions
 * @since 0.1.0
 */
export const qualify = (
  pullRequest: Pick<PullRequest, "draft" | "mergeable">,
  checks: ReadonlyArray<Check>,
  reviews: ReadonlyArray<Review>,
  policy: QualificationPolicy = defaultPolicy
): Qualification => {
  const verdicts = [...lastVerdicts(reviews).values()]
  const approvals = verdicts.filter((verdict) => verdict === "approved").length
  const reasons = reasonsAgainst(
    {
      draft: pullRequest.draft,
      conflicting: pullRequest.mergeable === "no",
      changesRequested: verdicts.includes("changes-requested"),
      checks,
      approvals
    },
    policy
  )
  return { qualified: reasons.length === 0, reasons, approvals }
}

interface Findings {
  readonly draft: boolean
  readonly conflicting: boolean
  readonly changesRequested: boolean
  readonly checks: ReadonlyArray<Check>
  readonly approvals: number
}

const isDraft = "it is a draft"

const asksForChanges = "a review asks for changes"

const reasonsAgainst = (found: Findings, policy: QualificationPolicy): ReadonlyArray<string> => [
  ...(found.draft ? [isDraft] : []),
  ...(found.conflicting ? ["it conflicts with its base branch"] : []),
  ...missingChecks(found.checks, policy.checks),
  ...(found.changesRequested ? [asksForChanges] : []),
  ...(found.approvals < policy.approvals ? [`it has ${found.approvals} of ${policy.approvals} approvals`] : [])
]

/**
 * What is written down of a qualification.
 *
 * @category models
 * @since 0.1.0
 */
export interface Recorded extends Pick<Qualification, "reasons" | "approvals"> {
  readonly checks: ReadonlyArray<Check>
  readonly mergeable: PullRequest["mergeable"]
}

/**
 * Reports whether a draft was looked at, as it was written down.
 *
 * @category queries
 * @since 0.1.0
 */
export const wasDraft = ({ reasons }: Pick<Recorded, "reasons">): boolean => reasons.includes(isDraft)

/**
 * Reports whether a qualification that was written down still stands under a policy, and waits for nothing: no check is pending
 * or missing, and it is known whether the pull request can be merged.
 *
 * @category queries
 * @since 0.1.0
 */
export const stands = (recorded: Recorded, policy: QualificationPolicy = defaultPolicy): boolean => {
  const { approvals, checks, mergeable, reasons } = recorded
  const found: Findings = {
    draft: wasDraft(recorded),
    conflicting: mergeable === "no",
    changesRequested: reasons.includes(asksForChanges),
    // Those that the policy does not ask for have not been read.
    checks: policy.checks === "none" ? [] : checks,
    approvals
  }
  const now = reasonsAgainst(found, policy)
  return !isWaiting(recorded) && now.length === reasons.length && now.every((reason, at) => reason === reasons[at])
}

/**
 * Reports whether something on a pull request may change any minute: whether it can be merged is not known yet, a check is not
 * finished, or none has reported that it needs.
 *
 * @category queries
 * @since 0.1.0
 */
export const isWaiting = ({ checks, mergeable, reasons }: Omit<Recorded, "approvals">): boolean =>
  mergeable === "unknown" ||
  checks.some(({ result }) => result === "pending") ||
  (checks.length === 0 && reasons.length > 0)

const missingChecks = (checks: ReadonlyArray<Check>, needed: QualificationPolicy["checks"]): ReadonlyArray<string> => {
  if (needed === "none") return []
  if (needed === "all" && checks.length === 0) return ["no check has reported yet"]
  const names = needed === "all" ? [...new Set(checks.map(({ name }) => name))] : needed
  return names.flatMap((name) => {
    const results = checks.filter((check) => check.name === name).map(({ result }) => result)
    if (results.length === 0) return [`check '${name}' has not reported yet`]
    if (results.includes("failed")) return [`check '${name}' failed`]
    return results.includes("pending") ? [`check '${name}' is not finished`] : []
  })
}

const lastVerdicts = (reviews: ReadonlyArray<Review>) => {
  const verdicts = new Map<string, Review["verdict"]>()
  for (const { author, mayWrite = true, verdict } of reviews) {
    if (mayWrite && verdict !== "commented") verdicts.set(author, verdict)
  }
  return verdicts
}
