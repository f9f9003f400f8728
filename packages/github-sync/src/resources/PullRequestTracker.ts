/**
 * The resource that records what Lockstep knows about a pull request.
 *
 * @since 0.1.0
 */
import { Conditions, Resource } from "@lockstep/core"
import { Effect, Schema } from "effect"
import { createHash } from "node:crypto"
import { LifecycleState } from "../domain/LifecycleState.ts"
import { formatRef, PullRequestRef } from "../domain/PullRequest.ts"
import { Check } from "../domain/Qualification.ts"
import { group, version } from "./group.ts"

const Spec = Schema.Struct({
  repository: PullRequestRef.fields.repository.annotate({ description: "The repository on GitHub." }),
  number: PullRequestRef.fields.number.annotate({ description: "The number of the pull request." }),
  suspend: Schema.Boolean.annotate({ description: "Leaves the pull request alone." }).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(false))
  )
}).annotate({ description: "Which pull request is followed." })

const Status = Schema.Struct({
  observedGeneration: Schema.optionalKey(Schema.Int.annotate({ description: "The generation that was looked at." })),
  state: Schema.optionalKey(LifecycleState.annotate({ description: "How far the pull request has come." })),
  title: Schema.optionalKey(Schema.String),
  headSHA: Schema.optionalKey(Schema.String),
  mergeCommitSHA: Schema.optionalKey(Schema.String),
  mergedAt: Schema.optionalKey(Schema.String),
  labels: Schema.optionalKey(
    Schema.Struct({
      owned: Schema.Array(Schema.String),
      lastApplied: Schema.optionalKey(LifecycleState)
    })
  ),
  qualification: Schema.optionalKey(
    Schema.Struct({
      checks: Schema.Array(Check),
      approvals: Schema.Int,
      mergeable: Schema.Literals(["yes", "no", "unknown"]),
      reasons: Schema.Array(Schema.String)
    })
  ),
  history: Schema.optionalKey(
    Schema.Array(Schema.Struct({ state: LifecycleState, at: Schema.String, reason: Schema.String }))
  ),
  driftMonitorRefs: Schema.optionalKey(Schema.Array(Schema.Struct({ name: Schema.String }))),
  conditions: Schema.optionalKey(Conditions.Conditions)
}).annotate({ description: "What is known of the pull request." })

/**
 * The kind `PullRequestTracker`: one for each pull request that Lockstep follows.
 *
 * **Details**
 *
 * `spec` says which pull request; that can't be changed. With `suspend` the tracker is left alone. `status` holds the state,
 * how it came about, what stands in the way of a merge, and what Lockstep set last (`labels.lastApplied`), which is how a
 * label that a person set is told from Lockstep's own. Nothing in it changes without a reason: a second look at the same
 * world writes nothing.
 *
 * @category resources
 * @since 0.1.0
 */
export const PullRequestTracker = Resource.make({
  group,
  version,
  kind: "PullRequestTracker",
  plural: "pullrequesttrackers",
  shortNames: ["prt"],
  categories: ["lockstep"],
  description: "Follows one pull request from its discovery to its health in every cluster.",
  spec: Spec,
  status: Status,
  selectableFields: [".spec.repository.owner", ".spec.repository.name", ".spec.number", ".status.state"],
  printerColumns: [
    { name: "State", type: "string", jsonPath: ".status.state" },
    { name: "Repository", type: "string", jsonPath: ".spec.repository.name" },
    { name: "PR", type: "integer", jsonPath: ".spec.number" },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Reason", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }
  ],
  rules: [
    {
      cel: "self.repository == oldSelf.repository && self.number == oldSelf.number",
      message: "a tracker stays with its pull request; create another one for another pull request",
      holds: (spec, before) =>
        before === undefined ||
        (spec.repository.owner === before.repository.owner &&
          spec.repository.name === before.repository.name &&
          spec.number === before.number)
    }
  ]
})

/**
 * A stored `PullRequestTracker`.
 *
 * @category models
 * @since 0.1.0
 */
export type PullRequestTracker = Resource.InstanceOf<typeof PullRequestTracker>

/**
 * The status of a `PullRequestTracker`.
 *
 * @category models
 * @since 0.1.0
 */
export type PullRequestTrackerStatus = typeof Status.Type

/**
 * Returns the name that a tracker of a pull request has unless a person gave it another: `owner-name-42`.
 *
 * **Details**
 *
 * Where the repository's name has characters that a resource's name can't have, a short hash makes up for what is lost.
 *
 * @category naming
 * @since 0.1.0
 */
export const trackerName = (ref: PullRequestRef): string => {
  const plain = `${ref.repository.owner}-${ref.repository.name}`.toLowerCase()
  const safe = plain.replaceAll(/[^a-z0-9]+/gu, "-").replaceAll(/^-|-$/gu, "")
  // `a-b/c` and `a/b-c` would have the same name as well.
  const ambiguous = safe !== plain || ref.repository.owner.includes("-") || ref.repository.name.includes("-")
  const hash = createHash("sha256").update(formatRef(ref).toLowerCase()).digest("hex").slice(0, 6)
  return `${safe}-${ref.number}${ambiguous ? `-${hash}` : ""}`
}
