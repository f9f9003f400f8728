import fs from "node:fs"
import type { ApiVersion } from "../../dataplane/ApiVersion.ts"
import { HeldConfig } from "./HeldConfig.ts"
import { type Runtime, RuntimeError } from "./Runtime.ts"

interface Server {
  readonly id: number
  name: string
  address: string
  port: string
  weight: number
  admin: "ready" | "maint" | "drain"
  up: boolean
  /** It was added while HAProxy ran. */
  readonly dynamic: boolean
}

interface Pattern {
  readonly id: number
  readonly file: string
  readonly description: string
  entries: Array<{ readonly id: string; readonly key: string; value: string }>
}

interface Table {
  readonly type: string
  readonly length: number
  readonly size: number
  readonly expire: number
  readonly fields: ReadonlyArray<string>
  readonly entries: Map<string, Map<string, number>>
}

/**
 * What HAProxy's runtime socket would answer for a configuration, computed from its text: servers, maps, ACL files, certificates and
 * stick tables, and the changes made to them until the next reload.
 *
 * @since 0.1.0
 */
export class SimulatedHaproxy implements Runtime {
  readonly path: string
  readonly #backends = new Map<string, Array<Server>>()
  readonly #frontends: ReadonlySet<string>
  readonly #maps: Array<Pattern> = []
  readonly #acls: Array<Pattern> = []
  readonly #certificates = new Map<string, string>()
  readonly #pending = new Map<string, string>()
  readonly #tables = new Map<string, Table>()
  #address = 0x7f0000000000

