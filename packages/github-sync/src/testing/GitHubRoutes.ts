import type { Route } from "./GitHubRoutes/Call.ts"
import { checkRoutes } from "./GitHubRoutes/Checks.ts"
import { commentRoutes } from "./GitHubRoutes/Comments.ts"
import { labelRoutes } from "./GitHubRoutes/Labels.ts"
import { pullRequestRoutes } from "./GitHubRoutes/PullRequests.ts"
import { repositoryRoutes } from "./GitHubRoutes/Repositories.ts"

export type { Call, Reply } from "./GitHubRoutes/Call.ts"

const routes: ReadonlyArray<Route> = [
  ...repositoryRoutes,
  ...labelRoutes,
  ...pullRequestRoutes,
  ...checkRoutes,
  ...commentRoutes
]

const numbers = new Set(["number", "id"])

const compiled = routes.map((route) => ({
  ...route,
  // Names may hold anything, encoded; numbers are numbers.
  pattern: new RegExp(
    `^${route.path.replaceAll(/:(\w+)/gu, (_, name) => (numbers.has(name) ? `(?<${name}>\\d+)` : `(?<${name}>[^/]+)`))}$`,
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
