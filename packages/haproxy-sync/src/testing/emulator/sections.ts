import { childRoutesOf, configurationPath, type SectionRoute, sectionRoutes } from "../../api/Routes.ts"
import { type ApiVersion, apiIn } from "../../api/ApiVersion.ts"
import type { Draft, Field } from "../../grammar/Args.ts"
import { grammars } from "../../grammar/grammars.ts"
import { ApiError, confError } from "./ApiError.ts"
import type { Shape } from "./Body.ts"
import type { HeldConfig } from "./HeldConfig.ts"
import type { HeldSection } from "./HeldSection.ts"
import { flag, type Host, listReply, transactionOf, writeOf, written } from "./Host.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { changedAtRuntime } from "./runtime/changes.ts"
import { completed, fill, inherit, withNulls, writeBase } from "./sectionBodies.ts"
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

/** A section that is there already; most kinds word it otherwise when their children come along. */
const duplicate = (keyword: string, name: string, whole: boolean): ApiError => {
  const what = `${keyword} ${name} already exist`
  if (!whole) return confError("exists", `${what}s`)
  return confError(keyword === "healthcheck" ? "exists" : "missing", what)
}

const missingSection = (keyword: string, name: string): ApiError =>
  confError("missing", `${keyword} ${name} does not exist`)

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
