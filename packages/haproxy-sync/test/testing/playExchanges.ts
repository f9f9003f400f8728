import { type Emulator, startEmulator } from "@lockstep/haproxy-sync/testing"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { request as httpRequest } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { corpus, corpusText, type ExchangeRecord, type RecordedVersion } from "../support/corpus.ts"

/** Where the recorded servers had their files. */
const lab = "/tmp/lab"

/** An answer of ours that is not the recorded one. */
export interface Deviation {
  readonly version: RecordedVersion
  readonly what: "status" | "answer" | "text" | "files"
  readonly record: ExchangeRecord
  readonly ours: string
}

/** The files that lay there when a scenario began. */
const filesOf = (initial: string): Readonly<Record<string, string>> =>
  initial === "storage"
    ? {
        "maps/used.map": "/a one\n/b two\n",
        "general/blocked.acl": "/blocked\n",
        "ssl/used.pem": corpusText("pairs-aux/ssl-certs/example.com.pem")
      }
    : { "general/404.http": "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n" }

/** JSON as the recorder sent it: error texts quote it. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`)
    .join(", ")}}`
}

const boundary = "x-boundary-x"

/** The bytes of a recorded body; files of the corpus are named in it. */
const payloadOf = (body: unknown): string | Buffer | undefined => {
  if (body === undefined) return undefined
  if (typeof body === "string") return body.startsWith("corpus:") ? readFileSync(join(corpus, body.slice(7))) : body
  const form = (body as { readonly multipart?: Readonly<Record<string, Upload>> }).multipart
  if (form === undefined) return spaced(body)
  const parts = Object.entries(form).map(([field, { content, filename }]) => {
    const text = content.startsWith("corpus:") ? corpusText(content.slice(7)) : content
    const head = `Content-Disposition: form-data; name="${field}"; filename="${filename}"`
    return `--${boundary}\r\n${head}\r\nContent-Type: application/octet-stream\r\n\r\n${text}\r\n`
  })
  return `${parts.join("")}--${boundary}--\r\n`
}

interface Upload {
  readonly filename: string
  readonly content: string
}

interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
}

const send = (url: URL, { auth = "admin:pw", body, headers, method, path }: ExchangeRecord["request"]) =>
  new Promise<Answer>((resolve, reject) => {
    const payload = payloadOf(body)
    const isForm = typeof body === "object" && body !== null && "multipart" in body
    const outgoing = httpRequest(
      {
        host: url.hostname,
        port: url.port,
        // Connections that are kept don't outlive a restart.
        agent: false,
        method,
        path: path.replaceAll(/[^\x21-\x7e]/g, encodeURIComponent),
        headers: {
          ...(auth === null || auth === "" || (headers !== undefined && "Authorization" in headers)
            ? {}
            : { Authorization: `Basic ${Buffer.from(auth).toString("base64")}` }),
          ...(payload === undefined ? {} : { "Content-Length": Buffer.byteLength(payload) }),
          ...headers,
          ...(isForm ? { "Content-Type": `multipart/form-data; boundary=${boundary}` } : {})
        }
      },
      (incoming) => {
        const chunks: Array<Buffer> = []
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString()
          })
        )
      }
    )
    outgoing.on("error", reject)
    outgoing.end(payload)
  })

const standIn = /<(?:uuid|reload-id)\d+>|<[a-z-]+>|<\d+ bytes, starts: .*>/s

/** Compares recorded text with ours: numbered stand-ins stand for one thing throughout, the others for anything. */
const sameText = (theirs: string, ours: string, bound: Map<string, string>): boolean => {
  const plain = (text: string) => text.replaceAll(/_md5hash=[0-9a-f]{32}/g, "_md5hash=")
  const parts = plain(theirs).split(new RegExp(`(${standIn.source})`, "s"))
  const names: Array<string> = []
  const pattern = parts.map((part, index) => {
    const literal = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    if (index % 2 === 0) return literal(part)
    const known = bound.get(part)
    if (known !== undefined) return literal(known)
    if (!/\d>$/.test(part)) return String.raw`[\s\S]*?`
    names.push(part)
    return "([0-9A-Za-z-]+)"
  })
  const match = new RegExp(`^${pattern.join("")}$`).exec(plain(ours))
  names.forEach((name, index) => match !== null && bound.set(name, match[index + 1] ?? ""))
  return match !== null
}

