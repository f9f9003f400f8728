import type { Draft } from "../../grammar/Args.ts"
import { sectionRoute, type SectionRoute } from "../../api/Routes.ts"
import { confError } from "./ApiError.ts"
import type { Shape } from "./Body.ts"
import type { HeldConfig } from "./HeldConfig.ts"
import type { HeldSection } from "./HeldSection.ts"
import { type Host, transactionOf, writeOf, written } from "./Host.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { sectionShape } from "./sections.ts"

const fieldsOf = (route: SectionRoute | undefined, field: string) =>
  (route === undefined ? [] : sectionShape(route).fields).find(({ name }) => name === field)?.fields ?? []

/** What is known of a site: a frontend with its binds, and the backends it leads to. */
const siteShape = ({ api }: Host): Shape => ({
  resource: "site",
  type: "Site",
  fields: [
    { name: "name", type: "string" },
    {
      name: "service",
      type: "object",
      fields: [
        { name: "mode", type: "string" },
        { name: "maxconn", type: "integer" },
        { name: "http_connection_mode", type: "string" },
        { name: "listeners", type: "list", fields: fieldsOf(sectionRoute("frontend", api), "binds") }
      ]
    },
    {
      name: "farms",
      type: "list",
      fields: [
        { name: "name", type: "string" },
        { name: "mode", type: "string" },
        { name: "use_as", type: "string", values: ["conditional", "default"] },
        { name: "cond", type: "string", values: ["if", "unless"] },
        { name: "cond_test", type: "string" },
        { name: "balance", type: "object" },
        { name: "forwardfor", type: "object" },
        { name: "servers", type: "list", fields: fieldsOf(sectionRoute("backend", api), "servers") }
      ]
    }
  ]
})

const only = (item: Readonly<Draft>, fields: ReadonlyArray<string>): Draft =>
  Object.fromEntries(Object.entries(item).filter(([name]) => fields.includes(name)))

const listOf = (value: unknown): ReadonlyArray<Draft> => (Array.isArray(value) ? (value as ReadonlyArray<Draft>) : [])

const siteOf = (config: HeldConfig, frontend: HeldSection): Draft => {
  const base = frontend.base()
  const farm = (name: string, use: Draft): ReadonlyArray<Draft> => {
    const backend = config.section("backend", name)
    if (backend === undefined) return []
    const servers = backend.items("servers")
    return [
      {
        ...only(backend.base(), ["mode", "balance", "forwardfor"]),
        name,
        ...(servers.length === 0 ? {} : { servers }),
        ...use
      }
    ]
  }
  const farms = [
    ...frontend
      .items("backend_switching_rule_list")
      .flatMap((rule) => farm(String(rule["name"]), { ...only(rule, ["cond", "cond_test"]), use_as: "conditional" })),
    ...(typeof base["default_backend"] === "string" ? farm(base["default_backend"], { use_as: "default" }) : [])
  ]
  const listeners = frontend.items("binds")
  return {
    ...(farms.length === 0 ? {} : { farms }),
    name: frontend.name,
    service: {
      ...only(base, ["mode", "maxconn", "http_connection_mode"]),
      ...(listeners.length === 0 ? {} : { listeners })
    }
  }
}

const create = (config: HeldConfig, body: Readonly<Draft>): void => {
  const name = String(body["name"])
  const service = (body["service"] ?? {}) as Draft
  const farms = listOf(body["farms"])
  if (config.section("frontend", name) !== undefined) throw confError("exists", `frontend ${name} already exists`)
  const frontend = config.create("frontend", name)
  const first = farms.find((farm) => farm["use_as"] === "default")
  frontend.setBase({
    ...only(service, ["mode", "maxconn", "http_connection_mode"]),
    ...(first === undefined ? {} : { default_backend: first["name"] })
  })
  frontend.setLines(
    "binds",
    listOf(service["listeners"]).map((bind) => frontend.lineOf("binds", bind))
  )
  for (const farm of farms) {
    const backend = config.create("backend", String(farm["name"]))
    backend.setBase(only(farm, ["mode", "balance", "forwardfor"]))
    backend.setLines(
      "servers",
      listOf(farm["servers"]).map((server) => backend.lineOf("servers", server))
    )
  }
  frontend.setLines(
    "backend_switching_rule_list",
    farms
      .filter((farm) => farm["use_as"] === "conditional")
      .map((farm) => frontend.lineOf("backend_switching_rule_list", only(farm, ["name", "cond", "cond_test"])))
  )
}

/** The backends that only this site leads to. */
const ownFarms = (config: HeldConfig, site: HeldSection): ReadonlyArray<string> => {
  const led = (section: HeldSection) => listOf(siteOf(config, section)["farms"]).map((farm) => String(farm["name"]))
  const others = new Set(
    config
      .ofKind("frontend")
      .filter((one) => one !== site)
      .flatMap(led)
  )
  return led(site).filter((name) => !others.has(name))
}

const drop = (config: HeldConfig, name: string): void => {
  const site = config.section("frontend", name)
  if (site === undefined) throw confError("missing", `Site ${name} does not exist`)
  for (const farm of ownFarms(config, site)) config.remove("backend", farm)
  config.remove("frontend", name)
}

/** `/sites`: a frontend with its backends as one thing. */
export const siteEndpoints = (host: Host): ReadonlyArray<Route> => {
  const config = (call: Call) => host.transactions.config(transactionOf(host, call))
  const shape = siteShape(host)
  const get = (call: Call): Reply => {
    const { name = "" } = call.params
    const frontend = config(call).section("frontend", name)
    if (frontend === undefined) throw confError("missing", `Site ${name} does not exist`)
    return { status: 200, body: siteOf(config(call), frontend) }
  }
  const change =
    (verb: "create" | "replace" | "delete") =>
    async (call: Call): Promise<Reply> => {
      const body = verb === "delete" ? {} : host.bodies.item(call.body.toString(), shape)
      const write = writeOf(host, call)
      const { name = "" } = call.params
      await host.transactions.change(write.target, (held) => {
        if (verb !== "create") drop(held, name)
        if (verb !== "delete") create(held, body)
      })
      return written(host, write, verb, body)
    }
  const endpoint = (handle: Endpoint["handle"]): Endpoint => ({ handle })
  return [
    {
      path: "/services/haproxy/sites",
      verbs: {
        GET: endpoint((call) => ({
          status: 200,
          body: config(call)
            .ofKind("frontend")
            .map((frontend) => siteOf(config(call), frontend))
        })),
        POST: endpoint(change("create"))
      }
    },
    {
      path: "/services/haproxy/sites/{name}",
      verbs: { GET: endpoint(get), PUT: endpoint(change("replace")), DELETE: endpoint(change("delete")) }
    }
  ]
}
