import fs from "node:fs"
import path from "node:path"
import { randomUUID } from "node:crypto"
import { apiIn } from "../../dataplane/ApiVersion.ts"
import { formatDuration, parseDuration } from "../../grammar/Args.ts"
import { ApiError, confError } from "./ApiError.ts"
import { flag, type Host, integer } from "./Host.ts"
import { uploadOf } from "./multipart.ts"
import type { Call, Endpoint, Reply, Route } from "./Router.ts"
import { serverWords } from "./serverWords.ts"

interface Section {
  readonly keyword: string
  readonly name: string
  lines: Array<ReadonlyArray<string>>
}

interface Scope {
  readonly name: string
  readonly sections: Array<Section>
}

/** The order in which the server writes an agent's directives. */
const agentOrder = [
  "log",
  "maxconnrate",
  "maxerrrate",
  "max-frame-size",
  "max-waiting-frames",
  "messages",
  "option",
  "timeout",
  "use-backend",
  "groups",
  "register-var-names"
]
const rank = (words: ReadonlyArray<string>): number => {
  const at = agentOrder.indexOf(words[0] ?? "")
  return at < 0 ? agentOrder.length : at
}

/** A SPOE file as the server holds it. */
class SpoeFile {
  version = 1
  readonly scopes: Array<Scope> = []

  constructor(text: string) {
    for (const line of text.split("\n")) {
      const { comment, words } = serverWords(line)
      const version = /^_version=(\d+)/.exec(comment)?.[1]
      if (version !== undefined) this.version = Number(version)
      const [first = ""] = words
      if (first === "") continue
      if (first.startsWith("[")) this.scopes.push({ name: first, sections: [] })
      else if (/^spoe-(agent|group|message)$/.test(first)) {
        this.scopes.at(-1)?.sections.push({ keyword: first, name: words[1] ?? "", lines: [] })
      } else this.scopes.at(-1)?.sections.at(-1)?.lines.push(words)
    }
  }

  print(): string {
    const out = [`# _version=${this.version}\n`]
    for (const { name, sections } of this.scopes) {
      out.push(`${name}\n`)
      const ordered = ["spoe-agent", "spoe-group", "spoe-message"].flatMap((keyword) =>
        sections.filter((one) => one.keyword === keyword)
      )
      out.push(
        ordered
          .map(({ keyword, lines, name: section }) => {
            const sorted = keyword === "spoe-agent" ? lines.toSorted((a, b) => rank(a) - rank(b)) : lines
            return `${keyword} ${section}\n${sorted.map((words) => `  ${words.join(" ")}\n`).join("")}`
          })
          .join("\n")
      )
    }
    return out.join("")
  }
}

const ms = (value: string | undefined): number | undefined => (value === undefined ? undefined : parseDuration(value))

/** What the API shows of a section. */
const viewOf = ({ keyword, lines, name }: Section): Record<string, unknown> => {
  const find = (first: string, second?: string) =>
    lines.find((words) => words[0] === first && (second === undefined || words[1] === second))
  const rest = (first: string) => find(first)?.slice(1).join(" ")
  const view: Record<string, unknown> = { name }
  if (keyword === "spoe-message") {
    const event = find("event")
    const condition = event?.findIndex((word) => word === "if" || word === "unless") ?? -1
    view["args"] = rest("args")
    if (event !== undefined) {
      view["event"] = {
        ...(condition < 0 ? {} : { cond: event[condition], cond_test: event.slice(condition + 1).join(" ") }),
        name: event[1]
      }
    }
  } else {
    view["messages"] = rest("messages")
    if (keyword === "spoe-agent") {
      for (const option of [
        "async",
        "continue-on-error",
        "dontlog-normal",
        "force-set-var",
        "pipelining",
        "send-frag-payload"
      ]) {
        view[option] = "enabled"
      }
      for (const timeout of ["hello", "idle", "processing"])
        view[`${timeout}_timeout`] = ms(find("timeout", timeout)?.[2])
      view["option_var-prefix"] = find("option", "var-prefix")?.[2]
      view["use-backend"] = rest("use-backend")
      view["groups"] = rest("groups")
      if (find("log", "global") !== undefined) view["log"] = [{ global: true }]
    }
  }
  return Object.fromEntries(Object.entries(view).filter(([, value]) => value !== undefined))
}

/** The lines that JSON stands for. */
const linesOf = (keyword: string, body: Readonly<Record<string, unknown>>): Array<ReadonlyArray<string>> => {
  const lines: Array<ReadonlyArray<string>> = []
  const add = (first: string, value: unknown) =>
    value === undefined ? 0 : lines.push([first, ...String(value).split(" ")])
  if (keyword === "spoe-message") {
    add("args", body["args"])
    const event = body["event"] as Readonly<Record<string, string>> | undefined
    if (event !== undefined) {
      lines.push([
        "event",
        event["name"] ?? "",
        ...(event["cond"] === undefined ? [] : [event["cond"], event["cond_test"] ?? ""])
      ])
    }
    return lines
  }
  add("messages", body["messages"])
  if (keyword === "spoe-agent") {
    for (const timeout of ["hello", "idle", "processing"]) {
      const value = body[`${timeout}_timeout`]
      if (typeof value === "number") lines.push(["timeout", timeout, formatDuration(value)])
    }
    add("use-backend", body["use-backend"])
  }
  return lines
}

/** SPOE files, which have versions and transactions of their own. */
export const spoeEndpoints = (host: Host): ReadonlyArray<Route> => {
  const at = "/services/haproxy/spoe"
  const folder = host.folders.spoe
  const transactions = new Map<string, { readonly file: string; readonly held: SpoeFile }>()
  const pathOf = (name: string) => path.join(folder, path.basename(name))
  const load = (name: string): SpoeFile => {
    if (!fs.existsSync(pathOf(name))) throw new ApiError(500, `no SPOE files in dir: ${folder}`)
    return new SpoeFile(fs.readFileSync(pathOf(name), "utf8"))
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
  const scopeOf = (call: Call): Scope => {
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
    transactions.set(id, { file: name, held: current })
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
    open.held.version++
    fs.writeFileSync(pathOf(open.file), open.held.print())
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
    const find = (call: Call): Section => {
      const { item = "" } = call.params
      const found = scopeOf(call).sections.find((one) => one.keyword === keyword && one.name === item)
      if (found === undefined) throw confError("missing", `${keyword} ${item} does not exist`)
      return found
    }
    const change = (
      call: Call,
      edit: (scope: Scope, body: Record<string, unknown>) => void,
      body: Record<string, unknown>
    ): void => {
      const id = call.query.get("transaction_id") ?? ""
      const file = call.params["file"] ?? ""
      const target = held(call)
      const scope = target.scopes.find((one) => one.name === call.params["scope"])
      if (scope === undefined) throw confError("missing", `scope ${call.params["scope"] ?? ""} does not exist`)
      edit(scope, body)
      if (id !== "") return
      target.version++
      fs.writeFileSync(pathOf(file), target.print())
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
              .map(viewOf)
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
          GET: endpoint((call) => ({ status: 200, body: viewOf(find(call)) })),
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
          fs.rmSync(pathOf(call.params["file"] ?? ""), { force: true })
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
