import fs from "node:fs"
import path from "node:path"
import { apiIn } from "../../api/ApiVersion.ts"
import { ApiError, confError } from "./ApiError.ts"
import { certificateProblem, describeCertificates } from "../../storage/certificates.ts"
import { type StorageKind as Kind, renamed } from "../../storage/storedName.ts"
import { bodyText, plainErrors } from "./general.ts"
import { flag, type Host } from "./Host.ts"
import { type Upload, uploadOf } from "./multipart.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"

/** The name that is looked for: of a path not only its end is taken, as it is of a file that comes. */
const sanitized = (name: string): string => renamed(name.replaceAll("/", " "), "general")

const descriptions: Readonly<Record<Kind, string>> = {
  maps: "managed map file",
  general: "managed general use file",
  ssl_certificates: "managed SSL file",
  ssl_crt_lists: "managed certificate list"
}

const form = ["multipart/form-data", "application/json"]
const text = ["text/plain", "application/json"]

/** The routes of one kind of files. */
const routesOf = (host: Host, kind: Kind): ReadonlyArray<Route> => {
  const folder = {
    maps: host.folders.maps,
    general: host.folders.general,
    ssl_certificates: host.folders.ssl,
    ssl_crt_lists: host.folders.ssl
  }[kind]
  const modern = apiIn(host.api, { since: "3.4" })
  const found = (call: Call): string => {
    const name = sanitized(call.params["name"] ?? "")
    const file = path.join(folder, name)
    if (!fs.existsSync(file)) throw confError("missing", `file ${name} doesn't exist in dir: ${folder}`)
    return file
  }
  const view = (file: string, options: { readonly size?: boolean; readonly description?: string } = {}) => ({
    description: options.description ?? descriptions[kind],
    file,
    storage_name: path.basename(file),
    ...(options.size === true ? { size: fs.statSync(file).size } : {})
  })
  const shown = (file: string) =>
    kind === "ssl_certificates"
      ? { ...view(file, { size: true }), ...describeCertificates(fs.readFileSync(file, "utf8")) }
      : view(file, { size: true })
  const keep = (file: string, content: Buffer): void => {
    if (kind === "ssl_certificates") {
      const problem = certificateProblem(content.toString())
      if (problem !== undefined) throw new ApiError(500, problem)
    }
    const line = kind === "ssl_crt_lists" && content.length > 0 && content.at(-1) !== 10 ? "\n" : ""
    fs.writeFileSync(file, Buffer.concat([content, Buffer.from(line)]))
  }
  /** A reload at once, later, or not at all. */
  const settle = async (
    call: Call,
    done: Reply,
    pending: Reply,
    atRuntime?: () => Promise<boolean>
  ): Promise<Reply> => {
    if (flag(host, call, "skip_reload")) return done
    if (flag(host, call, "force_reload")) {
      await host.reloads.force()
      return done
    }
    if (atRuntime !== undefined && (await atRuntime())) return done
    return { ...pending, headers: { "Reload-Id": host.reloads.schedule() } }
  }
  const push = (file: string, fresh: boolean) => async (): Promise<boolean> => {
    if (!apiIn(host.api, { since: "3.2" })) return false
    try {
      const runtime = host.runtime()
      if (fresh) await runtime.execute(`new ssl cert ${file}`)
      await runtime.execute(`set ssl cert ${file} <<\n${fs.readFileSync(file, "utf8")}\n`)
      await runtime.execute(`commit ssl cert ${file}`)
      return true
    } catch {
      return false
    }
  }

  const list = (): Reply => {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).toSorted() : []
    const files = names.map((name) => path.join(folder, name)).filter((file) => fs.statSync(file).isFile())
    const mine =
      kind === "ssl_crt_lists"
        ? files.filter((file) => file.endsWith(".txt"))
        : kind === "ssl_certificates"
          ? files.filter((file) => certificateProblem(fs.readFileSync(file, "utf8")) === undefined)
          : files
    return { status: 200, body: mine.map((file) => view(file)) }
  }
  const get = (call: Call): Reply => {
    const file = found(call)
    return kind === "ssl_certificates"
      ? { status: 200, body: shown(file) }
      : { status: 200, text: fs.readFileSync(file), type: "application/octet-stream" }
  }
  const upload = (call: Call): Upload => {
    const type = call.headers["content-type"] ?? ""
    if (!type.startsWith("multipart/form-data")) {
      throw new ApiError(400, 'reading file "fileUpload" failed: request Content-Type isn\'t multipart/form-data')
    }
    const file = uploadOf(call.body, type, "file_upload")
    if (file === undefined || file.filename === "") throw new ApiError(400, "http: no such file")
    return file
  }
  const create = async (call: Call): Promise<Reply> => {
    let sent: Upload
    try {
      sent = upload(call)
    } catch (error) {
      if (!modern && error instanceof ApiError && error.message === "http: no such file") return { status: 400 }
      throw error
    }
    const file = path.join(folder, renamed(sent.filename, kind))
    if (fs.existsSync(file)) throw confError("exists", `file ${file} already exists`)
    fs.mkdirSync(folder, { recursive: true })
    keep(file, sent.content)
    const created: Reply = {
      status: 201,
      body:
        kind === "maps"
          ? view(file, { size: true, description: "managed but not loaded map file (no runtime ID)" })
          : shown(file)
    }
    if (kind === "maps" || kind === "general") return created
    return kind === "ssl_certificates"
      ? settle(call, created, { ...created, status: 202 }, push(file, true))
      : settle(withoutSkip(call), created, { ...created, status: 202 })
  }
  const replace = async (call: Call): Promise<Reply> => {
    const content = kind === "general" ? upload(call).content : Buffer.from(bodyText(call))
    if (content.length === 0 && kind !== "general") throw host.dialect.noBody()
    const file = found(call)
    keep(file, content)
    if (kind === "maps" || kind === "general") return settle(call, { status: 204 }, { status: 202 })
    const done: Reply = { status: 200, body: shown(file) }
    return settle(call, done, { ...done, status: 202 }, kind === "ssl_certificates" ? push(file, false) : undefined)
  }
  const remove = async (call: Call): Promise<Reply> => {
    const file = found(call)
    const lines = host.transactions
      .config()
      .print()
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
    const at = lines.findIndex((line) => line.includes(file) && !line.startsWith("#"))
    if (at >= 0) {
      throw new ApiError(
        409,
        `rejecting attempt to delete file ${file} referenced in haproxy conf at line ${at - 1}: ${lines[at]}`
      )
    }
    fs.rmSync(file)
    if (kind === "maps" || kind === "general") return { status: 204 }
    return settle(call, { status: 204 }, { status: 202 })
  }

  const at = `/services/haproxy/storage/${kind}`
  const octets = ["application/octet-stream", "application/json"]
  const json = (handle: Endpoint["handle"], consumes?: ReadonlyArray<string>): Endpoint => ({
    handle,
    ...(consumes === undefined ? {} : { consumes: modern ? consumes.slice(0, 1) : consumes })
  })
  return [
    { path: at, verbs: { GET: json(list), POST: json(create, form) } },
    {
      path: `${at}/{name}`,
      verbs: {
        GET: kind === "ssl_certificates" ? json(get) : { handle: plainErrors(get), produces: octets },
        PUT: json(replace, kind === "general" ? form : text),
        DELETE: json(remove)
      }
    },
    ...(kind === "ssl_crt_lists" ? [{ path: `${at}/{name}/entries`, verbs: entryVerbs(host, found) }] : [])
  ]
}

