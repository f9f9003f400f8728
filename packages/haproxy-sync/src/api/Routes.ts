import type { SectionKeyword } from "../text/SectionKind.ts"
import { type ApiRange, apiIn, type ApiVersion } from "./ApiVersion.ts"

/**
 * Where the configuration lies in the API.
 *
 * @category routes
 * @since 0.1.0
 */
export const configurationPath = "/services/haproxy/configuration"

/**
 * A kind of section and its place under {@link configurationPath}.
 *
 * **Details**
 *
 * `named` is a collection whose sections are created by POST; `singleton` has only one. `put` tells whether a section can be replaced,
 * `fullSection` whether it can be read and written together with its children, `postsChildren` whether its POST stores these.
 *
 * @category routes
 * @since 0.1.0
 */
export interface SectionRoute extends ApiRange {
  readonly keyword: SectionKeyword
  readonly path: string
  readonly addressing: "named" | "singleton"
  readonly put: boolean
  readonly fullSection: boolean
  readonly postsChildren: boolean
  /** The parent's segment in the paths of its children, where it differs from `path`. */
  readonly childrenUnder?: string
}

const section = (keyword: SectionKeyword, path: string, options: Partial<SectionRoute> = {}): SectionRoute => ({
  keyword,
  path,
  addressing: "named",
  put: true,
  fullSection: true,
  postsChildren: options.fullSection ?? true,
  ...options
})

/**
 * All kinds of sections that the API addresses.
 *
 * @category routes
 * @since 0.1.0
 */
export const sectionRoutes: ReadonlyArray<SectionRoute> = [
  section("global", "global", { addressing: "singleton" }),
  section("defaults", "defaults"),
  section("userlist", "userlists", { put: false }),
  section("peers", "peer_section", { put: false, childrenUnder: "peers" }),
  section("mailers", "mailers_section"),
  section("resolvers", "resolvers", { postsChildren: false }),
  section("cache", "caches", { fullSection: false }),
  section("ring", "rings"),
  section("traces", "traces", { addressing: "singleton", since: "3.1" }),
  section("log-forward", "log_forwards"),
  section("log-profile", "log_profiles", { fullSection: false, since: "3.1" }),
  section("http-errors", "http_errors_sections", { fullSection: false }),
  section("healthcheck", "healthchecks", { since: "3.4" }),
  section("acme", "acme", { fullSection: false, since: "3.2" }),
  section("crt-store", "crt_stores", { fullSection: false, since: "3.0" }),
  section("fcgi-app", "fcgi_apps"),
  section("program", "programs", { fullSection: false, until: "3.3" }),
  section("frontend", "frontends"),
  section("backend", "backends")
]

/**
 * A collection of children of a section.
 *
 * **Details**
 *
 * Items of an `index` collection are addressed by their place, those of a `name` collection by the field `key`. `listPut` tells whether
 * the whole collection can be replaced by one request; without it, items of an `index` collection are appended. A collection with a
 * `query` lies beside the sections and names its parent in that query parameter.
 *
 * @category routes
 * @since 0.1.0
 */
export interface ChildRoute {
  /** The field of the parent's full-section model. */
  readonly field: string
  readonly path: string
  readonly addressing: "index" | "name"
  readonly key: string
  readonly listPut: boolean
  readonly query?: string
  readonly parents: Readonly<Partial<Record<SectionKeyword, ApiRange>>>
}

const everywhere = (...keywords: ReadonlyArray<SectionKeyword>): Readonly<Partial<Record<SectionKeyword, ApiRange>>> =>
  Object.fromEntries(keywords.map((keyword) => [keyword, {}]))

const index = (
  path: string,
  field: string,
  parents: ChildRoute["parents"],
  options: { readonly listPut?: false } = {}
): ChildRoute => ({ path, field, parents, addressing: "index", key: "index", listPut: options.listPut ?? true })

const name = (
  path: string,
  field: string,
  parents: ChildRoute["parents"],
  options: { readonly key?: string; readonly query?: string } = {}
): ChildRoute => ({
  path,
  field,
  parents,
  addressing: "name",
  key: options.key ?? "name",
  listPut: false,
  ...(options.query === undefined ? {} : { query: options.query })
})

/** The lists of rules that `defaults` got with 3.2; that line has their routes, but answers 501 on most of them. */
const rulesOfDefaults: ChildRoute["parents"] = { defaults: { since: "3.2" } }
const checks: ChildRoute["parents"] = { ...everywhere("backend", "defaults"), healthcheck: { since: "3.4" } }

/**
 * All collections of children that the API addresses.
 *
 * @category routes
 * @since 0.1.0
 */
