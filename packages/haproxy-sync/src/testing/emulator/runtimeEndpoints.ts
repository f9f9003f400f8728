import fs from "node:fs"
import path from "node:path"
import { X509Certificate } from "node:crypto"
import { apiIn } from "../../dataplane/ApiVersion.ts"
import type { Draft, Field } from "../../grammar/Args.ts"
import { grammars } from "../../grammar/grammars.ts"
import { ApiError } from "./ApiError.ts"
import type { Shape } from "./Body.ts"
import { flag, type Host } from "./Host.ts"
import { uploadOf } from "./multipart.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { type Runtime, RuntimeError, runtimeMessage } from "./Runtime.ts"
import { addCommand } from "./runtimeServers.ts"

const at = "/services/haproxy/runtime"
const endpoint = (handle: Endpoint["handle"], consumes?: ReadonlyArray<string>): Endpoint =>
  consumes === undefined ? { handle } : { handle, consumes }

/** Runs a command; an error becomes an answer of the API. */
const run = async (runtime: Runtime, command: string, wrap: (message: string) => ApiError): Promise<string> => {
  try {
    return await runtime.execute(command)
  } catch (error) {
    if (error instanceof RuntimeError) throw wrap(runtimeMessage(error, command))
    throw error
  }
}

interface ServerState {
  readonly name: string
  readonly address: string
  readonly port: number
  readonly id: string
  readonly admin_state: string
  readonly operational_state: string
}

/** Reads the lines of `show servers state`. */
const readStates = (output: string): ReadonlyArray<ServerState> =>
  output
    .split("\n")
    .slice(1)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const fields = line.split(" ")
      const admin = Number.parseInt(fields[6] ?? "0", 16)
      const operational: Readonly<Record<string, string>> = { 0: "down", 1: "up", 2: "up", 3: "stopping" }
      return {
        address: fields[4] ?? "",
        admin_state: (admin & 0b100011) !== 0 ? "maint" : (admin & 0b11000) !== 0 ? "drain" : "ready",
        id: fields[2] ?? "",
        name: fields[3] ?? "",
        operational_state: operational[fields[5] ?? ""] ?? "",
        port: Number(fields[18] ?? 0)
      }
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

const serverEndpoints = (host: Host): ReadonlyArray<Route> => {
  const states = async (backend: string): Promise<ReadonlyArray<ServerState> | undefined> => {
    try {
      return readStates(await host.runtime().execute(`show servers state ${backend}`))
    } catch (error) {
      if (error instanceof RuntimeError) return undefined
      throw error
    }
  }
  const one = async (backend: string, name: string): Promise<ServerState> => {
    const found = (await states(backend))?.find((state) => state.name === name)
    if (found === undefined) throw new ApiError(404, `no data for ${backend}/${name}: not found`)
    return found
  }
  const failure = (message: string) => new ApiError(500, `${host.runtime().path} ${message}`)
  const list = async ({ params: { backend = "" } }: Call): Promise<Reply> => {
    const found = await states(backend)
    if (found === undefined) throw new ApiError(404, `no data for ${backend}: not found`)
    return { status: 200, body: found }
  }
  const get = async ({ params: { backend = "", name = "" } }: Call): Promise<Reply> => ({
    status: 200,
    body: await one(backend, name)
  })
  const replace = async (call: Call): Promise<Reply> => {
    const { backend = "", name = "" } = call.params
    const body = host.bodies.item(call.body.toString(), serverShape)
    const before = await one(backend, name)
    const set = (what: string, value: unknown) =>
      run(host.runtime(), `set server ${backend}/${name} ${what} ${String(value)}`, failure)
    const { admin_state: admin, operational_state: operational } = body
    if (operational !== undefined && operational !== before.operational_state) await set("health", operational)
    if (admin !== undefined && admin !== before.admin_state) await set("state", admin)
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
    if (state.admin_state !== "maint") await run(host.runtime(), `disable server ${backend}/${name}`, failure)
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

interface PatternFile {
  readonly id: string
  readonly file: string
  readonly description: string
}

const readFiles = (output: string): ReadonlyArray<PatternFile> =>
  output
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.trim().startsWith("# id"))
    .map((line) => {
      const [id = "", file = "", ...rest] = line.split(/\s+/)
      return { id, file: file.replace(/^\(|\)$/g, ""), description: rest.join(" ") }
    })

const readEntries = (
  output: string
): ReadonlyArray<{ readonly id: string; readonly key: string; readonly value: string }> =>
  output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [id = "", key = "", value = ""] = line.split(/\s+/)
      return { id, key, value }
    })

