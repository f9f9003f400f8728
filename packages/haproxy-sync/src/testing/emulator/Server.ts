import fs from "node:fs"
import http from "node:http"
import https from "node:https"
import type { AddressInfo } from "node:net"
import { apiRoot, type ApiVersion } from "../../api/ApiVersion.ts"
import { fromVersionTwo, wrapped } from "../../api/versionTwo.ts"
import { ApiError, BareError } from "./ApiError.ts"
import { type Control, controlRoot } from "./control.ts"
import { type Dialect, dialectOf } from "./Dialect.ts"
import { checkPathNames } from "./pathNames.ts"
import type { Endpoint, Reply, Router } from "./Router.ts"

/** What may go wrong on the way of a request, decided before it is handled. */
export type Interfere = (request: {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
}) => Interference | undefined

export interface Interference {
  /** Answer this instead of handling the request. */
  readonly reply?: Reply
  /** Milliseconds to wait before the answer is sent. */
  readonly delay?: number
  /** Close the connection: before the request is handled, or after it and instead of the answer. */
  readonly drop?: "before" | "after"
  /** End the server: before the request is handled, or after it and instead of the answer. */
  readonly crash?: "before" | "after"
  /** The same, and start it anew at once, as a supervisor does. */
  readonly restart?: "before" | "after"
  /** What happens elsewhere before the request is handled. */
  readonly meanwhile?: () => Promise<void>
}

export interface ServerOptions {
  readonly api: ApiVersion
  readonly user: string
  readonly password: string
  readonly router: Router
  readonly shownVersion: (transaction: string) => number
  readonly interfere: Interfere
  /** Milliseconds after which an idle connection is closed. */
  readonly keepAlive?: number
  /** Ends the whole server as a crash does. */
  readonly crash: () => Promise<void>
  readonly restart: () => Promise<void>
  /** Who is told over HTTP what is to go wrong; nobody if left out. */
  readonly control?: Control
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string }
}

/** The idle time after which the server closes a connection. */
const keepAlive = 10_000

/** How many bytes the headers of a request may have. */
const headerLimit = 1 << 20

/**
 * The HTTP side of the server: who may ask, what is asked for, in which form, and the headers of every answer.
 *
 * @since 0.1.0
 */
export class Server {
  readonly #options: ServerOptions
  readonly #dialect: Dialect
  readonly #http: http.Server | https.Server