/** Lists of sections come in no order. */
const byName = (value: unknown): unknown =>
  Array.isArray(value) && value.length > 1 && value.every((one) => typeof (one as Named).name === "string")
    ? (value as ReadonlyArray<Named>).toSorted((a, b) => (a.name < b.name ? -1 : 1))
    : value

interface Named {
  readonly name: string
}

/** Transactions come in the order of their ids, which are made up anew: both are put into that of the recorded names. */
const byTransaction = (value: unknown, bound: ReadonlyMap<string, string>): unknown => {
  const names = new Map([...bound].map(([name, id]) => [id, name]))
  const nameOf = (one: unknown) => {
    const { id } = one as { readonly id?: string }
    return names.get(id ?? "") ?? id ?? ""
  }
  return Array.isArray(value) && value.every((one) => typeof one === "object" && one !== null && "status" in one)
    ? value.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
    : value
}

const same = (theirs: unknown, ours: unknown, bound: Map<string, string>): boolean => {
  if (typeof theirs === "string") {
    return sameText(theirs, typeof ours === "string" ? ours : JSON.stringify(ours), bound)
  }
  if (typeof theirs !== "object" || theirs === null || typeof ours !== "object" || ours === null) return theirs === ours
  const keys = Object.keys(theirs)
  return (
    Array.isArray(theirs) === Array.isArray(ours) &&
    keys.length === Object.keys(ours).length &&
    keys.every((key) => same(Reflect.get(theirs, key), Reflect.get(ours, key), bound))
  )
}

