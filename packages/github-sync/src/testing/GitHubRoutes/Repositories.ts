import { repositoryOf, type Route } from "./Call.ts"

/** A repository as a whole. */
export const repositoryRoutes: ReadonlyArray<Route> = [
  {
    method: "GET",
    path: "/repos/:owner/:repo",
    answer: (call) => ({ status: 200, body: call.views.repository(call.world.repository(repositoryOf(call))) })
  },
  {
    method: "GET",
    path: "/repos/:owner/:repo/compare/:basehead",
    answer: (call) => {
      const at = repositoryOf(call)
      const [base = "", head = ""] = (call.params["basehead"] ?? "").split("...")
      const found = call.world.compare(at, base, head)
      return { status: 200, body: call.views.comparison(found, call.world.repository(at)) }
    }
  }
]
