/** Comments on pull requests. */
import type { WorldComment, WorldPullRequest, WorldRepository } from "./Records.ts"
import { refuse } from "./Refusal.ts"
import { touch, type Stamps } from "./Stamps.ts"

export const add = (pullRequest: WorldPullRequest, author: string, body: string, stamps: Stamps): WorldComment => {
  const now = stamps.now()
  const comment = { id: stamps.nextId(), author, body, createdAt: now, updatedAt: now }
  pullRequest.comments.push(comment)
  touch(pullRequest, stamps)
  return comment
}

/** Changes a comment, wherever in the repository it is. */
export const change = (repository: WorldRepository, id: number, body: string, stamps: Stamps) => {
  for (const pullRequest of repository.pullRequests.values()) {
    const comment = pullRequest.comments.find((one) => one.id === id)
    if (comment === undefined) continue
    comment.body = body
    touch(comment, stamps)
    return { comment, pullRequest }
  }
  return refuse(404, "Not Found")
}
