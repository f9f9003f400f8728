import fs from "node:fs"
import path from "node:path"
import { randomUUID } from "node:crypto"
import { apiIn } from "../../api/ApiVersion.ts"
import { ApiError, confError } from "./ApiError.ts"
import { flag, type Host, integer } from "./Host.ts"
import { uploadOf } from "./multipart.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { linesOf, pollute, SpoeFile, type SpoeScope, type SpoeSection, viewOf } from "./SpoeFile.ts"

/** SPOE files, which have versions and transactions of their own. */
export const spoeEndpoints = (host: Host): ReadonlyArray<Route> => {
  const at = "/services/haproxy/spoe"
  const folder = host.folders.spoe
  const transactions = new Map<string, { readonly file: string; readonly held: SpoeFile }>()
  const pathOf = (name: string) => path.join(folder, path.basename(name))
  /** What the server holds in memory of each file. */
  const memory = new Map<string, SpoeFile>()
  const load = (name: string): SpoeFile => {
    if (!fs.existsSync(pathOf(name))) throw new ApiError(500, `no SPOE files in dir: ${folder}`)
    const known = memory.get(name) ?? new SpoeFile(fs.readFileSync(pathOf(name), "utf8"))
    memory.set(name, known)
    return known
  }
  const save = (name: string, held: SpoeFile): void => {
    held.version++
    fs.writeFileSync(pathOf(name), held.print())
    memory.set(name, held)
  }
  const files = (): ReadonlyArray<string> => {
    const names = fs.existsSync(folder) ? fs.readdirSync(folder).toSorted() : []
    if (names.length === 0) throw new ApiError(500, `no SPOE files in dir: ${folder}`)
    return names.map((name) => path.join(folder, name))
  }
  const held = (call: Call): SpoeFile => {
    const id = call.query.get("transaction_id") ?? ""
    if (id === "") return load(call.params["file"] ?? "")
    const open = transactions.get(id)
    if (open === undefined) throw confError("transaction", id)
    return open.held
  }
  const scopeOf = (call: Call): SpoeScope => {
    const name = call.params["scope"] ?? ""
    const found = held(call).scopes.find((scope) => scope.name === name)
    if (found === undefined) throw confError("missing", `scope ${name} does not exist`)
    return found
  }
  const upload = (call: Call): Reply => {
    const sent = uploadOf(call.body, call.headers["content-type"] ?? "", "file_upload")
    if (sent === undefined || sent.filename === "") throw new ApiError(400, "http: no such file")
    const file = pathOf(sent.filename)
    if (fs.existsSync(file))
      throw new ApiError(500, `file ${file} already exists. You should delete an existing file first`)
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(file, new SpoeFile(sent.content.toString()).print())
    return { status: 201, body: file }
  }
  const begin = (call: Call): Reply => {
    const name = call.params["file"] ?? ""
    const version = integer(host, call, "version")
    if (version === undefined) throw host.dialect.missingQuery("version")
    const current = load(name)
    if (version !== current.version) {
      throw confError("version", `version in configuration file is ${current.version}, given version is ${version}`)
    }
    const id = randomUUID()
    transactions.set(id, { file: name, held: new SpoeFile(current.print()) })
    return { status: 201, body: { _version: version, id, status: "in_progress" } }
  }
  const commit = async (call: Call): Promise<Reply> => {
    const { id = "" } = call.params
    const open = transactions.get(id)
    if (open === undefined) throw new ApiError(404, `transaction does not exist: transaction ${id} does not exist`)
    const began = open.held.version
    if (load(open.file).version !== began)
      throw confError(
        "version",
        `version mismatch, transaction version: ${began}, configured version: ${load(open.file).version}`
      )
    save(open.file, open.held)
    transactions.delete(id)
    const body = { _version: began, id, status: "success" }
    if (flag(host, call, "force_reload")) {
      await host.reloads.force()
      return { status: 200, body }
    }
    return { status: 202, headers: { "Reload-Id": host.reloads.schedule() }, body }
  }
  const endpoint = (handle: Endpoint["handle"], consumes?: ReadonlyArray<string>): Endpoint =>
    consumes === undefined ? { handle } : { handle, consumes }
  const sections = (segment: string, keyword: string): ReadonlyArray<Route> => {
    const find = (call: Call): SpoeSection => {
      const { item = "" } = call.params
      const found = scopeOf(call).sections.find((one) => one.keyword === keyword && one.name === item)
      if (found === undefined) throw confError("missing", `${keyword} ${item} does not exist`)
      return found
    }
    const change = (
      call: Call,
      edit: (scope: SpoeScope, body: Record<string, unknown>) => void,
      body: Record<string, unknown>
    ): void => {
      const id = call.query.get("transaction_id") ?? ""
      const file = call.params["file"] ?? ""
      const target = held(call)
      const scope = target.scopes.find((one) => one.name === call.params["scope"])
      if (scope === undefined) throw confError("missing", `scope ${call.params["scope"] ?? ""} does not exist`)
      edit(scope, body)
      if (id !== "") return
      save(file, target)
    }
    const shown = (section: SpoeSection) => {
      const view = viewOf(section)
      if (keyword === "spoe-agent") pollute(section)
      return view
    }
    const path_ = `${at}/spoe_files/{file}/scopes/{scope}/${segment}`
    return [
      {
        path: path_,
        verbs: {
          GET: endpoint((call) => ({
            status: 200,
            body: scopeOf(call)
              .sections.filter((one) => one.keyword === keyword)
              .map(shown)
          })),
          POST: endpoint((call) => {
            const body = JSON.parse(call.body.toString()) as Record<string, unknown>
            change(
              call,
              (scope) => scope.sections.push({ keyword, name: String(body["name"]), lines: linesOf(keyword, body) }),
              body
            )
            return apiIn(host.api, { since: "3.4" }) ? { status: 201, body } : { status: 201 }
          })
        }
      },
      {
        path: `${path_}/{item}`,
        verbs: {
          GET: endpoint((call) => ({ status: 200, body: shown(find(call)) })),
          PUT: endpoint((call) => {
            const body = JSON.parse(call.body.toString()) as Record<string, unknown>
            find(call).lines = linesOf(keyword, body)
            return { status: 200, body }
          }),
          DELETE: endpoint((call) => {
            const gone = find(call)
            change(
              call,
              (scope) =>
                scope.sections.splice(
                  scope.sections.findIndex((one) => one.name === gone.name && one.keyword === keyword),
                  1
                ),
              {}
            )
            return { status: 204 }
          })
        }
      }
    ]
  }
  return [
    {
      path: `${at}/spoe_files`,
      verbs: {
        GET: endpoint(() => ({ status: 200, body: files() })),
        POST: endpoint(upload, ["multipart/form-data", "application/json"])
      }
    },
    {
      path: `${at}/spoe_files/{file}`,
      verbs: {
        GET: endpoint((call) => ({ status: 200, body: { data: load(call.params["file"] ?? "").print() } })),
        DELETE: endpoint((call) => {
          const { file = "" } = call.params
          memory.delete(file)
          fs.rmSync(pathOf(file), { force: true })
          return { status: 204 }
        })
      }
    },
    {
      path: `${at}/{file}/version`,
      verbs: { GET: endpoint((call) => ({ status: 200, body: load(call.params["file"] ?? "").version })) }
    },
    {
      path: `${at}/spoe_files/{file}/scopes`,
      verbs: { GET: endpoint((call) => ({ status: 200, body: held(call).scopes.map(({ name }) => name) })) }
    },
    {
      path: `${at}/spoe_files/{file}/scopes/{scope}`,
      verbs: { GET: endpoint((call) => ({ status: 200, body: scopeOf(call).name })) }
    },
    ...sections("agents", "spoe-agent"),
    ...sections("groups", "spoe-group"),
    ...sections("messages", "spoe-message"),
    {
      path: `${at}/spoe_files/{file}/transactions`,
      verbs: {
        GET: endpoint(() => ({
          status: 200,
          body: [...transactions].map(([id, open]) => ({ _version: open.held.version, id, status: "in_progress" }))
        })),
        POST: endpoint(begin)
      }
    },
    {
      path: `${at}/spoe_files/{file}/transactions/{id}`,
      verbs: {
        GET: endpoint(({ params: { id = "" } }) => {
          const open = transactions.get(id)
          if (open === undefined)
            throw new ApiError(404, `transaction does not exist: transaction ${id} does not exist`)
          return { status: 200, body: { _version: open.held.version, id, status: "in_progress" } }
        }),
        PUT: endpoint(commit),
        DELETE: endpoint(({ params: { id = "" } }) => {
          if (!transactions.delete(id))
            throw new ApiError(404, `transaction does not exist: transaction file ${id} does not exist`)
          return { status: 204 }
        })
      }
    }
  ]
}
