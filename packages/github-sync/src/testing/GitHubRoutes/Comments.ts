import { needed, refOf, repositoryOf, type Route } from "./Call.ts"

/** Comments on pull requests, and what happened to their labels in the past. */
export const commentRoutes: ReadonlyArray<Route> = [
  {
    method: "GET",
    path: "/repos/:owner/:repo/issues/:number/comments",
    answer: (call) => {
      const found = call.world.pullRequest(refOf(call))
      return { status: 200, items: found.comments.map((comment) => call.views.comment(comment, found)) }
    }
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/issues/:number/comments",
    answer: (call) => {
      const ref = refOf(call)
      const comment = call.world.comment(ref, "octocat", needed(call, "IssueComment", "body"))
      return { status: 201, body: call.views.comment(comment, call.world.pullRequest(ref)) }
    }
  },
  {
    method: "PATCH",
    path: "/repos/:owner/:repo/issues/comments/:id",
    answer: (call) => {
      const { comment, pullRequest } = call.world.changeComment(
        repositoryOf(call),
        Number(call.params["id"]),
        needed(call, "IssueComment", "body")
      )
      return { status: 200, body: call.views.comment(comment, pullRequest) }
    }
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/issues/:number/timeline",
    answer: (call) => {
      const found = call.world.pullRequest(refOf(call))
      return { status: 200, items: found.timeline.map((event) => call.views.labelEvent(event, found)) }
    }
  }
]