const parsed = (text: string, type: unknown): unknown => {
  if (!String(type).includes("json") || text === "") return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

const withoutHeader = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/^# (_md5hash=|_version=|Dataplaneapi managed|changing file directly)/.test(line))
    .join("\n")
    .trimStart()

/** Keeps reloads waiting until somebody asks for them: what was recorded before a reload is there until then. */
class Gate {
  #open: (() => void) | undefined
  #opened = Promise.resolve()

  close(): void {
    if (this.#open === undefined) this.#opened = new Promise((resolve) => (this.#open = resolve))
  }

  open(): void {
    this.#open?.()
    this.#open = undefined
  }

  passed(): Promise<void> {
    return this.#opened
  }
}

/** What happens to the server itself, by what the recorder noted of the step that follows. */
const events: ReadonlyArray<{
  readonly note: RegExp
  readonly happen: (emulator: Emulator, scenario: ReadonlyArray<ExchangeRecord>, gate: Gate) => Promise<void> | void
}> = [
  { note: /restarted/, happen: (emulator) => emulator.restart() },
  {
    note: /^reload_cmd exits 1$/,
    happen: ({ directory, faults }, _, gate) => {
      const error = `executing ${join(directory, "reload.sh")} failed: exit status 1`
      faults.addToReloads(() => gate.passed().then(() => ({ error, response: "broken\n" })))
    }
  },
  { note: /^reload_cmd works again$/, happen: ({ faults }) => faults.clear() },
  {
    note: /^another program listens on this port$/,
    happen: ({ faults }, scenario, gate) => {
      const response = scenario.map(failedWith).find((text) => text !== undefined) ?? ""
      const port = /cannot bind socket .* for \[\S+:(\d+)\]/.exec(response)?.[1]
      faults.addToReloads(async (text) => {
        await gate.passed()
        const line = text.split("\n").findIndex((one) => one.includes(`:${port}`)) + 1
        return line === 0 ? undefined : { response: response.replace(/(?<=haproxy\.cfg:)\d+/, String(line)) }
      })
    }
  }
]

/** What HAProxy said in a recorded answer, if it tells of a reload that failed. */
const failedWith = ({ response: { body } }: ExchangeRecord): string | undefined => {
  const { response, status } = (body ?? {}) as { readonly response?: string; readonly status?: string }
  return status === "failed" ? response : undefined
}

/** Plays one scenario against a server of its own, and answers where it differs from the recorded one. */
export const playScenario = async (
  version: RecordedVersion,
  scenario: ReadonlyArray<ExchangeRecord>
): Promise<ReadonlyArray<Deviation>> => {
  const [{ initial } = { initial: "basic" }] = scenario
  const directory = mkdtempSync(join(tmpdir(), "lockstep-exchanges-"))
  for (const [name, content] of Object.entries(filesOf(initial))) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
  const moved = (text: string, from: string, to: string) =>
    text.replaceAll(from, to).replaceAll(encodeURIComponent(from), encodeURIComponent(to))
  const here = (text: string) => moved(text, lab, directory)
  const there = (text: string) => moved(text, directory, lab)
  const emulator = await startEmulator({
    api: version,
    config: here(corpusText(`dataplane/initial/${initial}.cfg`)),
    directory,
    reloadDelay: 50
  })
  const url = new URL(emulator.url)
  const raw = { method: "GET", path: "/v3/services/haproxy/configuration/raw" }
  const bound = new Map<string, string>()
  const deviations: Array<Deviation> = []
  const gate = new Gate()
  try {
    for (const record of scenario) {
      const told = JSON.stringify(record.request)
      // Shortened in the recording, or about an id that never was.
      if (typeof record.request.body === "string" && /^<.*>$/s.test(record.request.body)) continue
      const filled = told.replaceAll(/<(?:uuid|reload-id)\d+>/g, (name) => bound.get(name) ?? nameless(name, bound))
      if (/<reload-id\d+>/.test(filled)) continue
      for (const { happen, note } of events) {
        if (note.test(record.note ?? "")) await happen(emulator, scenario, gate)
      }
      if (/\/reloads|force_reload/.test(record.request.path)) gate.open()
      else gate.close()
      if (record.request.path.includes("/reloads")) await settled(url)
      const request = JSON.parse(here(filled)) as ExchangeRecord["request"]
      const answer = await send(url, request)
      const deviate = (what: Deviation["what"], ours: string) =>
        deviations.push({ version, what, record, ours: there(ours) })
      const { response } = record
      const theirs = response.body === "null\n" ? null : response.body
      const ours = parsed(there(answer.text), answer.headers["content-type"])
      const ordered = (value: unknown) =>
        record.request.path.endsWith("/transactions") ? byTransaction(value, bound) : byName(value)
      const equal = same(ordered(theirs), ordered(ours), bound)
      const reload = response.headers["reload-id"]
      const reloaded = answer.headers["reload-id"]
      if (reload !== undefined && typeof reloaded === "string") bound.set(reload, reloaded)
      if (answer.status !== response.status) {
        if (record.varies?.startsWith("status") !== true) deviate("status", `${answer.status} ${answer.text}`)
      } else if (record.varies === undefined) {
        const type = (headers: Answer["headers"]) => String(headers["content-type"] ?? "").split(";")[0]
        const pending = record.request.path.includes("/reloads") && JSON.stringify(theirs).includes("in_progress")
        const headers =
          String(answer.headers["configuration-version"]) === response.headers["configuration-version"] &&
          (reload === undefined) === (reloaded === undefined) &&
          type(answer.headers) === type(response.headers)
        if (!pending && !(equal && headers)) deviate("answer", JSON.stringify([answer.headers, ours]))
      }
      if (record.config_after !== undefined) {
        const { text } = await send(url, raw)
        if (!sameText(withoutHeader(record.config_after), withoutHeader(there(text)), bound)) deviate("text", text)
      }
      for (const [name, content] of Object.entries(record.tx_files_after ?? {})) {
        // Of those that begin side by side the recorder saw the files before it saw the answers.
        const own = name.replace(standIn, (one) => bound.get(one) ?? one)
        if (standIn.test(own)) continue
        const file = join(directory, "tx", own)
        const held = existsSync(file) ? there(readFileSync(file, "utf8")) : null
        const equal = content === null || held === null ? content === held : sameText(content, held, bound)
        if (!equal) deviate("files", `${name}: ${held}`)
      }
    }
  } finally {
    gate.open()
    await emulator.stop()
    rmSync(directory, { recursive: true, force: true })
  }
  return deviations
}

/** Ids of transactions that never were are made up; those of reloads can't be. */
const nameless = (name: string, bound: Map<string, string>): string => {
  if (!name.startsWith("<uuid")) return name
  bound.set(name, crypto.randomUUID())
  return bound.get(name) ?? name
}

/** Waits until no reload is under way. */
const settled = async (url: URL): Promise<void> => {
  for (let left = 100; left > 0; left--) {
    const { text } = await send(url, { method: "GET", path: "/v3/services/haproxy/reloads" })
    if (!text.includes("in_progress")) return
    await sleep(10)
  }
}
