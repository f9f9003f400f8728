import { type IncomingHttpHeaders, request as plainRequest } from "node:http"
import { type Agent, request as tlsRequest } from "node:https"
import { Effect, Schema } from "effect"

/**
 * An API server did not answer a request: it is down, its certificate is not trusted, or the time was over.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestFailed extends Schema.TaggedError<RequestFailed>()("RequestFailed", {
  request: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.request}: ${this.reason}`
  }
}

/**
 * What a request carries. A body that is not text is sent as JSON.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiRequestOptions {
  readonly method?: string
  readonly body?: unknown
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
  readonly timeoutMillis?: number
  /** Connections to use again, for a test that sends thousands of requests; a connection of its own if left out. */
  readonly agent?: Agent
}

/**
 * An answer, whatever its status. The body is read as JSON where it says it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every shape
  readonly body: any
}

/**
 * Sends one request, on a connection of its own unless it is given an agent.
 *
 * **When to use**
 *
 * Use it in tests of the servers. It knows nothing of retries: a test sees what the server did.
 *
 * @category operations
 * @since 0.1.0
 */
export const apiRequest = (url: string, options: ApiRequestOptions = {}): Effect.Effect<ApiAnswer, RequestFailed> =>
  Effect.callback((resume) => {
    const { method = "GET", body, contentType = "application/json", timeoutMillis = 10_000 } = options
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body)
    const fail = (error: Error) =>
      resume(Effect.fail(new RequestFailed({ request: `${method} ${url}`, reason: error.message })))
    const send = url.startsWith("https:") ? tlsRequest : plainRequest
    const sent = send(
      url,
      {
        method,
        agent: options.agent ?? false,
        ca: options.ca,
        cert: options.certificate,
        key: options.key,
        timeout: timeoutMillis,
        headers: {
          ...(text === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(text) }),
          ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
          ...options.headers
        }
      },
      (response) => {
        const parts: Array<Buffer> = []
        response.on("error", fail)
        response.on("data", (part: Buffer) => parts.push(part))
        response.on("end", () => {
          const received = Buffer.concat(parts).toString("utf8")
          const json = response.headers["content-type"]?.startsWith("application/json") === true
          resume(
            Effect.succeed({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: json ? JSON.parse(received) : received
            })
          )
        })
      }
    )
    sent.on("error", fail)
    sent.on("timeout", () => sent.destroy(new Error(`no answer within ${timeoutMillis} ms`)))
    sent.end(text)
    return Effect.sync(() => sent.destroy())
  })
