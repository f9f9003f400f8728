import { apiIn, type ApiVersion } from "../../../api/ApiVersion.ts"
import type { Draft, Field } from "../../../grammar/Args.ts"
import { grammars } from "../../../grammar/grammars.ts"
import { ApiError } from "../ApiError.ts"
import type { Shape } from "../Body.ts"
import type { Host } from "../Host.ts"
import type { Call, Reply, Route } from "../Router.ts"
import { addCommand } from "./addServer.ts"
import { at, endpoint, run } from "./command.ts"
import { RuntimeError } from "./Runtime.ts"

type ServerState = Draft

const operational: Readonly<Record<string, string>> = { 0: "down", 1: "up", 2: "up", 3: "stopping" }

/** Reads the lines of `show servers state`. */
const readStates = (api: ApiVersion, output: string): ReadonlyArray<ServerState> =>
  output
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const fields = line.split(" ")
      const admin = Number.parseInt(fields[6] ?? "0", 16)
      return {
        address: fields[4] ?? "",
        admin_state: (admin & 0b100011) !== 0 ? "maint" : (admin & 0b11000) !== 0 ? "drain" : "ready",
        id: fields[2] ?? "",
        name: fields[3] ?? "",
        operational_state: operational[fields[5] ?? ""] ?? "",
        port: Number(fields[18] ?? 0),
        ...(apiIn(api, { since: "3.4" }) ? restOf(fields) : {})
      }
    })

/** What 3.4 tells besides, by its place in the line; a star marks what is no number. */
const rest =
  "backend_id backend_name* . . . . . uweight iweight last_time_change check_status check_result check_health check_state agent_state " +
  "backend_forced_id forced_id fqdn* . srvrecord* . check_port check_addr* agent_addr* agent_port"

const restOf = (fields: ReadonlyArray<string>): Draft => ({
  ...Object.fromEntries(
    rest.split(" ").flatMap((name, place) => {
      const value = fields[place] ?? ""
      return name === "." ? [] : [name.endsWith("*") ? [name.slice(0, -1), value] : [name, Number(value)]]
    })
  ),
  use_ssl: fields[20] === "1",
  weight: Number(fields[7])
})

const serverShape: Shape = {
  resource: "runtime_server",
  type: "RuntimeServer",
  fields: [
    { name: "admin_state", type: "string", values: ["ready", "maint", "drain"] },
    { name: "operational_state", type: "string", values: ["up", "down", "stopping"] },
    { name: "address", type: "string" },
    { name: "name", type: "string" },
    { name: "id", type: "string" },
    { name: "port", type: "integer" },
    { name: "weight", type: "integer" }
  ]
}

/** The routes of the servers of the running HAProxy. */
export const serverEndpoints = (host: Host): ReadonlyArray<Route> => {
  const states = async (backend: string): Promise<ReadonlyArray<ServerState> | undefined> => {
    try {
      return readStates(host.api, await host.runtime().execute(`show servers state ${backend}`))
    } catch (error) {
      if (error instanceof RuntimeError) return undefined
      throw error
    }
  }
  /** Of what isn't there; before 3.1 some requests call that an error of the server. */
  const missing = (what: string, old: number): ApiError =>
    new ApiError(apiIn(host.api, { until: "3.0" }) ? old : 404, `no data for ${what}: not found`)
  const one = async (backend: string, name: string, old = 404): Promise<ServerState> => {
    const found = (await states(backend))?.find((state) => state["name"] === name)
    if (found === undefined) throw missing(`${backend}/${name}`, old)
    return found
  }
  const failure = (message: string) => new ApiError(500, `${host.runtime().path} ${message}`)
  const list = async ({ params: { backend = "" } }: Call): Promise<Reply> => {
    const found = await states(backend)
    if (found === undefined) throw missing(backend, 500)
    return { status: 200, body: found }
  }
  const get = async ({ params: { backend = "", name = "" } }: Call): Promise<Reply> => ({
    status: 200,
    body: await one(backend, name)
  })
  const replace = async (call: Call): Promise<Reply> => {
    const { backend = "", name = "" } = call.params
    const body = host.bodies.item(call.body.toString(), serverShape)
    const before = await one(backend, name, 500)
    const set = (what: string, value: unknown) =>
      run(host.runtime(), `set server ${backend}/${name} ${what} ${String(value)}`, failure)
    const { admin_state: admin, operational_state: operational } = body
    if (apiIn(host.api, { since: "3.4" }) && body["address"] !== undefined) {
      const port = body["port"] === undefined ? "" : ` port ${String(body["port"])}`
      await set("addr", `${String(body["address"])}${port}`)
    }
    if (apiIn(host.api, { since: "3.4" }) && body["weight"] !== undefined) await set("weight", body["weight"])
    if (operational !== undefined && operational !== before["operational_state"]) await set("health", operational)
    if (admin !== undefined && admin !== before["admin_state"]) await set("state", admin)
    return { status: 200, body: await one(backend, name) }
  }
  const add = async (call: Call): Promise<Reply> => {
    const { backend = "" } = call.params
    const fields: ReadonlyArray<Field> =
      grammars.get("backend")?.fields.find(({ name }) => name === "servers")?.fields ?? []
    const body = host.bodies.item(call.body.toString(), {
      resource: "runtime_add_server",
      type: "RuntimeAddServer",
      fields
    })
    if (body["name"] === undefined) throw new ApiError(400, "the new server must have a name")
    const command = addCommand(host, backend, body)
    await run(host.runtime(), command, (message) => {
      const status = message.includes("No such backend") ? 404 : message.includes("Already exists") ? 409 : 500
      return new ApiError(status, `${host.runtime().path} ${message}`)
    })
    return { status: 201, body }
  }
  const remove = async ({ params: { backend = "", name = "" } }: Call): Promise<Reply> => {
    const state = await one(backend, name)
    if (state["admin_state"] !== "maint") await run(host.runtime(), `disable server ${backend}/${name}`, failure)
    await run(host.runtime(), `del server ${backend}/${name}`, failure)
    return { status: 204 }
  }
  return [
    { path: `${at}/backends/{backend}/servers`, verbs: { GET: endpoint(list), POST: endpoint(add) } },
    {
      path: `${at}/backends/{backend}/servers/{name}`,
      verbs: { GET: endpoint(get), PUT: endpoint(replace), DELETE: endpoint(remove) }
    }
  ]
}