const withoutSkip = (call: Call): Call => {
  const query = new URLSearchParams(call.query)
  query.delete("skip_reload")
  return { ...call, query }
}

/** The lines of a certificate list. */
const entryVerbs = (host: Host, found: (call: Call) => string): Route["verbs"] => {
  const lines = (file: string) =>
    fs
      .readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
  const parse = (line: string) => {
    const [file = "", ...filters] = line.trim().split(/\s+/)
    return filters.length === 0 ? { file } : { sni_filter: filters, file }
  }
  return {
    GET: { handle: (call) => ({ status: 200, body: lines(found(call)).map(parse) }) },
    POST: {
      handle: async (call) => {
        const body = JSON.parse(call.body.toString()) as {
          readonly file: string
          readonly sni_filter?: ReadonlyArray<string>
        }
        const file = found(call)
        fs.appendFileSync(file, `${[body.file, ...(body.sni_filter ?? [])].join(" ")}\n`)
        await host.reloads.force()
        return { status: 201, body }
      }
    },
    DELETE: {
      handle: async (call) => {
        const file = found(call)
        const certificate = call.query.get("certificate") ?? ""
        const all = lines(file)
        // The server removes the first line of the certificate and leaves an empty one at the end.
        const at = all.findIndex((line) => line.startsWith(certificate))
        if (call.query.has("line_number")) fs.writeFileSync(file, `${all.toSpliced(at, 1).join("\n")}\n\n`)
        await host.reloads.force()
        return { status: 204 }
      }
    }
  }
}

/** The routes of all files. */
export const storageEndpoints = (host: Host): ReadonlyArray<Route> =>
  (
    [
      "maps",
      "general",
      "ssl_certificates",
      ...(apiIn(host.api, { since: "3.2" }) ? (["ssl_crt_lists"] as const) : [])
    ] as const
  ).flatMap((kind) => routesOf(host, kind))
