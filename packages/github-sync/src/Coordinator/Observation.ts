import { Effect } from "effect"
import * as Deployment from "../domain/Deployment.ts"
import * as Facts from "../domain/Facts.ts"
import { decide, type LabelDecision, type LostLabelPolicy } from "../domain/LabelDecision.ts"
import * as LabelVocabulary from "../domain/LabelVocabulary.ts"
import type { LifecycleState } from "../domain/LifecycleState.ts"
import type { PullRequest, PullRequestRef } from "../domain/PullRequest.ts"
import { qualify, type Check, type Qualification, type QualificationPolicy } from "../domain/Qualification.ts"
import type { GitHubClient } from "../GitHub/GitHubClient.ts"
import type { GitHubError } from "../GitHub/GitHubError.ts"

/** Everything that was seen of a pull request in one look, and what follows from it. */
export interface Observation {
  readonly pullRequest: PullRequest
  readonly checks: ReadonlyArray<Check>
  readonly qualification: Qualification
  readonly decision: LabelDecision
}

/** What a decision goes by besides what is seen. */
export interface Policies {
  readonly qualification: QualificationPolicy
  readonly lostLabel: LostLabelPolicy
}

/** Looks at a pull request and decides. Of one that is no longer open, neither checks nor reviews matter. */
export const observe = (
  github: GitHubClient,
  vocabulary: LabelVocabulary.LabelVocabulary,
  policies: Policies,
  target: {
    readonly ref: PullRequestRef
    readonly base: LifecycleState | undefined
    readonly phases: ReadonlyArray<Deployment.Phase>
  }
): Effect.Effect<Observation, GitHubError> =>
  Effect.gen(function* () {
    const pullRequest = yield* github.getPR(target.ref)
    const { head, labels, open } = pullRequest
    const needsChecks = open && policies.qualification.checks !== "none"
    const checks = needsChecks ? yield* github.listChecks(target.ref.repository, head.sha) : []
    const reviews = open ? yield* github.listReviews(target.ref) : []
    const qualification = qualify(pullRequest, checks, reviews, policies.qualification)
    const facts = Facts.gather(pullRequest, qualification, Deployment.summarize(target.phases))
    const observed = LabelVocabulary.statesOf(vocabulary, labels)
    const decision = decide({ base: target.base, observed, facts, lostLabel: policies.lostLabel })
    return { pullRequest, checks, qualification, decision }
  })

/** How many requests a look at an open pull request takes. */
export const requestsOfLook = ({ checks }: QualificationPolicy): number => (checks === "none" ? 2 : 4)
