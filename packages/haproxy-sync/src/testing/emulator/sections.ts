import { childRoutesOf, configurationPath, type SectionRoute, sectionRoutes } from "../../dataplane/Routes.ts"
import { type ApiVersion, apiIn } from "../../dataplane/ApiVersion.ts"
import type { Draft, Field } from "../../grammar/Args.ts"
import { grammars } from "../../grammar/grammars.ts"
import { ApiError, confError } from "./ApiError.ts"
import type { Shape } from "./Body.ts"
import type { HeldConfig } from "./HeldConfig.ts"
import { type HeldSection, isChild } from "./HeldSection.ts"
import { flag, type Host, listReply, transactionOf, writeOf, written } from "./Host.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { changedAtRuntime } from "./runtime/changes.ts"
import { sectionTraits, takesFullSection } from "./traits.ts"

/** The maps of a kind of section, with the field that their items are known by. */
const mapsOf = ({ keyword }: SectionRoute, api: ApiVersion): ReadonlyMap<string, string> =>
  new Map(
    childRoutesOf(keyword, api)
      .filter((child) => child.addressing === "name")
      .map((child) => [child.field, child.key])
  )

const commonFields: ReadonlyArray<Field> = [
  { name: "name", type: "string" },
  { name: "from", type: "string" },
  { name: "metadata", type: "object", since: "3.2" }
]

/** What is known of a section's body, children included. */
export const sectionShape = ({ keyword }: SectionRoute): Shape => ({
  resource: keyword,
  type: sectionTraits(keyword).type,
  fields: [...commonFields, ...(grammars.get(keyword)?.fields ?? [])]
})

/** Writes a section's own attributes, without its children. */
const writeBase = (section: HeldSection, body: Readonly<Draft>): void => {
  const base = Object.fromEntries(Object.entries(body).filter(([field]) => !isChild(field)))
  section.setBase(asWritten(section.keyword, base))
  if (section.keyword === "crt-store") section.addEmpty({ "crt-base": "", "key-base": "" })
  if (section.keyword === "log-profile") section.addEmpty({ "log-tag": "" })
}

/** What of a body makes it into lines: a health check of a type that may have parameters only does with them. */
const asWritten = (keyword: string, body: Draft): Draft => {
  if (keyword === "log-profile") {
    const steps = (body["steps"] ?? []) as ReadonlyArray<Draft>
    return { ...body, steps: steps.map((step) => ({ drop: "disabled", ...step })) }
  }
  const parameters = keyword === "healthcheck" ? checkParameters[String(body["type"])] : undefined
  return parameters === undefined || body[parameters] !== undefined ? body : { ...body, type: undefined }
}

const checkParameters: Readonly<Record<string, string>> = {
  httpchk: "httpchk_params",
  "mysql-check": "mysql_check_params",
  "pgsql-check": "pgsql_check_params",
  smtpchk: "smtpchk_params"
}

/** The name to show in statistics is there even where there is none. */
const withNulls = (draft: Draft): Draft =>
  typeof draft["stats_options"] === "object"
    ? { ...draft, stats_options: { stats_show_node_name: null, ...draft["stats_options"] } }
    : draft

/** From 3.4 on a body is filled up with the defaults of the API's description. */
const completed = (keyword: string, body: Draft, api: ApiVersion): Draft =>
  keyword === "fcgi-app" && apiIn(api, { since: "3.4" }) ? { max_reqs: 1, ...body } : body

/** A section that is there already; most kinds word it otherwise when their children come along. */
const duplicate = (keyword: string, name: string, whole: boolean): ApiError => {
  const what = `${keyword} ${name} already exist`
  if (!whole) return confError("exists", `${what}s`)
  return confError(keyword === "healthcheck" ? "exists" : "missing", what)
}

const missingSection = (keyword: string, name: string): ApiError =>
  confError("missing", `${keyword} ${name} does not exist`)

