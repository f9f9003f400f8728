import { Predicate } from "effect"
import type { PullRequestRef, Repository } from "../domain/PullRequest.ts"
import type { Views } from "./GitHubViews.ts"
import type { GitHubWorld } from "./GitHubWorld.ts"
import { Refusal } from "./GitHubWorld/Refusal.ts"

/** A request, taken apart. */
export interface Call {
  readonly world: GitHubWorld
  /** How what it holds is shown at the address that was asked. */
  readonly views: Views
  readonly params: { readonly [name: string]: string }
  readonly query: URLSearchParams
  readonly body: unknown
}

/** An answer before paging and headers. */
export type Reply =
  | { readonly status: number; readonly body: unknown }
  | {
      readonly status: 200
      readonly items: ReadonlyArray<unknown>
      readonly wrap?: (page: ReadonlyArray<unknown>) => unknown
    }
  | { readonly status: 204 }

interface Route {
  readonly method: string
  readonly path: string
  readonly answer: (call: Call) => Reply
}

const repositoryOf = ({ params }: Call): Repository => ({ owner: params["owner"] ?? "", name: params["repo"] ?? "" })

const refOf = (call: Call): PullRequestRef => ({
  repository: repositoryOf(call),
  number: Number(call.params["number"])
})

const field = (call: Call, name: string): unknown =>
  Predicate.hasProperty(call.body, name) ? call.body[name] : undefined

const text = (call: Call, name: string): string | undefined => {
  const value = field(call, name)
  return typeof value === "string" ? value : undefined
}

const needed = (call: Call, resource: string, name: string): string => {
  const value = text(call, name)
  if (value === undefined)
    throw new Refusal(422, "Validation Failed", [{ resource, code: "missing_field", field: name }])
  return value
}

const labelNames = (call: Call): ReadonlyArray<string> => {
  const list = Array.isArray(call.body) ? call.body : field(call, "labels")
  if (!Array.isArray(list)) throw new Refusal(422, 'Invalid request.\n\nNo subschema in "anyOf" matched.')
  return list.map((item: unknown) => {
    const name = Predicate.hasProperty(item, "name") ? item.name : item
    if (typeof name !== "string") throw new Refusal(422, "Invalid request.\n\nA label must be a string.")
    return name
  })
}

const labelsOf = (call: Call): Reply => {
  const { repository, labels } = call.world.pullRequest(refOf(call))
  return { status: 200, items: [...labels].map((label) => call.views.label(label, repository)) }
}

// Lists of labels that follow a change come whole.
const allLabelsOf = (call: Call): Reply => {
  const reply = labelsOf(call)
  return { status: 200, body: "items" in reply ? reply.items : [] }
}

