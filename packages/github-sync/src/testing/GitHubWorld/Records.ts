import type { Repository } from "../../domain/PullRequest.ts"

/** A label of a repository's catalogue. */
export interface WorldLabel {
  readonly id: number
  name: string
  color: string
  description: string | null
}

/** A check run of a commit. */
export interface WorldCheck {
  readonly id: number
  readonly name: string
  status: "queued" | "in_progress" | "completed"
  conclusion: string | null
}

/** A status of a commit. */
export interface WorldStatus {
  readonly id: number
  readonly context: string
  readonly state: string
  readonly description: string | null
}

/** A review of a pull request. */
export interface WorldReview {
  readonly id: number
  readonly author: string
  readonly state: string
  readonly at: string
  /** What the author is to the repository, as GitHub names it: `COLLABORATOR`, `CONTRIBUTOR`, `NONE`. */
  readonly association: string
}

/** A comment on a pull request. */
export interface WorldComment {
  readonly id: number
  readonly author: string
  body: string
  readonly createdAt: string
  updatedAt: string
}

/** Who added or took away a label. */
export interface WorldLabelEvent {
  readonly id: number
  readonly event: "labeled" | "unlabeled"
  readonly label: { readonly name: string; readonly color: string }
  readonly actor: string
  readonly at: string
}

/** How one commit lies to another. */
export interface WorldComparison {
  readonly base: string
  readonly head: string
  readonly ahead: number
  readonly behind: number
}

/** A pull request. */
export interface WorldPullRequest {
  readonly id: number
  readonly repository: WorldRepository
  readonly number: number
  title: string
  body: string | null
  readonly author: string
  open: boolean
  draft: boolean
  conflicting: boolean
  head: { readonly ref: string; sha: string }
  base: { readonly ref: string; readonly sha: string }
  /** In the order in which they were added. */
  readonly labels: Set<WorldLabel>
  readonly reviews: Array<WorldReview>
  readonly comments: Array<WorldComment>
  readonly timeline: Array<WorldLabelEvent>
  merge?: { readonly sha: string; readonly at: string; readonly by: string }
  closedAt: string | null
  readonly createdAt: string
  updatedAt: string
  /** How often it was read by itself since its branch last moved: the first time GitHub doesn't know yet whether it can be merged. */
  reads: number
}

/** A repository. */
export interface WorldRepository extends Omit<Repository, "name"> {
  name: string
  readonly id: number
  /** By their names without regard to case. */
  readonly labels: Map<string, WorldLabel>
  readonly pullRequests: Map<number, WorldPullRequest>
  /** By commit. */
  readonly checks: Map<string, Array<WorldCheck>>
  /** By commit. */
  readonly statuses: Map<string, Array<WorldStatus>>
  /** The commits of each branch that something was merged into, oldest first. */
  readonly histories: Map<string, Array<string>>
  nextNumber: number
}
