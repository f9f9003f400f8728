import { type ChildRoute, childRoutes, configurationPath, type SectionRoute, sectionRoutes } from "./Routes.ts"

/**
 * A request, as far as it differs between the second and the third version of the API.
 *
 * @category translation
 * @since 0.1.0
 */
export interface VersionedRequest {
  readonly method: string
  /** Behind `/v2` or `/v3`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** How a collection of children names its parent in the query: by kind and name, or by one parameter. */
const parentIn: Readonly<Record<string, string>> = {
  backend_switching_rules: "frontend",
  captures: "frontend",
  dgram_binds: "log_forward",
  server_switching_rules: "backend",
  server_templates: "backend",
  stick_rules: "backend",
  tables: "peer_section",
  tcp_response_rules: "backend"
}

/** The kind of section that a parameter names. */
const kindOf: Readonly<Record<string, string>> = {
  backend: "backend",
  frontend: "frontend",
  log_forward: "log-forward",
  peer_section: "peers"
}

/** Paths that the two versions call otherwise; `{…}` stands for one segment, and goes to the query where it has a name there. */
const elsewhere: ReadonlyArray<readonly [three: string, two: string, parameter: string]> = [
  ["/services/haproxy/runtime/backends/{parent}/servers", "/services/haproxy/runtime/servers", "backend"],
  ["/services/haproxy/runtime/maps/{parent}/entries", "/services/haproxy/runtime/maps_entries", "map"],
  ["/services/haproxy/runtime/acls/{parent}/entries", "/services/haproxy/runtime/acl_file_entries", "acl_id"],
  ["/services/haproxy/runtime/acls", "/services/haproxy/runtime/acl_files", ""],
  [
    "/services/haproxy/runtime/stick_tables/{parent}/entries",
    "/services/haproxy/runtime/stick_table_entries",
    "stick_table"
  ],
  [`${configurationPath}/defaults`, `${configurationPath}/named_defaults`, ""]
]

const segments = (path: string): ReadonlyArray<string> => path.split("/").filter((segment) => segment !== "")
const decoded = (segment: string): string => decodeURIComponent(segment)

/** The rest of a path behind a template, and what stands for its `{parent}`; undefined where it does not begin so. */
const behind = (path: string, template: string): { readonly parent?: string; readonly rest: string } | undefined => {
  const [given, wanted] = [segments(path), segments(template)]
  if (given.length < wanted.length) return undefined
  let parent: string | undefined
  for (const [index, segment] of wanted.entries()) {
    if (segment === "{parent}") parent = decoded(given[index] ?? "")
    else if (segment !== given[index]) return undefined
  }
  const rest = given.slice(wanted.length).map((segment) => `/${segment}`)
  return { rest: rest.join(""), ...(parent === undefined ? {} : { parent }) }
}

/** The section and the collection of children that a path of the third version leads to. */
const childOf = (path: string) => {
  const inside = behind(path, configurationPath)?.rest
  if (inside === undefined) return undefined
  const [head = "", ...rest] = segments(inside)
  const section = sectionRoutes.find((route) => (route.childrenUnder ?? route.path) === head)
  if (section === undefined) return undefined
  const [owner = "", collection = "", item, ...more] = section.addressing === "singleton" ? ["", ...rest] : rest
  const child = childRoutes.find(
    (route) => route.path === collection && route.query === undefined && route.parents[section.keyword] !== undefined
  )
  return child === undefined || more.length > 0 ? undefined : { child, item, owner: decoded(owner), section }
}

const parentQuery = (child: ChildRoute, section: SectionRoute, owner: string): Readonly<Record<string, string>> => {
  const parameter = parentIn[child.path]
  if (parameter !== undefined) return { [parameter]: owner }
  return { parent_type: section.keyword, ...(owner === "" ? {} : { parent_name: owner }) }
}

/**
 * Translates a request of the third version of the API into one of the second; undefined where that has none: it replaces neither
 * lists nor sections with their children.
 *
 * **Details**
 *
 * Children are named by the query instead of the path, and items of lists carry their place in the body.
 *
 * @category translation
 * @since 0.1.0
 */
export const toVersionTwo = (request: VersionedRequest): VersionedRequest | undefined => {
  const { full_section: full, ...query } = request.query
  if (full !== undefined) return undefined
  const child = childOf(request.path)
  if (child !== undefined) return childToTwo({ ...request, query }, child)
  for (const [three, two, parameter] of elsewhere) {
    const found = behind(request.path, three)
    if (found !== undefined) {
      const own: Readonly<Record<string, string>> = parameter === "" ? {} : { [parameter]: found.parent ?? "" }
      return { ...request, path: `${two}${found.rest}`, query: { ...query, ...own } }
    }
  }
  return request
}

const childToTwo = (
  request: VersionedRequest,
  { child, item, owner, section }: NonNullable<ReturnType<typeof childOf>>
): VersionedRequest | undefined => {
  const { body, method } = request
  // What came later, and what the second version never had.
  if (child.parents[section.keyword]?.since !== undefined || (method === "PUT" && item === undefined)) return undefined
  const collection = `${configurationPath}/${child.path}`
  const query = { ...request.query, ...parentQuery(child, section, owner) }
  const indexed = child.addressing === "index" && item !== undefined && typeof body === "object" && body !== null
  return {
    method,
    path: item === undefined || (indexed && method === "POST") ? collection : `${collection}/${item}`,
    query,
    ...(body === undefined ? {} : { body: indexed ? { ...body, index: Number(item) } : body })
  }
}

/**
 * Translates a request of the second version of the API into one of the third; undefined where the second has no such request.
 *
 * @category translation
 * @since 0.1.0
 */
export const fromVersionTwo = (request: VersionedRequest): VersionedRequest | undefined => {
  for (const [three, two, parameter] of elsewhere) {
    const found = behind(request.path, two)
    if (found === undefined) continue
    const { [parameter]: parent = "", ...query } = request.query
    return { ...request, path: `${three.replace("{parent}", encodeURIComponent(parent))}${found.rest}`, query }
  }
  const inside = segments(behind(request.path, configurationPath)?.rest ?? "")
  const [collection = "", item, ...more] = inside
  const child = childRoutes.find((route) => route.path === collection && route.query === undefined)
  if (child !== undefined && more.length === 0) return childFromTwo(request, child, item)
  // Children lie beside the sections, and the anonymous defaults are a section of their own.
  return more.length > 0 || "full_section" in request.query ? undefined : request
}

const childFromTwo = (
  request: VersionedRequest,
  child: ChildRoute,
  item: string | undefined
): VersionedRequest | undefined => {
  const { method } = request
  const parameter = parentIn[child.path]
  const { parent_name: named = "", parent_type: type = "", ...others } = request.query
  const { [parameter ?? ""]: single = "", ...rest } = others
  const query = parameter === undefined ? others : rest
  const owner = parameter === undefined ? named : single
  const section = sectionRoutes.find(({ keyword }) => keyword === (parameter === undefined ? type : kindOf[parameter]))
  if (section === undefined || (method === "PUT" && item === undefined)) return undefined
  const under = section.childrenUnder ?? section.path
  const parent = section.addressing === "singleton" ? under : `${under}/${encodeURIComponent(owner)}`
  const { body } = request
  const { index, ...fields } = (typeof body === "object" && body !== null ? body : {}) as Readonly<
    Record<string, unknown>
  >
  const place = item ?? (child.addressing === "index" && method === "POST" ? String(Number(index)) : undefined)
  return {
    method,
    path: `${configurationPath}/${parent}/${child.path}${place === undefined ? "" : `/${place}`}`,
    query,
    ...(body === undefined ? {} : { body: child.addressing === "index" ? fields : body })
  }
}

/** Where answers are wrapped together with the version of the configuration. */
const isWrapped = (path: string): boolean => path.startsWith(`${configurationPath}/`) && !path.endsWith("/version")

/**
 * Takes what the second version wraps around an answer away.
 *
 * @category translation
 * @since 0.1.0
 */
export const unwrapped = (path: string, text: string): string => {
  if (!isWrapped(path)) return text
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body !== "object" || body === null || !("data" in body)) return text
    return typeof body.data === "string" ? body.data : JSON.stringify(body.data)
  } catch {
    return text
  }
}

/**
 * Wraps an answer as the second version does.
 *
 * @category translation
 * @since 0.1.0
 */
export const wrapped = (path: string, version: number, body: unknown): unknown =>
  isWrapped(path) ? { _version: version, data: body } : body