/** The value of a field in an answer such as `type=str, key="a"`. */
const answered = (output: string, name: string): string | undefined =>
  new RegExp(`(?:^|,)\\s*${name}=("?)(.*?)\\1(?:,|$)`, "m").exec(output.trim())?.[2]

const entryShape: Shape = {
  resource: "map_entry",
  type: "MapEntry",
  fields: [
    { name: "id", type: "string" },
    { name: "key", type: "string" },
    { name: "value", type: "string" }
  ]
}

const mapEndpoints = (host: Host): ReadonlyArray<Route> => {
  const failure = (status: number, suffix: string) => (message: string) => {
    const { path: socket } = host.runtime()
    return new ApiError(status, `${socket} ${message}${suffix}`)
  }
  const fileOf = (name: string) => (path.isAbsolute(name) ? name : path.join(host.folders.maps, name))
  const files = async () => readFiles(await run(host.runtime(), "show map", failure(404, " not found")))
  const find = async (name: string): Promise<PatternFile> => {
    const found = (await files()).find(({ file }) => file === fileOf(name))
    if (found === undefined) throw new ApiError(404, `${host.runtime().path} ${fileOf(name)} not found`)
    return found
  }
  const entries = async (name: string) =>
    readEntries(await run(host.runtime(), `show map ${fileOf(name)}`, failure(404, " not found")))
  const entry = async (name: string, key: string): Promise<Draft> => {
    const output = await run(host.runtime(), `get map ${fileOf(name)} ${key}`, failure(404, " not found"))
    const value = answered(output, "value")
    if (answered(output, "key") !== key || value === undefined || value === "") {
      throw new ApiError(404, `${host.runtime().path} ${key} not found`)
    }
    return { key, value }
  }
  /** Writes the running map to its file where that is asked for. */
  const sync = async (call: Call, name: string): Promise<void> => {
    if (!flag(host, call, "force_sync")) return
    const lines = (await entries(name)).map(({ key, value }) => `${key} ${value}\n`)
    fs.writeFileSync(fileOf(name), lines.join(""))
  }
  const list = async (call: Call): Promise<Reply> => {
    const all = await files()
    const managed = flag(host, call, "include_unmanaged")
      ? all
      : all.filter(({ file }) => file.startsWith(host.folders.maps))
    return {
      status: 200,
      body: managed.map((map) =>
        map.file.startsWith(host.folders.maps) ? { ...map, storage_name: path.basename(map.file) } : map
      )
    }
  }
  const add = async (call: Call): Promise<Reply> => {
    const { name = "" } = call.params
    const body = host.bodies.item(call.body.toString(), entryShape)
    const key = String(body["key"] ?? "")
    const known = await entry(name, key).catch(() => undefined)
    if (known !== undefined) throw new ApiError(409, `${host.runtime().path} already exists`)
    await run(
      host.runtime(),
      `add map ${fileOf(name)} ${key} ${String(body["value"] ?? "")}`,
      failure(400, " general error")
    )
    await sync(call, name)
    return { status: 201, body }
  }
  const addAll = async (call: Call): Promise<Reply> => {
    const { name = "" } = call.params
    const body = host.bodies.list(call.body.toString(), entryShape)
    for (const item of body) {
      await run(
        host.runtime(),
        `add map ${fileOf(name)} ${String(item["key"])} ${String(item["value"] ?? "")}`,
        failure(400, " general error")
      )
    }
    await sync(call, name)
    return { status: 201, body }
  }
  const set = async (call: Call): Promise<Reply> => {
    const { key = "", name = "" } = call.params
    const body = host.bodies.item(call.body.toString(), entryShape)
    await run(
      host.runtime(),
      `set map ${fileOf(name)} ${key} ${String(body["value"] ?? "")}`,
      failure(404, " not found")
    )
    const now = await entry(name, key)
    await sync(call, name)
    return { status: 200, body: now }
  }
  const drop = async (call: Call): Promise<Reply> => {
    const { key = "", name = "" } = call.params
    await run(host.runtime(), `del map ${fileOf(name)} ${key}`, failure(404, " not found"))
    await sync(call, name)
    return { status: 204 }
  }
  const clear = async (call: Call): Promise<Reply> => {
    const { name = "" } = call.params
    await run(host.runtime(), `clear map ${fileOf(name)}`, failure(404, " not found"))
    await sync(call, name)
    return { status: 204 }
  }
  return [
    { path: `${at}/maps`, verbs: { GET: endpoint(list) } },
    {
      path: `${at}/maps/{name}`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => ({ status: 200, body: await find(name) })),
        PUT: endpoint(addAll),
        DELETE: endpoint(clear)
      }
    },
    {
      path: `${at}/maps/{name}/entries`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => ({ status: 200, body: await entries(name) })),
        POST: endpoint(add)
      }
    },
    {
      path: `${at}/maps/{name}/entries/{key}`,
      verbs: {
        GET: endpoint(async ({ params: { key = "", name = "" } }) => ({ status: 200, body: await entry(name, key) })),
        PUT: endpoint(set),
        DELETE: endpoint(drop)
      }
    }
  ]
}