  constructor(options: ServerOptions) {
    this.#options = options
    this.#dialect = dialectOf(options.api)
    const serve = (request: http.IncomingMessage, response: http.ServerResponse) => void this.#serve(request, response)
    const { tls } = options
    const settings = { maxHeaderSize: headerLimit }
    this.#http =
      tls === undefined
        ? http.createServer(settings, serve)
        : https.createServer(
            {
              ...settings,
              cert: tls.cert,
              key: tls.key,
              ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa, requestCert: true })
            },
            serve
          )
    this.#http.keepAliveTimeout = options.keepAlive ?? keepAlive
  }

  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#http.once("error", reject)
      this.#http.listen(port, host, () => {
        this.#http.off("error", reject)
        resolve(this.#http.address() as AddressInfo)
      })
    })
  }

  /** Listens at a unix socket; what a crash has left there is taken away. */
  listenAt(socket: string): Promise<string> {
    fs.rmSync(socket, { force: true })
    return new Promise((resolve, reject) => {
      this.#http.once("error", reject)
      this.#http.listen(socket, () => {
        this.#http.off("error", reject)
        resolve(socket)
      })
    })
  }

  /** How many connections are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#http.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
    })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#http.close(() => resolve())
      this.#http.closeAllConnections()
    })
  }

  async #serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Array<Buffer> = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const [rawPath = "/", rawQuery = ""] = (request.url ?? "/").split("?", 2)
    const method = request.method ?? "GET"
    const query = new URLSearchParams(rawQuery)
    const { control } = this.#options
    if (control !== undefined && rawPath.startsWith(controlRoot)) {
      const { after, ...reply } = await this.#controlled(control, method, rawPath, request, Buffer.concat(chunks))
      if (after !== undefined) response.once("finish", () => void after())
      return this.#send(response, reply, { method, query, accept: request.headers.accept })
    }
    const interference = this.#options.interfere({ method, path: rawPath, query })
    await interference?.meanwhile?.()
    if (await this.#broken(interference, "before")) {
      request.socket.destroy()
      return
    }
    const reply =
      interference?.reply ?? (await this.#answer({ method, rawPath, query, request, body: Buffer.concat(chunks) }))
    if (interference?.delay !== undefined) await new Promise((resolve) => setTimeout(resolve, interference.delay))
    if (await this.#broken(interference, "after")) {
      request.socket.destroy()
      return
    }
    this.#send(response, reply, { method, query, accept: request.headers.accept })
  }

  async #controlled(
    control: Control,
    method: string,
    path: string,
    { headers }: http.IncomingMessage,
    body: Buffer
  ): ReturnType<Control["answer"]> {
    try {
      this.#authorize(headers.authorization)
      return await control.answer(method, path, body.toString())
    } catch (error) {
      return this.#unanswered(error, path)
    }
  }

  /** Whether the connection breaks at this moment, with or without the server. */
  async #broken(interference: Interference | undefined, when: "before" | "after"): Promise<boolean> {
    if (interference?.crash === when) await this.#options.crash()
    if (interference?.restart === when) await this.#options.restart()
    return interference?.drop === when || interference?.crash === when || interference?.restart === when
  }

  async #answer(asked: {
    readonly method: string
    readonly rawPath: string
    readonly query: URLSearchParams
    readonly request: http.IncomingMessage
    readonly body: Buffer
  }): Promise<Reply> {
    const { rawPath } = asked
    const path = this.#dialect.pathFirst ? rawPath.replace(/\/{2,}/g, "/") : rawPath
    const root = apiRoot(this.#options.api)
    if (root === "/v2" && path.startsWith(`${root}/`)) return this.#answerTwo(asked, path.slice(root.length))
    return this.#route({
      ...asked,
      inside: path === root || path.startsWith(`${root}/`) ? path.slice(root.length) : undefined,
      path
    })
  }

  /** Answers a request of the second version as the third would, in the second's form. */
  async #answerTwo(
    asked: {
      readonly method: string
      readonly query: URLSearchParams
      readonly request: http.IncomingMessage
      readonly body: Buffer
    },
    path: string
  ): Promise<Reply> {
    const { body, method, query, request } = asked
    const isJson = /json/.test(request.headers["content-type"] ?? "") && body.length > 0
    let json: unknown
    try {
      json = isJson ? JSON.parse(body.toString()) : undefined
    } catch {
      json = undefined
    }
    const three = fromVersionTwo({
      method,
      path,
      query: Object.fromEntries(query),
      ...(json === undefined ? {} : { body: json })
    })
    const reply = await this.#route({
      method,
      request,
      path,
      inside: three?.path,
      query: new URLSearchParams(three?.query ?? {}),
      body: three?.body === undefined ? body : Buffer.from(JSON.stringify(three.body))
    })
    if (method !== "GET" || reply.status !== 200) return reply
    const content = reply.body ?? (path.endsWith("/raw") ? String(reply.text) : undefined)
    if (content === undefined) return reply
    const { text: _, ...rest } = reply
    return { ...rest, body: wrapped(path, this.#options.shownVersion(query.get("transaction_id") ?? ""), content) }
  }

  async #route(asked: {
    readonly method: string
    readonly path: string
    readonly inside: string | undefined
    readonly query: URLSearchParams
    readonly request: http.IncomingMessage
    readonly body: Buffer
  }): Promise<Reply> {
    const { body, inside, method, path, query, request } = asked
    try {
      if (!this.#dialect.pathFirst) this.#authorize(request.headers.authorization)
      const doubled = !this.#dialect.pathFirst && path.includes("//")
      const found = inside === undefined || doubled ? undefined : this.#options.router.find(inside)
      if (found === undefined) throw this.#dialect.unknownPath(path)
      const endpoint = found.verbs[method]
      if (endpoint === undefined) {
        const allowed = Object.keys(found.verbs)
        const { body: error, status } = this.#dialect.method(method, path, allowed)
        return { status, headers: { Allow: this.#dialect.allow(allowed) }, body: error }
      }
      if (this.#dialect.pathFirst) this.#authorize(request.headers.authorization)
      this.#negotiate(endpoint, method, request.headers, body)
      checkPathNames(path, this.#dialect)
      const headers = request.headers as Readonly<Record<string, string | undefined>>
      return await endpoint.handle({ method, path, params: found.params, query, headers, body })
    } catch (error) {
      return this.#unanswered(error, path)
    }
  }

  #unanswered(error: unknown, path: string): Reply {
    if (error instanceof ApiError) return this.#failed(error, path)
    if (error instanceof BareError) {
      const { message, status } = error
      return this.#dialect.pathFirst ? { status } : { status, body: { code: status, message } }
    }
    return { status: 500, body: { code: 500, message: error instanceof Error ? error.message : String(error) } }
  }

  #failed(error: ApiError, path: string): Reply {
    const headers = error.status === 401 ? { "WWW-Authenticate": 'Basic realm="API"' } : {}
    const plain = error.plain && this.#dialect.pathFirst
    return plain
      ? { status: error.status, headers, text: JSON.stringify(error.body), type: plainTypeOf(path) }
      : { status: error.status, headers, body: error.body }
  }

  #authorize(header: string | undefined): void {
    const encoded = /^Basic ([A-Za-z0-9+/=_-]+)$/.exec(header ?? "")?.[1]
    const decoded = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString()
    if (!decoded.includes(":")) throw this.#dialect.unauthenticated()
    if (decoded !== `${this.#options.user}:${this.#options.password}`) {
      throw new ApiError(401, this.#dialect.unauthorized(decoded, this.#options.user))
    }
  }

  #negotiate(endpoint: Endpoint, method: string, headers: http.IncomingHttpHeaders, body: Buffer): void {
    const takes = endpoint.consumes ?? ["application/json"]
    const gives = endpoint.produces ?? ["application/json"]
    const sent = (headers["content-type"] ?? "").split(";")[0]?.trim() ?? ""
    const carries =
      (method === "POST" || method === "PUT") && (body.length > 0 || headers["transfer-encoding"] !== undefined)
    if (carries && !takes.includes(sent)) {
      throw this.#dialect.contentType(
        sent === "" ? "application/octet-stream" : sent,
        takes,
        headers["content-type"] ?? ""
      )
    }
    const wanted = (headers.accept ?? "*/*").split(",").map((one) => one.split(";")[0]?.trim() ?? "")
    if (
      !wanted.some((one) => one === "*/*" || gives.some((given) => one === given || one === `${given.split("/")[0]}/*`))
    ) {
      throw this.#dialect.accept(gives)
    }
  }

  #send(
    response: http.ServerResponse,
    reply: Reply,
    {
      accept,
      method,
      query
    }: { readonly accept: string | undefined; readonly method: string; readonly query: URLSearchParams }
  ): void {
    response.setHeader("Configuration-Version", String(this.#options.shownVersion(query.get("transaction_id") ?? "")))
    for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value)
    response.statusCode = reply.status
    if (reply.status === 204 || (reply.body === undefined && reply.text === undefined)) {
      const typed = this.#dialect.pathFirst && (reply.status >= 400 || reply.status === 201)
      if (typed) response.setHeader("Content-Type", "application/json")
      response.end()
      return
    }
    const type = reply.text === undefined ? "application/json" : (reply.type ?? "text/plain")
    const asJson = this.#dialect.pathFirst && type !== "application/json" && prefersJson(accept, type)
    response.setHeader("Content-Type", asJson ? "application/json" : type)
    const payload =
      reply.text === undefined ? `${JSON.stringify(reply.body)}\n` : asJson ? inJson(reply, type) : reply.text
    response.end(method === "HEAD" ? undefined : payload)
  }
}

/** Whether JSON is wanted more than the type that is there: at the same rank a type that is named comes before a wildcard. */
const prefersJson = (accept: string | undefined, type: string): boolean => {
  const wanted = (accept ?? "*/*").split(",").map((part) => {
    const [name = "", ...parameters] = part.split(";").map((one) => one.trim())
    const quality = parameters.find((one) => one.startsWith("q="))?.slice(2)
    return { name, quality: Number(quality ?? 1) }
  })
  const rank = (offer: string): number =>
    Math.max(
      ...wanted.map(({ name, quality }) => {
        if (name === offer) return quality * 10 + 2
        if (name === `${offer.split("/")[0]}/*`) return quality * 10 + 1
        return name === "*/*" ? quality * 10 : 0
      })
    )
  return rank("application/json") > rank(type)
}

/** The older servers wrap text in JSON for whoever prefers JSON, and show nothing of a file at all. */
const inJson = ({ status, text = "" }: Reply, type: string): string => {
  if (status >= 400) return String(text)
  return type === "application/octet-stream" ? "{}\n" : `${JSON.stringify(String(text))}\n`
}

const plainTypeOf = (path: string): string => (path.includes("/storage/") ? "application/octet-stream" : "text/plain")