export const childRoutes: ReadonlyArray<ChildRoute> = [
  index("acls", "acl_list", { ...everywhere("frontend", "backend", "fcgi-app"), ...rulesOfDefaults }),
  index("backend_switching_rules", "backend_switching_rule_list", everywhere("frontend")),
  index("captures", "capture_list", everywhere("frontend")),
  index("filters", "filter_list", everywhere("frontend", "backend")),
  index("force_be_switches", "force_be_switch_list", { frontend: { since: "3.4" } }, { listPut: false }),
  index("http_after_response_rules", "http_after_response_rule_list", {
    ...everywhere("frontend", "backend"),
    ...rulesOfDefaults
  }),
  index("http_checks", "http_check_list", checks),
  index("http_error_rules", "http_error_rule_list", everywhere("frontend", "backend", "defaults")),
  index("http_request_rules", "http_request_rule_list", { ...everywhere("frontend", "backend"), ...rulesOfDefaults }),
  index("http_response_rules", "http_response_rule_list", {
    ...everywhere("frontend", "backend"),
    ...rulesOfDefaults
  }),
  index(
    "log_targets",
    "log_target_list",
    everywhere("frontend", "backend", "defaults", "global", "log-forward", "peers")
  ),
  index("quic_initial_rules", "quic_initial_rule_list", { frontend: { since: "3.1" }, defaults: { since: "3.1" } }),
  index("server_switching_rules", "server_switching_rule_list", everywhere("backend")),
  index("ssl_front_uses", "ssl_front_use_list", { frontend: { since: "3.2" } }, { listPut: false }),
  index("stick_rules", "stick_rule_list", everywhere("backend")),
  index("tcp_checks", "tcp_check_rule_list", checks),
  index("tcp_request_rules", "tcp_request_rule_list", { ...everywhere("frontend", "backend"), ...rulesOfDefaults }),
  index("tcp_response_rules", "tcp_response_rule_list", { ...everywhere("backend"), ...rulesOfDefaults }),
  name("servers", "servers", everywhere("backend", "ring", "peers")),
  name("server_templates", "server_templates", everywhere("backend"), { key: "prefix" }),
  name("binds", "binds", everywhere("frontend", "log-forward", "peers")),
  name("dgram_binds", "dgram_binds", everywhere("log-forward")),
  name("tables", "tables", everywhere("peers")),
  name("crt_loads", "crt_loads", { "crt-store": { since: "3.2" } }, { key: "certificate" }),
  name("nameservers", "nameservers", everywhere("resolvers"), { query: "resolver" }),
  name("mailer_entries", "mailer_entries", everywhere("mailers"), { query: "mailers_section" }),
  name("peer_entries", "peer_entries", everywhere("peers"), { query: "peer_section" }),
  name("users", "users", everywhere("userlist"), { key: "username", query: "userlist" }),
  name("groups", "groups", everywhere("userlist"), { query: "userlist" })
]

/**
 * The routes of sections by their keyword, whatever the version.
 *
 * @category lookup
 * @since 0.1.0
 */
export const sectionRouteByKeyword: ReadonlyMap<SectionKeyword, SectionRoute> = new Map(
  sectionRoutes.map((route) => [route.keyword, route])
)

/**
 * Returns the route of a kind of section, or undefined where the API of this version doesn't address it.
 *
 * @category lookup
 * @since 0.1.0
 */
export const sectionRoute = (keyword: SectionKeyword, version: ApiVersion): SectionRoute | undefined => {
  const route = sectionRouteByKeyword.get(keyword)
  return route !== undefined && apiIn(version, route) ? route : undefined
}

/**
 * Returns the route of a collection of children by the parent's kind and the field of its full-section model, or undefined where the
 * API of this version doesn't address it.
 *
 * @category lookup
 * @since 0.1.0
 */
export const childRoute = (keyword: SectionKeyword, field: string, version: ApiVersion): ChildRoute | undefined =>
  childRoutes.find((route) => {
    const range = route.parents[keyword]
    return route.field === field && range !== undefined && apiIn(version, range)
  })

/**
 * Returns the collections of children that a kind of section has.
 *
 * @category lookup
 * @since 0.1.0
 */
export const childRoutesOf = (keyword: SectionKeyword, version: ApiVersion): ReadonlyArray<ChildRoute> =>
  childRoutes.filter((route) => {
    const range = route.parents[keyword]
    return range !== undefined && apiIn(version, range)
  })

/**
 * The place of a request: a path behind `/v3`, and query parameters.
 *
 * @category addresses
 * @since 0.1.0
 */
export interface Address {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

const segment = encodeURIComponent

/**
 * Returns where a section lies, or its collection where `name` is undefined.
 *
 * @category addresses
 * @since 0.1.0
 */
export const sectionAddress = (route: SectionRoute, name: string | undefined): Address => ({
  path:
    route.addressing === "singleton" || name === undefined
      ? `${configurationPath}/${route.path}`
      : `${configurationPath}/${route.path}/${segment(name)}`,
  query: {}
})

/**
 * Returns where a collection of children lies, or an item of it.
 *
 * @category addresses
 * @since 0.1.0
 */
export const childAddress = (
  parent: SectionRoute,
  owner: string,
  child: ChildRoute,
  item?: string | number
): Address => {
  const end = item === undefined ? "" : `/${segment(String(item))}`
  if (child.query !== undefined) {
    return { path: `${configurationPath}/${child.path}${end}`, query: { [child.query]: owner } }
  }
  const under = parent.childrenUnder ?? parent.path
  const at = parent.addressing === "singleton" ? under : `${under}/${segment(owner)}`
  return { path: `${configurationPath}/${at}/${child.path}${end}`, query: {} }
}
