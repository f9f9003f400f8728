import type { HeldConfig } from "../../HeldConfig.ts"
import { RuntimeError } from "../Runtime.ts"
import type { Command, Commands } from "./Commands.ts"

/** A server as it runs. */
interface Server {
  readonly id: number
  readonly name: string
  address: string
  port: string
  /** The weight it began with. */
  readonly initial: number
  weight: number
  admin: "ready" | "maint" | "drain"
  up: boolean
  /** When it last became another state. */
  changed: number
}

const stateHead =
  "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change " +
  "srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn " +
  "srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port"

const second = 1000

/** The number of a backend in HAProxy begins behind those of its own. */
const firstBackend = 3

/** The servers of the running HAProxy and the frontends, with what the runtime socket may change of them. */
export class Servers {
  readonly #backends = new Map<string, Array<Server>>()
  readonly #frontends: ReadonlySet<string>

  constructor(config: HeldConfig) {
    this.#frontends = new Set(config.ofKind("frontend").map(({ name }) => name))
    for (const backend of config.ofKind("backend")) {
      this.#backends.set(
        backend.name,
        backend.items("servers").map((item, index) => ({
          id: index + 1,
          name: String(item["name"]),
          address: String(item["address"]),
          port: String(item["port"] ?? 0),
          initial: Number(item["weight"] ?? 1),
          weight: Number(item["weight"] ?? 1),
          admin: item["maintenance"] === "enabled" ? "maint" : "ready",
          up: item["maintenance"] !== "enabled" && item["check"] !== "enabled",
          changed: Date.now() - second
        }))
      )
    }
  }

  get commands(): Commands {
    const known: Command = ([path = ""]) => {
      this.#server(path)
      return ""
    }
    return {
      "show servers": ([, backend]) => this.#show(backend),
      "set server": (words) => this.#set(words),
      "enable server": ([path = ""]) => this.#set([path, "state", "ready"]),
      "disable server": ([path = ""]) => this.#set([path, "state", "maint"]),
      "enable agent": known,
      "disable agent": known,
      "enable health": known,
      "disable health": known,
      "add server": (words) => this.#add(words),
      "del server": ([path = ""]) => this.#delete(path),
      "set maxconn": ([, frontend = ""]) => {
        if (!this.#frontends.has(frontend)) throw new RuntimeError(3, "No such frontend.")
        return ""
      }
    }
  }

  /** The servers that a backend has now. */
  running(backend: string): ReadonlyArray<Readonly<Server>> {
    return this.#backends.get(backend) ?? []
  }

  #of(backend: string): Array<Server> {
    const servers = this.#backends.get(backend)
    if (servers === undefined) throw new RuntimeError(3, "No such backend.")
    return servers
  }

  #server(path: string): Server {
    const [backend = "", name = ""] = path.split("/", 2)
    const server = this.#of(backend).find((one) => one.name === name)
    if (server === undefined) throw new RuntimeError(3, "No such server.")
    return server
  }

  #show(backend: string | undefined): string {
    if (backend !== undefined && !this.#backends.has(backend)) throw new RuntimeError(3, "Can't find backend.")
    const lines = [...this.#backends].flatMap(([name, servers], index) =>
      backend !== undefined && name !== backend
        ? []
        : servers.map(({ address, admin, changed, id, initial, name: server, port, up, weight }) => {
            const state = admin === "maint" || !up ? 0 : 2
            const flags = { ready: 0, maint: 1, drain: 8 }[admin]
            const before = `${index + firstBackend} ${name} ${id} ${server} ${address} ${state} ${flags} ${weight} ${initial}`
            return `${before} ${Math.floor((Date.now() - changed) / second)} 1 0 0 0 0 0 0 - ${port} - 0 0 - - 0`
          })
    )
    return `${["1", stateHead, ...lines].join("\n")}\n`
  }

  #set([path = "", what = "", ...values]: ReadonlyArray<string>): string {
    const server = this.#server(path)
    const [value = "", word, port] = values
    switch (what) {
      case "weight":
        server.weight = Number(value)
        return ""
      case "state":
        if (value !== "ready" && value !== "maint" && value !== "drain") {
          throw new RuntimeError(3, "'set server <srv> state' expects 'ready', 'drain' and 'maint'.")
        }
        server.admin = value
        server.changed = Date.now()
        if (value === "ready") server.up = true
        return ""
      case "health":
        server.up = value === "up"
        server.changed = Date.now()
        return ""
      case "addr":
        server.address = value
        if (word === "port") server.port = port ?? server.port
        return ""
      case "check-port":
      case "agent-addr":
      case "agent-send":
        return ""
      default:
        throw new RuntimeError(
          3,
          "'set server <srv>' only supports 'agent', 'health', 'state', 'weight', 'addr', 'fqdn', 'check-addr', 'check-port' and 'ssl'."
        )
    }
  }

  #add([path = "", address = "", ...options]: ReadonlyArray<string>): string {
    const [backend = "", name = ""] = path.split("/", 2)
    const servers = this.#of(backend)
    if (servers.some((one) => one.name === name)) {
      throw new RuntimeError(3, "Already exists a server with the same name in backend.")
    }
    const colon = address.lastIndexOf(":")
    const weight = Number(options[options.indexOf("weight") + 1] ?? 1) || 1
    servers.push({
      id: Math.max(0, ...servers.map(({ id }) => id)) + 1,
      name,
      address: colon < 0 ? address : address.slice(0, colon),
      port: colon < 0 ? "0" : address.slice(colon + 1),
      initial: weight,
      weight,
      admin: "maint",
      up: false,
      changed: Date.now()
    })
    return "New server registered."
  }

  #delete(path: string): string {
    const server = this.#server(path)
    if (server.admin !== "maint") throw new RuntimeError(3, "Only servers in maintenance mode can be deleted.")
    const [backend = ""] = path.split("/", 2)
    this.#backends.set(
      backend,
      this.#of(backend).filter((one) => one !== server)
    )
    return "Server deleted."
  }
}