const aclEndpoints = (host: Host): ReadonlyArray<Route> => {
  const files = async () =>
    readFiles(await run(host.runtime(), "show acl", (message) => new ApiError(404, `${message} not found`))).map(
      ({ description, file, id }) => ({
        description,
        id,
        storage_name: file === "" ? (/acl '(.*)'\s/.exec(description)?.[1] ?? "") : file
      })
    )
  const missing = (what: string, id: string) => (message: string) =>
    new ApiError(404, `cannot ${what} for ${id}: ${message === "" ? "" : `${message} `}not found`)
  const entries = async (id: string) => {
    const output = await run(host.runtime(), `show acl #${id}`, missing("retrieve ACL files entries", id))
    if (output.trim() === "") throw missing("retrieve ACL files entries", id)("")
    return readEntries(output).map(({ id: entry, key }) => ({ id: entry, value: key }))
  }
  const entry = async (id: string, value: string): Promise<Draft> => {
    const output = await run(
      host.runtime(),
      `get acl #${id} ${value}`,
      (message) => new ApiError(404, `cannot retrieve ACL file entry for ${id}: ${message} not found`)
    )
    if (answered(output, "match") !== "yes")
      throw new ApiError(404, `cannot retrieve ACL file entry for ${id}: ${value} not found`)
    return { value: answered(output, "pattern") ?? value }
  }
  const shape: Shape = { resource: "acl_file_entry", type: "ACLFileEntry", fields: entryShape.fields }
  const add = async (call: Call): Promise<Reply> => {
    const { id = "" } = call.params
    const value = String(host.bodies.item(call.body.toString(), shape)["value"] ?? "")
    await run(
      host.runtime(),
      `add acl #${id} ${value}`,
      (message) => new ApiError(400, `cannot add ACL file entry for ${id}: ${message} general error`)
    )
    return { status: 201, body: await entry(id, value) }
  }
  const drop = async ({ params: { entry: reference = "", id = "" } }: Call): Promise<Reply> => {
    await run(
      host.runtime(),
      `del acl #${id} #${reference}`,
      (message) => new ApiError(404, `cannot delete ACL file entry for ${id}: ${message} not found`)
    )
    return { status: 204 }
  }
  return [
    { path: `${at}/acls`, verbs: { GET: endpoint(async () => ({ status: 200, body: await files() })) } },
    {
      path: `${at}/acls/{id}`,
      verbs: {
        GET: endpoint(async ({ params: { id = "" } }) => {
          const found = (await files()).find((one) => one.id === id)
          if (found === undefined) throw new ApiError(404, `cannot retrieve ACL file for ${id}: #${id} not found`)
          return { status: 200, body: found }
        })
      }
    },
    {
      path: `${at}/acls/{id}/entries`,
      verbs: {
        GET: endpoint(async ({ params: { id = "" } }) => ({ status: 200, body: await entries(id) })),
        POST: endpoint(add),
        PUT: endpoint(async (call) => {
          const body = host.bodies.list(call.body.toString(), shape)
          const { id = "" } = call.params
          for (const item of body)
            await run(host.runtime(), `add acl #${id} ${String(item["value"])}`, missing("add ACL entries", id))
          return { status: 201, body }
        })
      }
    },
    {
      path: `${at}/acls/{id}/entries/{entry}`,
      verbs: {
        GET: endpoint(async ({ params: { entry: value = "", id = "" } }) => ({
          status: 200,
          body: await entry(id, value)
        })),
        DELETE: endpoint(drop)
      }
    }
  ]
}

