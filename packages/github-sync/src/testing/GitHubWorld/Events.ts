import type { WorldCheck, WorldLabel, WorldPullRequest, WorldRepository, WorldReview, WorldStatus } from "./Records.ts"

/** Something that happened, which GitHub tells of by itself. */
export type WorldEvent = { readonly repository: WorldRepository } & (
  | {
      readonly event: "pull_request"
      readonly action: "opened" | "labeled" | "unlabeled" | "synchronize" | "closed" | "reopened"
      readonly pullRequest: WorldPullRequest
      readonly label?: WorldLabel
      /** The head before a push. */
      readonly before?: string
    }
  | { readonly event: "pull_request_review"; readonly pullRequest: WorldPullRequest; readonly review: WorldReview }
  | { readonly event: "check_run"; readonly sha: string; readonly check: WorldCheck }
  | { readonly event: "status"; readonly sha: string; readonly status: WorldStatus }
  | {
      readonly event: "label"
      readonly action: "created" | "edited" | "deleted"
      readonly label: WorldLabel
      /** What it was called before. */
      readonly from?: string
    }
)
