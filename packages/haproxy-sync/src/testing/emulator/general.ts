import fs from "node:fs"
import path from "node:path"
import { apiIn } from "../../api/ApiVersion.ts"
import { configurationPath } from "../../api/Routes.ts"
import type { Draft } from "../../grammar/Args.ts"
import { ApiError, confError } from "./ApiError.ts"
import type { Shape } from "./Body.ts"
import type { HeldSection } from "./HeldSection.ts"
import { flag, type Host, integer, transactionOf, writeOf, written } from "./Host.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { runActions } from "./runtime/actions.ts"

const endpoint = (handle: Endpoint["handle"]): Endpoint => ({ handle })

/** `/version` and the transactions. */
export const transactionEndpoints = (host: Host): ReadonlyArray<Route> => {
  const { transactions } = host
  const begin = (call: Call): Reply => {
    const version = integer(host, call, "version")
    if (version === undefined) throw host.dialect.missingQuery("version")
    return { status: 201, body: transactions.begin(version) }
  }
  const list = (call: Call): Reply => {
    const status = call.query.get("status") ?? ""
    if (!["", "in_progress", "failed"].includes(status)) {
      throw host.dialect.oneOf("status", "query", ["failed", "in_progress"])
    }
    return { status: 200, body: transactions.list(status) }
  }
  const commit = async (call: Call): Promise<Reply> => {
    const force = flag(host, call, "force_reload")
    const body = await transactions.commit(call.params["id"] ?? "")
    if (force) {
      await host.reloads.force()
      return { status: 200, body }
    }
    return { status: 202, headers: { "Reload-Id": host.reloads.schedule() }, body }
  }
  return [
    {
      path: `${configurationPath}/version`,
      verbs: {
        GET: endpoint((call) => ({ status: 200, body: transactions.config(transactionOf(host, call)).version }))
      }
    },
    { path: "/services/haproxy/transactions", verbs: { GET: endpoint(list), POST: endpoint(begin) } },
    {
      path: "/services/haproxy/transactions/{id}",
      verbs: {
        GET: endpoint(({ params }) => ({ status: 200, body: transactions.get(params["id"] ?? "") })),
        PUT: endpoint(commit),
        DELETE: endpoint(({ params }) => {
          transactions.remove(params["id"] ?? "")
          return { status: 204 }
        })
      }
    }
  ]
}

/** The reloads. */
export const reloadEndpoints = ({ dialect, reloads }: Host): ReadonlyArray<Route> => [
  { path: "/services/haproxy/reloads", verbs: { GET: endpoint(() => ({ status: 200, body: reloads.list() })) } },
  {
    path: "/services/haproxy/reloads/{id}",
    verbs: {
      GET: endpoint(({ params: { id = "" } }) => {
        if (!/^\d{4}-\d{2}-\d{2}-\d+$/.test(id)) {
          throw dialect.matching("id", "path", String.raw`^\d{4}-\d{2}-\d{2}-\d+$`)
        }
        const reload = reloads.get(id)
        if (reload === undefined) throw new ApiError(404, `Reload with ID ${id} does not exist`)
        return { status: 200, body: reload }
      })
    }
  }
]

/** What the first lines of a file say of it. */
const headers = (text: string): Record<string, string> => {
  const head = text.slice(0, 2000)
  const hash = /^# _md5hash=(.*)$/m.exec(head)?.[1]
  return hash === undefined ? {} : { "Configuration-Checksum": hash.trim() }
}

/** Errors of a handler whose answer would have been text go out as text too. */
export const plainErrors =
  (handle: (call: Call) => Promise<Reply> | Reply) =>
  async (call: Call): Promise<Reply> => {
    try {
      return await handle(call)
    } catch (error) {
      throw error instanceof ApiError &&
        error.code === error.status &&
        error.status !== 415 &&
        !error.message.startsWith("parsing data")
        ? error.asText
        : error
    }
  }

/** The whole configuration as text. */
export const rawEndpoints = (host: Host): ReadonlyArray<Route> => {
  const { transactions } = host
  const asText = (text: string, status: number, extra: Readonly<Record<string, string>> = {}): Reply => ({
    status,
    headers: { ...headers(text), ...extra },
    text
  })
  const current = () => fs.readFileSync(transactions.file, "utf8")
  const get = (call: Call): Reply => {
    const id = transactionOf(host, call)
    const version = integer(host, call, "version")
    if (id !== "" && version !== undefined) {
      throw new ApiError(
        400,
        "both version and transaction specified, specify only one: Both version and transactionID specified, specify only one"
      )
    }
    const backup = version === undefined || version === 0 ? undefined : transactions.backup(version)
    if (backup !== undefined) return asText(fs.readFileSync(backup, "utf8"), 200)
    if (version !== undefined && version !== 0)
      throw confError("missing", `backup file for version ${version} does not exist`)
    const found = id === "" ? undefined : transactions.fileOf(id)
    if (id !== "" && found === undefined) throw confError("transaction", `transaction file ${id} does not exist`)
    return asText(found === undefined ? current() : fs.readFileSync(found.file, "utf8"), 200)
  }
  const post = async (call: Call): Promise<Reply> => {
    const text = bodyText(call)
    const version = integer(host, call, "version") ?? 0
    const validateOnly = flag(host, call, "only_validate")
    const skipReload = flag(host, call, "skip_reload")
    const skipVersion = flag(host, call, "skip_version")
    const force = flag(host, call, "force_reload")
    if (text === "") throw host.dialect.noBody()
    if (!text.includes("\n")) throw new ApiError(400, "invalid configuration: no newline character found")
    if (validateOnly) {
      const file = path.join("/tmp", `onlyvalidate${Math.trunc(Math.random() * 1e10)}`)
      fs.writeFileSync(file, text)
      try {
        const refused = await transactions.validate(file)
        if (refused !== undefined) throw confError("validation", refused)
      } finally {
        fs.rmSync(file, { force: true })
      }
      return asText(current(), 202)
    }
    await transactions.replace(text, skipVersion ? undefined : version)
    const saved = current()
    if (skipReload) {
      await runActions(host, call.headers["x-runtime-actions"] ?? "")
      return asText(saved, 201)
    }
    if (force) {
      await host.reloads.force()
      return asText(saved, 201)
    }
    return asText(saved, 202, { "Reload-Id": host.reloads.schedule() })
  }
  const old = !apiIn(host.api, { since: "3.4" })
  const produces = old ? ["application/json", "text/plain"] : ["text/plain", "application/json"]
  return [
    {
      path: `${configurationPath}/raw`,
      verbs: {
        GET: { handle: plainErrors(get), produces },
        POST: {
          handle: plainErrors(post),
          produces,
          consumes: old ? ["text/plain", "application/json"] : ["text/plain"]
        }
      }
    }
  ]
}