const tableEndpoints = (host: Host): ReadonlyArray<Route> => {
  const failure = (message: string) => new ApiError(500, message)
  const fieldsOf = (name: string): ReadonlyArray<Draft> => {
    const config = host.transactions.config()
    const section = config.section("backend", name) ?? config.section("frontend", name)
    const table = section?.base()["stick_table"] as Draft | undefined
    return String(table?.["store"] ?? "")
      .split(",")
      .filter((field) => field !== "")
      .map((field) => {
        const [, base = field, period] = /^(\w+)(?:\((\d+)\w*\))?$/.exec(field) ?? []
        return period === undefined
          ? { field: base, type: "counter" }
          : { field: base, period: Number(period), type: "rate" }
      })
  }
  const tables = async () =>
    (await run(host.runtime(), "show table", failure))
      .split("\n")
      .filter((line) => line.startsWith("# table:"))
      .map((line) => {
        const part = (name: string) => new RegExp(`${name}:\\s*([^,]+)`).exec(line)?.[1]?.trim() ?? ""
        const name = part("# table")
        return {
          fields: fieldsOf(name),
          name,
          size: Number(part("size")),
          type: part("type"),
          used: Number(part("used"))
        }
      })
  const entries = async (call: Call): Promise<Reply> => {
    const output = await run(host.runtime(), `show table ${call.params["name"] ?? ""}`, failure)
    const all = output
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("#"))
      .map((line) => {
        const [id = "", ...rest] = line.split(":")
        const item: Draft = { id }
        for (const word of rest.join(":").trim().split(/\s+/)) {
          const [key = "", value = ""] = word.split("=", 2)
          if (key === "use" || key === "shard") continue
          item[key] = key === "key" ? value : Number(value)
        }
        return item
      })
    const offset = Number(call.query.get("offset") ?? 0)
    const count = Number(call.query.get("count") ?? all.length)
    return { status: 200, body: all.slice(offset, offset + count) }
  }
  const set = async (call: Call): Promise<Reply> => {
    const body = JSON.parse(call.body.toString()) as { readonly key?: string; readonly data_type?: Draft }
    for (const [field, value] of Object.entries(body.data_type ?? {})) {
      await run(
        host.runtime(),
        `set table ${call.params["name"] ?? ""} key ${body.key ?? ""} data.${field} ${String(value)}`,
        failure
      )
    }
    return { status: 204 }
  }
  return [
    { path: `${at}/stick_tables`, verbs: { GET: endpoint(async () => ({ status: 200, body: await tables() })) } },
    {
      path: `${at}/stick_tables/{name}`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => {
          const found = (await tables()).find((table) => table.name === name)
          if (found === undefined) throw new ApiError(404, `Stick table ${name} not found`)
          return { status: 200, body: found }
        })
      }
    },
    { path: `${at}/stick_tables/{name}/entries`, verbs: { GET: endpoint(entries), POST: endpoint(set) } }
  ]
}

