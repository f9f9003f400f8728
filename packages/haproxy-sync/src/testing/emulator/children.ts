import { apiIn, type ApiVersion } from "../../api/ApiVersion.ts"
import { type ChildRoute, childRoutes, sectionRoute } from "../../api/Routes.ts"
import type { Field } from "../../grammar/Args.ts"
import { grammars } from "../../grammar/grammars.ts"
import type { SectionKeyword } from "../../text/SectionKind.ts"
import type { Shape } from "./Body.ts"
import type { Place } from "./childPlace.ts"
import type { Host } from "./Host.ts"
import { indexRoutes } from "./indexRoutes.ts"
import { nameRoutes } from "./nameRoutes.ts"
import type { Route } from "./Router.ts"
import { namedTraits, parentNoun } from "./traits.ts"

/** What is known of a child's body. */
const childShape = (keyword: SectionKeyword, child: ChildRoute, api: ApiVersion): Shape => {
  const field = grammars.get(keyword)?.fields.find(({ name }) => name === child.field)
  return {
    resource: child.field,
    type:
      child.field === "binds" && apiIn(api, { until: "3.3" }) ? "BindParams" : (namedTraits[child.field]?.type ?? ""),
    fields: [...withKey(field?.fields ?? [], child.key), ...(unwritten[child.field] ?? [])]
  }
}

/** Fields a body may have that never make it into a line. */
const unwritten: Readonly<Record<string, ReadonlyArray<Field>>> = {
  tcp_check_rule_list: [{ name: "port", type: "integer" }],
  tcp_check_list: [{ name: "port", type: "integer" }]
}

const withKey = (fields: ReadonlyArray<Field>, key: string): ReadonlyArray<Field> =>
  key === "index" || fields.some(({ name }) => name === key) ? fields : [{ name: key, type: "string" }, ...fields]

/** The routes of all collections of children, but users and groups. */
export const childEndpoints = (host: Host): ReadonlyArray<Route> =>
  childRoutes.flatMap((child) =>
    (Object.keys(child.parents) as ReadonlyArray<SectionKeyword>).flatMap((keyword) => {
      const range = child.parents[keyword]
      const parent = sectionRoute(keyword, host.api)
      if (range === undefined || parent === undefined || !apiIn(host.api, range) || keyword === "userlist") return []
      const place: Place = {
        host,
        parent,
        child,
        shape: childShape(keyword, child, host.api),
        noun: parentNoun(keyword)
      }
      const routes = child.addressing === "index" ? indexRoutes(place) : nameRoutes(place)
      return routes.map(([path, verbs]) => ({ path: decodeURIComponent(path), verbs }))
    })
  )