/** Writes a whole section: attributes, lists, and maps by name. */
const fill = (config: HeldConfig, section: HeldSection, body: Readonly<Draft>): void => {
  inherit(config, section, body)
  writeBase(section, body)
  for (const [field, value] of Object.entries(body)) {
    if (!isChild(field) || typeof value !== "object" || value === null) continue
    const items = Array.isArray(value)
      ? (value as ReadonlyArray<Draft>)
      : Object.entries(value as Record<string, Draft>)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([, item]) => item)
    section.setLines(
      field,
      items.map((item) => section.lineOf(field, item))
    )
  }
}

/** A section may only inherit from one that is there. */
const inherit = (config: HeldConfig, section: HeldSection, body: Readonly<Draft>): void => {
  const from = body["from"]
  if (typeof from !== "string" || from === "" || config.section("defaults", from) !== undefined) return
  throw confError("validation", `Object ${section.name} references missing defaults section in from`)
}

/** The routes of one kind of section, without its children. */
const routesOf = (host: Host, route: SectionRoute): ReadonlyArray<Route> => {
  const { keyword } = route
  const { api } = host
  const traits = sectionTraits(keyword)
  const shape = sectionShape(route)
  const bodyOf = (call: Call): Draft => completed(keyword, host.bodies.item(call.body.toString(), shape), api)
  const maps = mapsOf(route, api)
  const full = (call: Call, verb: "GET" | "POST" | "PUT") =>
    flag(host, call, "full_section") && route.fullSection && takesFullSection(keyword, verb, api)
  const shown = (section: HeldSection, whole: boolean): Draft => {
    const draft = whole ? section.full(maps) : section.base()
    if (keyword === "ring") pollute(section)
    return withNulls(draft)
  }
  const config = (call: Call) => host.transactions.config(transactionOf(host, call))

  const list = (call: Call): Reply => {
    const whole = full(call, "GET")
    const sections = config(call)
      .ofKind(keyword)
      .filter((section) => keyword !== "http-errors" || !section.empty)
    return listReply(
      host,
      sections.map((section) => shown(section, whole)),
      keyword === "fcgi-app"
    )
  }
  const get = (call: Call): Reply => {
    const whole = full(call, "GET")
    const name = call.params["name"] ?? ""
    const section = config(call).section(keyword, name)
    if (section === undefined) throw confError("missing", whole ? traits.missingFull(name) : traits.missing(name))
    return { status: 200, body: shown(section, whole) }
  }
  const create = async (call: Call): Promise<Reply> => {
    const body = bodyOf(call)
    const whole = full(call, "POST")
    const write = writeOf(host, call)
    const name = String(body["name"] ?? "")
    await host.transactions.change(write.target, (held) => {
      if (held.section(keyword, name) !== undefined) {
        throw duplicate(keyword, name, whole)
      }
      const section = held.create(keyword, name)
      if (section.name !== name) throw confError("missing", `Object ${name} does not exist`)
      if (whole) fill(held, section, body)
      else {
        inherit(held, section, body)
        writeBase(section, body)
      }
    })
    return written(host, write, "create", withNulls(body))
  }
  const replace = async (call: Call): Promise<Reply> => {
    const given = bodyOf(call)
    const whole = full(call, "PUT")
    const write = writeOf(host, call)
    const name = call.params["name"] ?? ""
    const body = traits.editBy === "pinned" ? { ...given, name } : given
    const before = keyword === "frontend" ? config(call).section(keyword, name)?.base() : undefined
    if (keyword === "frontend" && before === undefined) throw confError("missing", traits.missing(name))
    await host.transactions.change(write.target, (held) =>
      whole ? replaceWhole(held, name, body) : replaceBase(held, name, body)
    )
    const effect =
      before !== undefined && write.target.transaction === ""
        ? await changedAtRuntime(host, { before, after: body, frontend: name })
        : "file"
    return quiet ? { status: 200, body: withNulls(body) } : written(host, write, "replace", withNulls(body), effect)
  }
  const quiet = traits.quietPut === true && !apiIn(api, { since: "3.4" })
  const replaceWhole = (held: HeldConfig, name: string, body: Draft): void => {
    if (traits.editBy === "anew") return replaceBase(held, name, body)
    if (held.section(keyword, name) === undefined) throw missingSection(keyword, name)
    held.remove(keyword, name)
    fill(held, held.create(keyword, String(body["name"] ?? "")), body)
  }
  const replaceBase = (held: HeldConfig, name: string, body: Draft): void => {
    const given = String(body["name"] ?? "")
    const target = traits.editBy === "body" ? given : name
    const section = held.section(keyword, target)
    if (section === undefined) {
      if (keyword === "healthcheck") throw confError("missing", `${keyword} ${given} does not exists`)
      throw traits.editBy !== "path" && traits.editBy !== "both"
        ? confError("exists", `${keyword} ${given} does not exists`)
        : missingSection(keyword, name)
    }
    if (traits.editBy === "anew") section.clear()
    if ((traits.editBy === "both" || traits.editBy === "anew") && given !== name)
      throw new ApiError(500, "section missing")
    inherit(held, section, body)
    writeBase(section, traits.keepsAbsent === true ? { ...section.base(), ...body } : body)
  }
  const remove = async (call: Call): Promise<Reply> => {
    const write = writeOf(host, call)
    const name = call.params["name"] ?? ""
    await host.transactions.change(write.target, (held) => {
      if (held.section(keyword, name) === undefined) throw missingSection(keyword, name)
      held.remove(keyword, name)
    })
    return written(host, write, "delete")
  }

  const at = `${configurationPath}/${route.path}`
  const endpoint = (handle: Endpoint["handle"]): Endpoint => ({ handle })
  if (keyword === "global") {
    return [
      {
        path: at,
        verbs: {
          GET: endpoint((call) => ({
            status: 200,
            body: shown(config(call).section("global") as HeldSection, full(call, "GET"))
          })),
          PUT: endpoint(async (call) => {
            const body = host.bodies.item(call.body.toString(), shape)
            const whole = full(call, "PUT")
            const write = writeOf(host, call)
            await host.transactions.change(write.target, (held) => {
              const section = held.section("global") as HeldSection
              if (whole) section.clearChildren()
              if (whole) fill(held, section, body)
              else writeBase(section, body)
            })
            return written(host, write, "replace", body)
          })
        }
      }
    ]
  }
  return [
    {
      path: at,
      verbs: {
        GET: endpoint(list),
        ...(keyword === "defaults" && apiIn(api, { until: "3.0" }) ? {} : { POST: endpoint(create) }),
        ...(keyword === "defaults" ? { PUT: endpoint(legacyDefaults(host, shape)) } : {})
      }
    },
    {
      path: `${at}/{name}`,
      verbs: { GET: endpoint(get), ...(route.put ? { PUT: endpoint(replace) } : {}), DELETE: endpoint(remove) }
    }
  ]
}

/** The PUT of `/defaults` without a name is left over from the older API: it can only create. */
const legacyDefaults =
  (host: Host, shape: Shape) =>
  async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    const write = writeOf(host, call)
    const name = String(body["name"] ?? "")
    await host.transactions.change(write.target, (held) => {
      if (held.section("defaults", name) !== undefined) throw confError("exists", `defaults ${name} already exists`)
      const section = held.create("defaults", name)
      writeBase(section, body)
    })
    return written(host, write, "replace", withNulls(body))
  }

/** Reading a ring makes the server write empty directives into it. */
const pollute = (section: HeldSection): void =>
  section.addEmpty({ format: "", maxlen: "0", size: "", "timeout connect": "", "timeout server": "" })

/** The routes of all kinds of sections but `traces`. */
export const sectionEndpoints = (host: Host): ReadonlyArray<Route> =>
  sectionRoutes
    .filter((route) => route.keyword !== "traces" && apiIn(host.api, route))
    .flatMap((route) => routesOf(host, route))