const fingerprint = (text: string): string => text.replaceAll(":", "")
const oneLine = (name: string): string =>
  name
    .split("\n")
    .map((part) => `/${part}`)
    .join("")

const sslEndpoints = (host: Host): ReadonlyArray<Route> => {
  if (!apiIn(host.api, { since: "3.2" })) return []
  const failure = (message: string) => new ApiError(404, `${host.runtime().path} ${message} not found`)
  const names = async (command: string) =>
    (await run(host.runtime(), command, failure))
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#"))
  const show = async (name: string): Promise<Draft> => {
    const output = await run(host.runtime(), `show ssl cert ${name}`, failure)
    const field = (label: string) => new RegExp(`^${label}: (.*)$`, "m").exec(output)?.[1]
    const file = fs.existsSync(name) ? fs.readFileSync(name, "utf8") : ""
    const pem = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(
      host.runtime().certificate?.(name) ?? file
    )?.[0]
    const known = pem === undefined ? undefined : new X509Certificate(pem)
    const date = (text: string | undefined) => (text === undefined ? undefined : new Date(text).toISOString())
    const bits = known?.publicKey.asymmetricKeyDetails?.modulusLength
    const view: Record<string, string | undefined> = {
      algorithm: field("Algorithm") ?? (bits === undefined ? undefined : `RSA${bits}`),
      issuers: field("Issuer") ?? (known === undefined ? undefined : oneLine(known.issuer)),
      not_after: date(field("notAfter") ?? known?.validTo),
      not_before: date(field("notBefore") ?? known?.validFrom),
      serial: field("Serial") ?? known?.serialNumber,
      sha1_finger_print:
        field("SHA1 FingerPrint") ?? (known === undefined ? undefined : fingerprint(known.fingerprint)),
      status: field("Status"),
      storage_name: name,
      subject: field("Subject") ?? (known === undefined ? undefined : oneLine(known.subject)),
      subject_alternative_names: field("Subject Alternative Name")
    }
    return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
  }
  const payload = (call: Call) => {
    const file = uploadOf(call.body, call.headers["content-type"] ?? "", "file_upload")
    if (file === undefined) throw new ApiError(400, "http: no such file")
    return file
  }
  const put = async (name: string, text: string): Promise<void> => {
    await run(host.runtime(), `set ssl cert ${name} <<\n${text.trimEnd()}\n`, failure)
    await run(host.runtime(), `commit ssl cert ${name}`, failure)
  }
  const form = ["multipart/form-data"]
  return [
    {
      path: `${at}/ssl_certs`,
      verbs: {
        GET: endpoint(async () => ({
          status: 200,
          body: (await names("show ssl cert")).map((name) => ({ description: path.basename(name), storage_name: name }))
        })),
        POST: endpoint(async (call) => {
          const file = payload(call)
          await run(host.runtime(), `new ssl cert ${file.filename}`, failure)
          await put(file.filename, file.content.toString())
          return { status: 201 }
        }, form)
      }
    },
    {
      path: `${at}/ssl_certs/{name}`,
      verbs: {
        GET: endpoint(async ({ params: { name = "" } }) => ({ status: 200, body: await show(name) })),
        PUT: endpoint(async (call) => {
          await put(call.params["name"] ?? "", payload(call).content.toString())
          return { status: 200 }
        }, form),
        DELETE: endpoint(async ({ params: { name = "" } }) => {
          await run(host.runtime(), `del ssl cert ${name}`, failure)
          return { status: 204 }
        })
      }
    },
    {
      path: `${at}/ssl_ca_files`,
      verbs: {
        GET: endpoint(async () => ({
          status: 200,
          body: (await names("show ssl ca-file")).map((line) => {
            const [name = "", count = ""] = line.split(" - ")
            return { count, storage_name: name }
          })
        }))
      }
    },
    {
      path: `${at}/ssl_crl_files`,
      verbs: {
        GET: endpoint(async () => ({
          status: 200,
          body: (await names("show ssl crl-file")).map((name) => ({ storage_name: name }))
        }))
      }
    },
    {
      path: `${at}/ssl_crt_lists`,
      verbs: {
        GET: endpoint(async () => ({ status: 200, body: (await names("show ssl crt-list")).map((file) => ({ file })) }))
      }
    }
  ]
}