/** A body that is text, or, for the older lines, a JSON string. */
export const bodyText = (call: Call): string => {
  const text = call.body.toString()
  if (!/json/.test(call.headers["content-type"] ?? "") || text === "") return text
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (typeof value === "string") return value
  const first = text.charAt(0)
  throw new ApiError(
    400,
    `parsing data body from "" failed, because ReadString: expects " or n, but found ${first}, error found in #1 byte of ...|${text.slice(0, 11)}|..., bigger context ...|${text.slice(0, 51)}|...`
  )
}

/** `traces`, which there is once or not at all. */
export const traceEndpoints = (host: Host): ReadonlyArray<Route> => {
  if (!apiIn(host.api, { since: "3.1" })) return []
  const shape: Shape = {
    resource: "traces",
    type: "Traces",
    fields: [
      { name: "metadata", type: "object" },
      { name: "entries", type: "list", fields: [{ name: "trace", type: "string" }] }
    ]
  }
  const entry: Shape = { resource: "entries", type: "TraceEntry", fields: [{ name: "trace", type: "string" }] }
  const gone = () => confError("missing", "traces  does not exist")
  const entries = (section: HeldSection, body: Draft): void =>
    section.setLines(
      "entries",
      ((body["entries"] ?? []) as ReadonlyArray<Draft>).map(({ trace }) => ({
        words: ["trace", String(trace)],
        comment: ""
      }))
    )
  const get = (call: Call): Reply => {
    const section = host.transactions.config(transactionOf(host, call)).section("traces")
    if (section === undefined) {
      throw flag(host, call, "full_section")
        ? new ApiError(500, "section missing")
        : confError("missing", "Object traces does not exist")
    }
    const items = section.lines("entries").map(({ words: [, ...rest] }) => ({ trace: rest.join(" ") }))
    return { status: 200, body: items.length === 0 ? {} : { entries: items } }
  }
  const create = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    const write = writeOf(host, call)
    await host.transactions.change(write.target, (config) => {
      if (config.section("traces") !== undefined) throw confError("exists", "traces section already exists")
      entries(config.create("traces", ""), body)
    })
    return written(host, write, "create", body)
  }
  const replace = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), shape)
    const write = writeOf(host, call)
    await host.transactions.change(write.target, (config) => {
      entries(config.section("traces") ?? config.create("traces", ""), body)
    })
    return { status: 200, body }
  }
  const remove = async (call: Call): Promise<Reply> => {
    const write = writeOf(host, call)
    await host.transactions.change(write.target, (config) => {
      if (config.section("traces") === undefined) throw gone()
      config.remove("traces", "")
    })
    return written(host, write, "delete")
  }
  const add = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), entry)
    const write = writeOf(host, call)
    await host.transactions.change(write.target, (config) => {
      const section = config.section("traces") ?? config.create("traces", "")
      section.setLines("entries", [
        ...section.lines("entries"),
        { words: ["trace", String(body["trace"])], comment: "" }
      ])
    })
    return { status: 201, body }
  }
  const drop = async (call: Call): Promise<Reply> => {
    const body = host.bodies.item(call.body.toString(), entry)
    const write = writeOf(host, call)
    await host.transactions.change(write.target, (config) => {
      const section = config.section("traces")
      if (section === undefined) throw confError("missing", "traces section does not exists")
      const at = section.lines("entries").findIndex(({ words: [, ...rest] }) => rest.join(" ") === body["trace"])
      if (at < 0) throw confError("missing", `trace entry does not exists: '${String(body["trace"])}'`)
      section.setLines("entries", section.lines("entries").toSpliced(at, 1))
    })
    return written(host, write, "delete")
  }
  return [
    {
      path: `${configurationPath}/traces`,
      verbs: { GET: endpoint(get), POST: endpoint(create), PUT: endpoint(replace), DELETE: endpoint(remove) }
    },
    { path: `${configurationPath}/traces/entries`, verbs: { POST: endpoint(add), DELETE: endpoint(drop) } }
  ]
}
