import { field, needed, refOf, repositoryOf, text, type Route } from "./Call.ts"

/** Pull requests, their reviews and their merge. */
export const pullRequestRoutes: ReadonlyArray<Route> = [
  {
    method: "GET",
    path: "/repos/:owner/:repo/pulls",
    answer: (call) => {
      const state = call.query.get("state") ?? "open"
      const found = [...call.world.repository(repositoryOf(call)).pullRequests.values()]
        .filter((one) => state === "all" || one.open === (state === "open"))
        .toSorted((a, b) => b.number - a.number)
      return { status: 200, items: found.map(call.views.pullRequestSimple) }
    }
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/pulls",
    answer: (call) => {
      const created = call.world.openPullRequest(repositoryOf(call), {
        title: needed(call, "PullRequest", "title"),
        head: needed(call, "PullRequest", "head"),
        base: needed(call, "PullRequest", "base"),
        body: text(call, "body") ?? "",
        draft: field(call, "draft") === true
      })
      return { status: 201, body: call.views.pullRequest(created, false) }
    }
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/pulls/:number",
    answer: (call) => {
      const found = call.world.pullRequest(refOf(call))
      // GitHub works out in the background whether it can be merged, and begins when it is first asked.
      const known = found.reads++ > 0
      return { status: 200, body: call.views.pullRequest(found, known) }
    }
  },
  {
    method: "PATCH",
    path: "/repos/:owner/:repo/pulls/:number",
    answer: (call) => {
      const ref = refOf(call)
      const found = call.world.pullRequest(ref)
      if (text(call, "state") === "closed") call.world.close(ref)
      if (text(call, "state") === "open") call.world.reopen(ref)
      found.title = text(call, "title") ?? found.title
      found.body = text(call, "body") ?? found.body
      return { status: 200, body: call.views.pullRequest(found, true) }
    }
  },
  {
    method: "PUT",
    path: "/repos/:owner/:repo/pulls/:number/merge",
    answer: (call) => {
      const sha = text(call, "sha")
      const merged = call.world.merge(refOf(call), sha === undefined ? {} : { sha })
      return { status: 200, body: { sha: merged, merged: true, message: "Pull Request successfully merged" } }
    }
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/pulls/:number/reviews",
    answer: (call) => {
      const found = call.world.pullRequest(refOf(call))
      return { status: 200, items: found.reviews.map((review) => call.views.review(review, found)) }
    }
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/pulls/:number/reviews",
    answer: (call) => {
      const states: { readonly [event: string]: string } = {
        APPROVE: "APPROVED",
        REQUEST_CHANGES: "CHANGES_REQUESTED",
        COMMENT: "COMMENTED"
      }
      const review = call.world.review(refOf(call), "octocat", states[text(call, "event") ?? ""] ?? "PENDING")
      return { status: 200, body: call.views.review(review, call.world.pullRequest(refOf(call))) }
    }
  }
]