const routes: ReadonlyArray<Route> = [
  {
    method: "GET",
    path: "/repos/:owner/:repo",
    answer: (call) => ({ status: 200, body: call.views.repository(call.world.repository(repositoryOf(call))) })
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/labels",
    answer: (call) => {
      const repository = call.world.repository(repositoryOf(call))
      return {
        status: 200,
        items: [...repository.labels.values()].map((label) => call.views.label(label, repository))
      }
    }
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/labels",
    answer: (call) => {
      const at = repositoryOf(call)
      const label = call.world.createLabel(
        at,
        needed(call, "Label", "name"),
        text(call, "color") ?? "ededed",
        text(call, "description") ?? null
      )
      return { status: 201, body: call.views.label(label, call.world.repository(at)) }
    }
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/labels/:name",
    answer: (call) => {
      const at = repositoryOf(call)
      const label = call.world.label(at, call.params["name"] ?? "")
      return { status: 200, body: call.views.label(label, call.world.repository(at)) }
    }
  },
  {
    method: "PATCH",
    path: "/repos/:owner/:repo/labels/:name",
    answer: (call) => {
      const at = repositoryOf(call)
      const name = text(call, "new_name")
      const color = text(call, "color")
      const description = text(call, "description")
      const label = call.world.changeLabel(at, call.params["name"] ?? "", {
        ...(name === undefined ? {} : { name }),
        ...(color === undefined ? {} : { color }),
        ...(description === undefined ? {} : { description })
      })
      return { status: 200, body: call.views.label(label, call.world.repository(at)) }
    }
  },
  {
    method: "DELETE",
    path: "/repos/:owner/:repo/labels/:name",
    answer: (call) => {
      call.world.deleteLabel(repositoryOf(call), call.params["name"] ?? "")
      return { status: 204 }
    }
  },
  { method: "GET", path: "/repos/:owner/:repo/issues/:number/labels", answer: labelsOf },
  {
    method: "POST",
    path: "/repos/:owner/:repo/issues/:number/labels",
    answer: (call) => {
      call.world.addLabels(refOf(call), labelNames(call))
      return allLabelsOf(call)
    }
  },
  {
    method: "PUT",
    path: "/repos/:owner/:repo/issues/:number/labels",
    answer: (call) => {
      call.world.setLabels(refOf(call), labelNames(call))
      return allLabelsOf(call)
    }
  },
  {
    method: "DELETE",
    path: "/repos/:owner/:repo/issues/:number/labels",
    answer: (call) => {
      call.world.setLabels(refOf(call), [])
      return { status: 204 }
    }
  },
  {
    method: "DELETE",
    path: "/repos/:owner/:repo/issues/:number/labels/:name",
    answer: (call) => {
      call.world.removeLabel(refOf(call), call.params["name"] ?? "")
      return allLabelsOf(call)
    }
  },
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
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/commits/:sha/check-runs",
    answer: (call) => {
      const repository = call.world.repository(repositoryOf(call))
      const sha = call.params["sha"] ?? ""
      const runs = repository.checks.get(sha) ?? []
      return {
        status: 200,
        items: runs.map((run) => call.views.checkRun(run, sha, repository)),
        wrap: (page) => ({ total_count: runs.length, check_runs: page })
      }
    }
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/check-runs",
    answer: (call) => {
      const at = repositoryOf(call)
      const sha = needed(call, "CheckRun", "head_sha")
      const run = call.world.setCheck(at, sha, needed(call, "CheckRun", "name"), text(call, "conclusion") ?? null)
      return { status: 201, body: call.views.checkRun(run, sha, call.world.repository(at)) }
    }
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/commits/:sha/status",
    answer: (call) => {
      const repository = call.world.repository(repositoryOf(call))
      const sha = call.params["sha"] ?? ""
      const statuses = repository.statuses.get(sha) ?? []
      const states = new Set(statuses.map(({ state }) => state))
      const state =
        states.has("failure") || states.has("error")
          ? "failure"
          : states.has("pending") || states.size === 0
            ? "pending"
            : "success"
      const { repository: show, repositoryUrl, status } = call.views
      return {
        status: 200,
        items: statuses.map((one) => status(one, sha, repository)),
        wrap: (page) => ({
          state,
          statuses: page,
          sha,
          total_count: statuses.length,
          repository: show(repository),
          commit_url: `${repositoryUrl(repository)}/commits/${sha}`,
          url: `${repositoryUrl(repository)}/commits/${sha}/status`
        })
      }
    }
  },
  {
    method: "POST",
    path: "/repos/:owner/:repo/statuses/:sha",
    answer: (call) => {
      const at = repositoryOf(call)
      const sha = call.params["sha"] ?? ""
      const status = call.world.setStatus(
        at,
        sha,
        text(call, "context") ?? "default",
        needed(call, "Status", "state"),
        text(call, "description") ?? null
      )
      return { status: 201, body: call.views.status(status, sha, call.world.repository(at)) }
    }
  }
]

const compiled = routes.map((route) => ({
  ...route,
  // Names may hold anything, encoded; numbers are numbers.
  pattern: new RegExp(
    `^${route.path.replaceAll(/:(\w+)/gu, (_, name) => (name === "number" ? `(?<number>\\d+)` : `(?<${name}>[^/]+)`))}$`,
    "u"
  )
}))

/** Finds the route of a request. */
export const match = (
  method: string,
  path: string
): { readonly answer: Route["answer"]; readonly params: { readonly [name: string]: string } } | undefined => {
  for (const { answer, method: own, pattern } of compiled) {
    const found = own === method ? pattern.exec(path) : null
    if (found !== null) {
      const params = Object.entries(found.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)])
      return { answer, params: Object.fromEntries(params) }
    }
  }
  return undefined
}
