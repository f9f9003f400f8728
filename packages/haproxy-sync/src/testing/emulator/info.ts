import { apiIn } from "../../api/ApiVersion.ts"
import { ApiError } from "./ApiError.ts"
import type { Host } from "./Host.ts"
import type { Reply, Route } from "./Router.ts"

/** The patch version that a line of the emulator says it is. */
const versions = {
  "2.9": "v2.9.27",
  "3.0": "v3.0.21",
  "3.1": "v3.1.14",
  "3.2": "v3.2.13",
  "3.3": "v3.3.5",
  "3.4": "v3.4.0"
} as const

/** The places that list what is below them, with the names of their children. */
const listings: Readonly<Record<string, ReadonlyArray<readonly [string, string, string]>>> = {
  "": [
    ["/", "Return list of root endpoints", "Returns a list of root endpoints."],
    ["/services", "Return list of service endpoints", "Returns a list of API managed services endpoints."],
    ["/info", "Return API, hardware and OS information", "Return API, hardware and OS information"],
    ["/health", "Return managed services health", "Return managed services health"],
    ["/cluster", "Return cluster data", "Returns cluster data"],
    ["/specification", "Data Plane API Specification", "Return Data Plane API OpenAPI specification"],
    ["/specification_openapiv3", "Data Plane API v3 Specification", "Return Data Plane API OpenAPI v3 specification"]
  ],
  "/services": [
    ["/services/haproxy", "Return list of HAProxy related endpoints", "Returns a list of HAProxy related endpoints."]
  ],
  "/services/haproxy/stats": [["/services/haproxy/stats/native", "Gets stats", "Getting stats from the HAProxy."]],
  "/services/haproxy/spoe": [
    ["/services/haproxy/spoe/spoe_files", "Return all available SPOE files", "Returns all available SPOE files."]
  ]
}

/** What the server says of itself, and the listings of endpoints. */
export const infoEndpoints = (host: Host, routes: ReadonlyArray<Route>): ReadonlyArray<Route> => {
  const answer = (body: unknown): Route["verbs"] => ({ GET: { handle: () => ({ status: 200, body }) } })
  const children = (path: string): Reply => ({
    status: 200,
    body:
      listings[path]?.map(([url, title, description]) => ({ description, title, url })) ??
      [...new Set(routes.map((route) => route.path))]
        .filter((one) => one.startsWith(`${path}/`) && !one.slice(path.length + 1).includes("/"))
        .map((url) => ({
          description: `Returns ${url.split("/").at(-1)}.`,
          title: `Return ${url.split("/").at(-1)}`,
          url
        }))
  })
  const modern = apiIn(host.api, { since: "3.4" })
  const listed = [
    ...(modern ? [] : [""]),
    "/services",
    "/services/haproxy",
    "/services/haproxy/configuration",
    "/services/haproxy/runtime",
    "/services/haproxy/storage",
    "/services/haproxy/stats",
    "/services/haproxy/spoe"
  ]
  return [
    {
      path: "/info",
      verbs: answer({
        api: { build_date: "0001-01-01T00:00:00.000Z", version: `${versions[host.api]} dev.dirty` },
        system: {}
      })
    },
    { path: "/health", verbs: answer({ haproxy: "unknown" }) },
    ...(modern ? [] : [{ path: "/cluster", verbs: answer({ mode: "single" }) }]),
    ...listed.map((path): Route => ({ path, verbs: { GET: { handle: () => children(path) } } })),
    {
      path: "/docs",
      verbs: {
        GET: {
          handle: () => ({
            status: 200,
            text: "<!DOCTYPE html>\n<title>Data Plane API</title>\n",
            type: "text/html; charset=utf-8"
          }),
          produces: ["text/html", "application/json"]
        }
      }
    },
    {
      path: "/specification",
      verbs: { GET: { handle: () => ({ status: 200, body: specification(routes, "swagger") }) } }
    },
    {
      path: "/specification_openapiv3",
      verbs: { GET: { handle: () => ({ status: 200, body: specification(routes, "openapi") }) } }
    }
  ]
}

/** A specification of the paths and verbs that there are. */
const specification = (routes: ReadonlyArray<Route>, kind: "swagger" | "openapi"): unknown => ({
  ...(kind === "swagger" ? { swagger: "2.0", basePath: "/v3" } : { openapi: "3.0.1", servers: [{ url: "/v3" }] }),
  info: { title: "HAProxy Data Plane API", version: "" },
  paths: Object.fromEntries(
    routes.map(({ path, verbs }) => [
      path === "" ? "/" : path,
      Object.fromEntries(
        Object.keys(verbs).map((verb) => [verb.toLowerCase(), { responses: { default: { description: "" } } }])
      )
    ])
  )
})

/** An answer for a route that is known and not built. */
export const unavailable = (what: string) => (): Reply => {
  throw new ApiError(501, `${what} is not part of this server`)
}
