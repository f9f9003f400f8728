/**
 * What GitHub's API sends, as far as it is looked at, and how it becomes ours.
 */
import { Option, Schema } from "effect"
import type { Label as DomainLabel } from "../domain/Label.ts"
import type { PullRequest as DomainPullRequest, Repository } from "../domain/PullRequest.ts"
import type { Check, Review } from "../domain/Qualification.ts"
import type { Comment as ClientComment, CommitComparison, LabelEvent, PullRequestSummary } from "./GitHubClient.ts"

export const Label = Schema.Struct({
  name: Schema.String,
  color: Schema.optionalKey(Schema.NullOr(Schema.String)),
  description: Schema.optionalKey(Schema.NullOr(Schema.String))
})

export const Labels = Schema.Array(Label)

const summary = {
  number: Schema.Int,
  title: Schema.String,
  html_url: Schema.String,
  state: Schema.Literals(["open", "closed"]),
  draft: Schema.optionalKey(Schema.Boolean),
  // Nobody, once the author's account is gone.
  user: Schema.NullOr(Schema.Struct({ login: Schema.String })),
  updated_at: Schema.optionalKey(Schema.String),
  merged_at: Schema.NullOr(Schema.String),
  merge_commit_sha: Schema.NullOr(Schema.String),
  head: Schema.Struct({ ref: Schema.String, sha: Schema.String }),
  base: Schema.Struct({ ref: Schema.String }),
  labels: Labels
}

const Summary = Schema.Struct(summary)

export const PullRequests = Schema.Array(Summary)

export const PullRequest = Schema.Struct({
  ...summary,
  merged: Schema.Boolean,
  // Null while GitHub works it out.
  mergeable: Schema.NullOr(Schema.Boolean)
})

export const CheckRuns = Schema.Struct({
  check_runs: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      status: Schema.String,
      conclusion: Schema.NullOr(Schema.String)
    })
  )
})

export const CombinedStatus = Schema.Struct({
  statuses: Schema.Array(Schema.Struct({ context: Schema.String, state: Schema.String }))
})

export const Reviews = Schema.Array(
  Schema.Struct({
    user: Schema.NullOr(Schema.Struct({ login: Schema.String })),
    state: Schema.String,
    author_association: Schema.optionalKey(Schema.String)
  })
)

export const Merged = Schema.Struct({ sha: Schema.String })

export const Comparison = Schema.Struct({
  status: Schema.Literals(["ahead", "behind", "diverged", "identical"]),
  ahead_by: Schema.Int,
  behind_by: Schema.Int
})

export const Comment = Schema.Struct({
  id: Schema.Int,
  user: Schema.NullOr(Schema.Struct({ login: Schema.String })),
  body: Schema.optionalKey(Schema.NullOr(Schema.String)),
  html_url: Schema.String
})

export const Comments = Schema.Array(Comment)

// A timeline holds events of many kinds; only those of labels are looked at.
const TimelineEvent = Schema.Struct({
  event: Schema.optionalKey(Schema.String),
  actor: Schema.optionalKey(Schema.NullOr(Schema.Struct({ login: Schema.String }))),
  created_at: Schema.optionalKey(Schema.String),
  label: Schema.optionalKey(Schema.Struct({ name: Schema.String }))
})

export const Timeline = Schema.Array(TimelineEvent)

export const toLabel = ({ color, description, name }: typeof Label.Type): DomainLabel => ({
  name,
  ...(color == null ? {} : { color }),
  ...(description == null ? {} : { description })
})

export const toSummary =
  (repository: Repository) =>
  (wire: typeof Summary.Type): PullRequestSummary => ({
    repository,
    number: wire.number,
    title: wire.title,
    author: wire.user?.login ?? "ghost",
    url: wire.html_url,
    open: wire.state === "open",
    draft: wire.draft ?? false,
    merged: wire.merged_at !== null,
    ...(wire.updated_at === undefined ? {} : { updatedAt: wire.updated_at }),
    ...(wire.merged_at === null ? {} : { mergedAt: wire.merged_at }),
    ...(wire.merged_at === null || wire.merge_commit_sha === null ? {} : { mergeCommitSHA: wire.merge_commit_sha }),
    head: wire.head,
    base: wire.base,
    labels: wire.labels.map(toLabel)
  })

export const toPullRequest =
  (repository: Repository) =>
  (wire: typeof PullRequest.Type): DomainPullRequest => ({
    ...toSummary(repository)(wire),
    merged: wire.merged,
    mergeable: wire.mergeable === null ? "unknown" : wire.mergeable ? "yes" : "no"
  })

const passing = new Set(["success", "neutral", "skipped"])

export const fromCheckRun = (run: (typeof CheckRuns.Type)["check_runs"][number]): Check => ({
  name: run.name,
  result:
    run.status !== "completed" || run.conclusion === null
      ? "pending"
      : passing.has(run.conclusion)
        ? "passed"
        : "failed"
})

export const fromStatus = (status: (typeof CombinedStatus.Type)["statuses"][number]): Check => ({
  name: status.context,
  result: status.state === "success" ? "passed" : status.state === "pending" ? "pending" : "failed"
})

const verdicts: { readonly [state: string]: Review["verdict"] } = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes-requested",
  DISMISSED: "dismissed"
}

export const fromReview = (review: (typeof Reviews.Type)[number]): Review => ({
  author: review.user?.login ?? "ghost",
  verdict: verdicts[review.state.toUpperCase()] ?? "commented",
  // Anybody may review a public pull request.
  ...(review.author_association === undefined ? {} : { mayWrite: insiders.has(review.author_association) })
})

const insiders = new Set(["OWNER", "MEMBER", "COLLABORATOR"])

export const toComparison = (wire: typeof Comparison.Type): CommitComparison => ({
  status: wire.status,
  aheadBy: wire.ahead_by,
  behindBy: wire.behind_by
})

export const toComment = (wire: typeof Comment.Type): ClientComment => ({
  id: wire.id,
  author: wire.user?.login ?? "ghost",
  body: wire.body ?? "",
  url: wire.html_url
})

export const toLabelEvent = (wire: typeof TimelineEvent.Type): Option.Option<LabelEvent> =>
  wire.label === undefined || (wire.event !== "labeled" && wire.event !== "unlabeled")
    ? Option.none()
    : Option.some({
        change: wire.event === "labeled" ? "added" : "removed",
        label: wire.label.name,
        actor: wire.actor?.login ?? "ghost",
        at: wire.created_at ?? ""
      })