  constructor(text: string, file: string, api: ApiVersion) {
    const config = HeldConfig.read(text, api)
    const socket = (
      config.section("global")?.base()["runtime_apis"] as ReadonlyArray<{ readonly address?: string }> | undefined
    )?.[0]
    this.path = socket?.address ?? ""
    this.#frontends = new Set(config.ofKind("frontend").map(({ name }) => name))
    for (const backend of config.ofKind("backend")) {
      this.#backends.set(
        backend.name,
        backend.items("servers").map((item, index) => ({
          id: index + 1,
          name: String(item["name"]),
          address: String(item["address"]),
          port: String(item["port"] ?? 0),
          weight: Number(item["weight"] ?? 1),
          admin: item["maintenance"] === "enabled" ? "maint" : "ready",
          up: item["maintenance"] !== "enabled" && item["check"] !== "enabled",
          dynamic: false
        }))
      )
    }
    this.#loadFiles(text, file)
    this.#loadTables(config)
  }

  #loadFiles(text: string, file: string): void {
    let next = 0
    text.split("\n").forEach((line, index) => {
      const place = `file '${file}' line ${index + 1}`
      for (const [, name = ""] of line.matchAll(/\bmap(?:_[a-z_]+)?\(([^,)]+)/g)) {
        if (this.#maps.some((map) => map.file === name)) continue
        const entries = this.#entries(name).map(({ id, text: entry }) => {
          const [key = "", ...value] = entry.split(/\s+/)
          return { id, key, value: value.join(" ") }
        })
        this.#maps.push({
          id: next++,
          file: name,
          description: `pattern loaded from file '${name}' used by map at ${place}`,
          entries
        })
      }
      const [, criterion = "", name = ""] = /(?:\{|acl\s+\S+)\s+(\S+)\s+(?:-[a-zA-Z]\s+)*-f\s+(\S+)/.exec(line) ?? []
      if (name !== "") {
        const entries = this.#entries(name).map(({ id, text: key }) => ({ id, key, value: "" }))
        this.#acls.push({
          id: next++,
          file: name,
          description: `pattern loaded from file '${name}' used by acl at ${place}`,
          entries
        })
        this.#acls.push({ id: next++, file: "", description: `acl '${criterion}' ${place}`, entries: [] })
      }
      const certificate = /^\s*bind\s.*\scrt\s+(\S+)/.exec(line)?.[1]
      if (certificate !== undefined && fs.existsSync(certificate) && fs.statSync(certificate).isFile()) {
        this.#certificates.set(certificate, fs.readFileSync(certificate, "utf8"))
      }
    })
  }

  #loadTables(config: HeldConfig): void {
    for (const section of [...config.ofKind("frontend"), ...config.ofKind("backend")]) {
      const table = section.base()["stick_table"] as Readonly<Record<string, unknown>> | undefined
      if (table === undefined) continue
      this.#tables.set(section.name, {
        type: String(table["type"]),
        length: Number(table["keylen"] ?? 0),
        size: Number(table["size"] ?? 0),
        expire: Number(table["expire"] ?? 0),
        fields: String(table["store"] ?? "")
          .split(",")
          .filter((field) => field !== ""),
        entries: new Map()
      })
    }
  }

  #entries(file: string): ReadonlyArray<{ readonly id: string; readonly text: string }> {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : ""
    return text
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("#"))
      .map((line) => ({ id: this.#newAddress(), text: line.trim() }))
  }

  #newAddress(): string {
    this.#address += 0x40
    return `0x${this.#address.toString(16)}`
  }

  async execute(command: string): Promise<string> {
    const [line = "", ...payload] = command.split("\n")
    const words = line.split(/\s+/).filter((word) => word !== "")
    const answer = this.#answer(words, payload.join("\n").trimEnd())
    return Promise.resolve(answer)
  }

  #answer(words: ReadonlyArray<string>, payload: string): string {
    const [verb = "", object = "", ...rest] = words
    switch (`${verb} ${object}`) {
      case "show servers":
        return this.#showServers(rest[1])
      case "set server":
        return this.#setServer(rest)
      case "enable server":
      case "disable server":
        return this.#setServer([rest[0] ?? "", "state", verb === "enable" ? "ready" : "maint"])
      case "enable agent":
      case "disable agent":
      case "enable health":
      case "disable health":
        this.#server(rest[0] ?? "")
        return ""
      case "add server":
        return this.#addServer(rest)
      case "del server":
        return this.#deleteServer(rest[0] ?? "")
      case "set maxconn":
        if (!this.#frontends.has(rest[1] ?? "")) throw new RuntimeError(3, "No such frontend.")
        return ""
      case "show map":
      case "show acl":
        return rest[0] === undefined ? this.#showPatterns(object) : this.#showPattern(object, rest[0])
      case "get map":
      case "get acl":
        return this.#getPattern(object, rest[0] ?? "", rest[1] ?? "")
      case "add map":
      case "add acl":
        return this.#addPattern(object, rest, payload)
      case "set map": {
        const entry = this.#pattern("map", rest[0] ?? "").entries.find(({ key }) => key === rest[1])
        if (entry === undefined) throw new RuntimeError(3, "Entry not found.")
        entry.value = rest.slice(2).join(" ")
        return ""
      }
      case "del map":
      case "del acl": {
        const pattern = this.#pattern(object, rest[0] ?? "")
        const at = pattern.entries.findIndex(({ key }) => key === rest[1])
        if (at < 0) throw new RuntimeError(3, "Key not found.")
        pattern.entries = pattern.entries.toSpliced(at, 1)
        return ""
      }
      case "clear map":
      case "clear acl":
        this.#pattern(object, rest[0] ?? "").entries = []
        return ""
      case "show table":
        return rest[0] === undefined ? this.#showTables() : this.#showTable(rest[0])
      case "set table":
        return this.#setTable(rest)
      case "show info":
        return "Name: HAProxy\nVersion: 0.0.0\nPid: 1\nUptime_sec: 1\n"
      case "show ssl":
      case "set ssl":
      case "new ssl":
      case "commit ssl":
      case "abort ssl":
      case "del ssl":
        return this.#ssl(verb, rest, payload)
      default:
        throw new RuntimeError(3, `Unknown command: '${words.join(" ")}'.`)
    }
  }

  #server(path: string): Server {
    const [backend = "", name = ""] = path.split("/", 2)
    const servers = this.#backends.get(backend)
    if (servers === undefined) throw new RuntimeError(3, "No such backend.")
    const server = servers.find((one) => one.name === name)
    if (server === undefined) throw new RuntimeError(3, "No such server.")
    return server
  }

  #showServers(backend: string | undefined): string {
    if (backend !== undefined && !this.#backends.has(backend)) throw new RuntimeError(3, "Can't find backend.")
    const out = [
      "1",
      "# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port srv_check_addr srv_agent_addr srv_agent_port"
    ]
    let id = 2
    for (const [name, servers] of this.#backends) {
      id++
      if (backend !== undefined && name !== backend) continue
      for (const server of servers) {
        const state = server.admin === "maint" || !server.up ? 0 : 2
        const admin = { ready: 0, maint: 1, drain: 8 }[server.admin]
        out.push(
          `${id} ${name} ${server.id} ${server.name} ${server.address} ${state} ${admin} ${server.weight} ${server.weight} 1 1 0 0 0 0 0 0 - ${server.port} - 0 0 - - 0`
        )
      }
    }
    return `${out.join("\n")}\n`
  }

  #setServer([path = "", what = "", ...values]: ReadonlyArray<string>): string {
    const server = this.#server(path)
    const [value = ""] = values
    switch (what) {
      case "weight":
        server.weight = Number(value)
        return ""
      case "state":
        if (value !== "ready" && value !== "maint" && value !== "drain") {
          throw new RuntimeError(3, "'set server <srv> state' expects 'ready', 'drain' and 'maint'.")
        }
        server.admin = value
        if (value === "ready") server.up = true
        return ""
      case "health":
        server.up = value === "up"
        return ""
      case "addr": {
        const before = `${server.address}:${server.port}`
        server.address = value
        if (values[1] === "port") server.port = values[2] ?? server.port
        return before === `${server.address}:${server.port}` ? "" : ""
      }
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

  #addServer([path = "", address = "", ...options]: ReadonlyArray<string>): string {
    const [backend = "", name = ""] = path.split("/", 2)
    const servers = this.#backends.get(backend)
    if (servers === undefined) throw new RuntimeError(3, "No such backend.")
    if (servers.some((one) => one.name === name))
      throw new RuntimeError(3, "Already exists a server with the same name in backend.")
    const colon = address.lastIndexOf(":")
    servers.push({
      id: Math.max(0, ...servers.map(({ id }) => id)) + 1,
      name,
      address: colon < 0 ? address : address.slice(0, colon),
      port: colon < 0 ? "0" : address.slice(colon + 1),
      weight: Number(options[options.indexOf("weight") + 1] ?? 1) || 1,
      admin: "maint",
      up: false,
      dynamic: true
    })
    return "New server registered."
  }

  #deleteServer(path: string): string {
    const server = this.#server(path)
    if (server.admin !== "maint") throw new RuntimeError(3, "Only servers in maintenance mode can be deleted.")
    const [backend = ""] = path.split("/", 2)
    this.#backends.set(
      backend,
      (this.#backends.get(backend) ?? []).filter((one) => one !== server)
    )
    return "Server deleted."
  }

  #pattern(object: string, name: string): Pattern {
    const all = object === "map" ? this.#maps : this.#acls
    const found = all.find(({ file, id }) => (name.startsWith("#") ? `#${id}` === name : file === name))
    if (found !== undefined) return found
    throw new RuntimeError(3, `Unknown ${object === "map" ? "map" : "ACL"} identifier. Please use #<id> or <file>.`)
  }

  #showPatterns(object: string): string {
    const all = object === "map" ? this.#maps : this.#acls
    const lines = all.map(
      ({ description, entries, file, id }) =>
        `${id} (${file}) ${description}. curr_ver=0 next_ver=0 entry_cnt=${entries.length}`
    )
    return `# id (file) description\n${lines.map((line) => `${line}\n`).join("")}`
  }

  #showPattern(object: string, name: string): string {
    return this.#pattern(object, name)
      .entries.map(({ id, key, value }) => `${id} ${key}${value === "" ? "" : ` ${value}`}\n`)
      .join("")
  }

  #getPattern(object: string, name: string, key: string): string {
    const entry = this.#pattern(object, name).entries.find((one) => one.key === key)
    if (entry === undefined)
      return object === "map" ? "type=str, case=sensitive, found=no" : "type=str, case=sensitive, match=no"
    return object === "map"
      ? `type=str, case=sensitive, found=yes, idx=tree, key="${key}", value="${entry.value}", type="str"`
      : `type=str, case=sensitive, match=yes, idx=tree, pattern="${key}"`
  }

  #addPattern(object: string, [name = "", key = "", ...value]: ReadonlyArray<string>, payload: string): string {
    const pattern = this.#pattern(object, name)
    const add = (one: string, given: string) => pattern.entries.push({ id: this.#newAddress(), key: one, value: given })
    if (key !== "<<") {
      add(key, value.join(" "))
      return ""
    }
    for (const line of payload.split("\n").filter((one) => one !== "")) {
      const [first = "", ...rest] = line.split(/\s+/)
      add(first, rest.join(" "))
    }
    return ""
  }

  #showTables(): string {
    return [...this.#tables].map(([name, table]) => this.#tableLine(name, table)).join("")
  }

  #tableLine(name: string, { entries, size, type }: Table): string {
    return `# table: ${name}, type: ${type}, size:${size}, used:${entries.size}\n`
  }

  #table(name: string): Table {
    const table = this.#tables.get(name)
    if (table === undefined) throw new RuntimeError(3, "No such table")
    return table
  }

  #showTable(name: string): string {
    const table = this.#table(name)
    const lines = [...table.entries].map(([key, values]) => {
      const data = table.fields.map((field) => `${field}=${values.get(field) ?? 0}`).join(" ")
      return `${this.#newAddress()}: key=${key} use=0 exp=${table.expire} shard=0 ${data}\n`
    })
    return `${this.#tableLine(name, table)}${lines.join("")}`
  }

  #setTable([name = "", , key = "", ...data]: ReadonlyArray<string>): string {
    const table = this.#table(name)
    const values = table.entries.get(key) ?? new Map<string, number>()
    for (let i = 0; i + 1 < data.length; i += 2) values.set((data[i] ?? "").replace(/^data\./, ""), Number(data[i + 1]))
    table.entries.set(key, values)
    return ""
  }

  #ssl(verb: string, [object = "", file = ""]: ReadonlyArray<string>, payload: string): string {
    if (object !== "cert")
      return object === "ca-file" && verb === "show" ? "# filename\n@system-ca - 1 certificate(s)\n" : "# filename\n"
    const held = this.#certificates.get(file)
    switch (verb) {
      case "show": {
        if (file === "") return `# filename\n${[...this.#certificates.keys()].map((name) => `${name}\n`).join("")}`
        if (held === undefined)
          throw new RuntimeError(3, "Can't display the certificate: Not found or the certificate is a bundle!")
        return `Filename: ${file}\nStatus: Used\n`
      }
      case "new":
        if (held !== undefined) throw new RuntimeError(3, `Certificate '${file}' already exists!`)
        this.#certificates.set(file, "")
        return `New empty certificate store '${file}'!`
      case "set":
        if (held === undefined)
          throw new RuntimeError(3, "Can't replace a certificate which is not referenced by the configuration!")
        this.#pending.set(file, payload)
        return `Transaction created for certificate ${file}!`
      case "commit": {
        const text = this.#pending.get(file)
        if (text === undefined) throw new RuntimeError(3, "No ongoing transaction!")
        this.#certificates.set(file, text)
        this.#pending.delete(file)
        return `Committing ${file}.\nSuccess!`
      }
      case "abort":
        this.#pending.delete(file)
        return `Transaction aborted for certificate '${file}'!`
      default:
        if (held === undefined) throw new RuntimeError(3, `certificate '${file}' doesn't exist!`)
        this.#certificates.delete(file)
        return `Certificate '${file}' deleted!`
    }
  }

  /** The certificate in use under a name. */
  certificate(file: string): string | undefined {
    return this.#certificates.get(file)
  }
}
