import { needed, repositoryOf, text, type Route } from "./Call.ts"

/** Check runs and statuses of commits. */
export const checkRoutes: ReadonlyArray<Route> = [
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
      const { minimalRepository: show, repositoryUrl, status } = call.views
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
