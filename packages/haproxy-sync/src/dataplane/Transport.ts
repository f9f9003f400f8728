import { Duration, Effect, Redacted, Result, Schedule } from "effect"
import http from "node:http"
import https from "node:https"
import { type DataplaneConfig, defaultTimeout } from "./DataplaneConfig.ts"
import { DataplaneError, reasonOf, type RequestKind } from "./DataplaneError.ts"

/**
 * A request to the API; the path is behind `/v3`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiRequest {
  readonly kind: RequestKind
  readonly method: "GET" | "POST" | "PUT" | "DELETE"
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes are sent as they are; anything else as JSON. */
  readonly body?: unknown
  /** It changes nothing although it isn't a GET. */
  readonly repeatable?: true
}

/**
 * What the server answered with a status below 400.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiResponse {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

/** The version of the API that a server speaks. */
export type ApiRoot = "/v2" | "/v3"

/** Sends requests over a pool of connections. */
export interface Transport {
  readonly send: (request: ApiRequest, root: ApiRoot) => Effect.Effect<ApiResponse, DataplaneError>
}

/** The server closes idle connections after 10 s: ours are given up before that. */
const idleLimit = 8_000

/** How what only reads is asked again after a failure of the server's own. */
const afterStumble = { schedule: Schedule.exponential("100 millis"), times: 2 }

/** Several requests may be under way; the server writes its file for each one by one. */
const maxSockets = 8

/**
 * Opens the pool; closing the scope closes its connections.
 *
 * @category transport
 * @since 0.1.0
 */
export const makeTransport = Effect.fnUntraced(function* (config: DataplaneConfig) {
  const target = yield* Effect.fromResult(parseTarget(config))
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new target.module.Agent({ keepAlive: true, maxSockets, timeout: idleLimit })),
    (pool) => Effect.sync(() => pool.destroy())
  )
  const limit = config.timeout ?? defaultTimeout
  const authorization = `Basic ${Buffer.from(`${config.username}:${Redacted.value(config.password)}`).toString("base64")}`

  const once = (request: ApiRequest, root: ApiRoot): Effect.Effect<ApiResponse, DataplaneError> => {
    const name = nameOf(request)
    return exchange(request, { agent, authorization, root, target }).pipe(
      Effect.timeoutOrElse({
        duration: limit,
        orElse: () =>
          Effect.fail(
            new DataplaneError({
              reason: changes(request) ? "UnknownOutcome" : "Timeout",
              request: name,
              serverMessage: `no answer within ${Duration.format(limit)}`
            })
          )
      }),
      Effect.flatMap((response) =>
        response.status < 400 ? Effect.succeed(response) : Effect.fail(failureOf(request, response))
      )
    )
  }
  // A connection that the server closed while it lay idle fails at the first use: what only reads is asked once more. So it is where
  // the server stumbled.
  const send = (request: ApiRequest, root: ApiRoot) =>
    changes(request)
      ? once(request, root)
      : once(request, root).pipe(
          Effect.retry({ times: 1, while: (error) => error.reason === "Unreachable" }),
          Effect.retry({ ...afterStumble, while: (error) => error.reason === "ServerFailure" })
        )
  return { send } satisfies Transport
})

const changes = ({ method, repeatable }: ApiRequest): boolean => method !== "GET" && repeatable !== true

const nameOf = ({ method, path }: ApiRequest): string => `${method} ${path}`

interface Target {
  readonly module: typeof http | typeof https
  readonly options: https.RequestOptions
}

const parseTarget = ({ baseUrl, tls }: DataplaneConfig): Result.Result<Target, DataplaneError> => {
  if (baseUrl.startsWith("unix:")) {
    return Result.succeed({
      module: http,
      options: { socketPath: baseUrl.replace(/^unix:(\/\/)?/, ""), host: "localhost" }
    })
  }
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    return Result.fail(
      new DataplaneError({
        reason: "Unreachable",
        request: "connect",
        serverMessage: "the address must begin with http://, https:// or unix:"
      })
    )
  }
  const { ca, cert, insecure, key } = tls ?? {}
  return Result.succeed({
    module: url.protocol === "https:" ? https : http,
    options: {
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port),
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key: Redacted.value(key) }),
      ...(insecure === true ? { rejectUnauthorized: false } : {})
    }
  })
}

const exchange = (
  request: ApiRequest,
  settings: {
    readonly agent: http.Agent
    readonly authorization: string
    readonly root: ApiRoot
    readonly target: Target
  }
): Effect.Effect<ApiResponse, DataplaneError> =>
  Effect.callback<ApiResponse, DataplaneError>((resume) => {
    const { body, headers, method, path, query } = request
    const payload = payloadOf(body)
    const search = new URLSearchParams(query).toString()
    let sent = false
    const fail = (cause: Error) =>
      resume(
        Effect.fail(
          new DataplaneError({
            // What was sent whole may have been carried out although its answer is lost.
            reason: sent && changes(request) ? "UnknownOutcome" : "Unreachable",
            request: nameOf(request),
            serverMessage: cause.message
          })
        )
      )
    const outgoing = settings.target.module.request({
      ...settings.target.options,
      agent: settings.agent,
      method,
      path: `${settings.root}${path}${search === "" ? "" : `?${search}`}`,
      headers: {
        authorization: settings.authorization,
        // A stored file is shown as `{}` to whoever does not name its type.
        accept: "application/json, application/octet-stream, text/plain, */*",
        ...(payload === undefined
          ? {}
          : {
              "content-type": typeof body === "string" || Buffer.isBuffer(body) ? "text/plain" : "application/json",
              "content-length": payload.length
            }),
        ...headers
      }
    })
    outgoing.on("error", fail)
    outgoing.on("response", (incoming) => {
      const chunks: Array<Buffer> = []
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk))
      incoming.on("error", fail)
      incoming.on("end", () =>
        resume(
          Effect.succeed({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString("utf8")
          })
        )
      )
      incoming.on("aborted", () => fail(new Error("the connection was closed in the middle of the answer")))
    })
    outgoing.end(payload, () => {
      sent = true
    })
    return Effect.sync(() => outgoing.destroy())
  })

const payloadOf = (body: unknown): Buffer | undefined => {
  if (body === undefined || Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body))
}

const failureOf = (request: ApiRequest, { status, text }: ApiResponse): DataplaneError => {
  const said = messageOf(text)
  return new DataplaneError({
    reason: reasonOf(request.kind, status, said),
    request: nameOf(request),
    status,
    serverMessage: said
  })
}

/** Errors are `{code, message}`; some of the server's own are plain text. */
const messageOf = (text: string): string => {
  try {
    const body: unknown = JSON.parse(text)
    if (typeof body === "object" && body !== null && "message" in body) return String(body.message).trim()
  } catch {
    // Not JSON: the text itself is the message.
  }
  return text.trim().slice(0, 2000)
}
