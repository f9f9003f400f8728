/** The life of a pull request: opened, pushed to, merged, closed, reopened. */
import { formatRef } from "../../domain/PullRequest.ts"
import type { SeedPullRequest } from "../GitHubSeed.ts"
import { commit } from "./commit.ts"
import * as Histories from "./Histories.ts"
import type { WorldPullRequest, WorldRepository } from "./Records.ts"
import { refuse, refuseInvalid } from "./Refusal.ts"
import { touch, type Stamps } from "./Stamps.ts"

/** How a pull request is merged. */
export interface MergeOptions {
  /** The head that is meant. */
  readonly sha?: string
  readonly by?: string
  /** Also where GitHub would refuse. */
  readonly force?: boolean
}

export const open = (repository: WorldRepository, seed: SeedPullRequest, stamps: Stamps): WorldPullRequest => {
  const number = seed.number ?? repository.nextNumber
  if (repository.pullRequests.has(number)) refuse(422, `pull request ${number} is there already`)
  repository.nextNumber = Math.max(repository.nextNumber, number + 1)
  const now = stamps.now()
  const [head, base] = [seed.head ?? `topic-${number}`, seed.base ?? "main"]
  const pullRequest: WorldPullRequest = {
    id: stamps.nextId(),
    repository,
    number,
    title: seed.title,
    body: seed.body ?? null,
    author: seed.author ?? "octocat",
    open: (seed.state ?? "open") === "open",
    draft: seed.draft ?? false,
    conflicting: seed.conflicting ?? false,
    head: { ref: head, sha: commit(repository, head) },
    base: { ref: base, sha: commit(repository, base) },
    labels: new Set(),
    reviews: [],
    comments: [],
    timeline: [],
    closedAt: seed.state === "closed" ? now : null,
    createdAt: now,
    updatedAt: now,
    reads: 0
  }
  repository.pullRequests.set(number, pullRequest)
  return pullRequest
}

/** Moves a branch, and with it the open pull requests from it. */
export const push = (repository: WorldRepository, branch: string, stamps: Stamps): string => {
  const sha = commit(repository, branch, stamps.nextId())
  for (const pullRequest of repository.pullRequests.values()) {
    if (!pullRequest.open || pullRequest.head.ref !== branch) continue
    pullRequest.head = { ref: branch, sha }
    pullRequest.reads = 0
    touch(pullRequest, stamps)
  }
  return sha
}

export const merge = (pullRequest: WorldPullRequest, { by, force, sha }: MergeOptions, stamps: Stamps): string => {
  if (force !== true) {
    if (sha !== undefined && sha !== pullRequest.head.sha) {
      refuse(409, "Head branch was modified. Review and try the merge again.")
    }
    if (!pullRequest.open || pullRequest.conflicting) refuse(405, "Pull Request is not mergeable")
    if (pullRequest.draft) refuse(405, "Pull Request is still a draft")
  }
  const merged = commit(pullRequest.repository, `merge of ${formatRef(pullRequest)}`)
  Histories.append(pullRequest.repository, pullRequest.base.ref, merged)
  pullRequest.merge = { sha: merged, at: stamps.now(), by: by ?? "octocat" }
  close(pullRequest, stamps)
  return merged
}

export const close = (pullRequest: WorldPullRequest, stamps: Stamps): void => {
  pullRequest.open = false
  pullRequest.closedAt = stamps.now()
  touch(pullRequest, stamps)
}

export const reopen = (pullRequest: WorldPullRequest, stamps: Stamps): void => {
  refuseInvalid(pullRequest.merge === undefined ? [] : [{ resource: "PullRequest", code: "invalid", field: "state" }])
  pullRequest.open = true
  pullRequest.closedAt = null
  touch(pullRequest, stamps)
}