const infoEndpoints = (host: Host): ReadonlyArray<Route> => {
  const info = async (): Promise<Reply> => {
    const runtime = host.runtime()
    const lines = (await runtime.execute("show info")).split("\n").map((line) => line.split(": ", 2))
    const value = (name: string) => lines.find(([key]) => key === name)?.[1]?.trim()
    return {
      status: 200,
      body: {
        info: { pid: Number(value("Pid")), version: value("Version"), uptime: Number(value("Uptime_sec")) },
        runtimeAPI: runtime.path
      }
    }
  }
  const stats = async ({ query }: Call): Promise<Reply> => {
    const runtime = host.runtime()
    const wanted = { name: query.get("name"), parent: query.get("parent"), type: query.get("type") }
    if (wanted.name !== null && wanted.type === null) throw new ApiError(400, "Type required when filtering by name")
    if (wanted.name !== null && wanted.type === "server" && wanted.parent === null) {
      throw new ApiError(400, "Parent backend required when filtering by server")
    }
    const output = await runtime.execute("show stat").catch(() => "")
    const [head = "", ...rows] = output.split("\n").filter((line) => line.trim() !== "")
    const keys = head.replace(/^# /, "").split(",")
    const all = rows.map((row) => Object.fromEntries(row.split(",").map((value, index) => [keys[index] ?? "", value])))
    const typeOf = (row: Readonly<Record<string, string>>) =>
      row["svname"] === "FRONTEND" ? "frontend" : row["svname"] === "BACKEND" ? "backend" : "server"
    const found = all.filter((row) => {
      const type = typeOf(row)
      const name = type === "server" ? row["svname"] : row["pxname"]
      return (
        (wanted.type === null || wanted.type === type) &&
        (wanted.name === null || wanted.name === name) &&
        (wanted.parent === null || type !== "server" || wanted.parent === row["pxname"])
      )
    })
    const shown = found.map((row) => {
      const type = typeOf(row)
      return {
        ...(type === "server" ? { backend_name: row["pxname"], name: row["svname"] } : { name: row["pxname"] }),
        stats: row,
        type
      }
    })
    return { status: 200, body: { runtimeAPI: runtime.path, ...(shown.length === 0 ? {} : { stats: shown }) } }
  }
  return [
    { path: `${at}/info`, verbs: { GET: endpoint(info) } },
    { path: "/services/haproxy/stats/native", verbs: { GET: endpoint(stats) } }
  ]
}

/** The routes behind which HAProxy's runtime socket is. */
export const runtimeEndpoints = (host: Host): ReadonlyArray<Route> => [
  ...serverEndpoints(host),
  ...mapEndpoints(host),
  ...aclEndpoints(host),
  ...tableEndpoints(host),
  ...sslEndpoints(host),
  ...infoEndpoints(host)
]
