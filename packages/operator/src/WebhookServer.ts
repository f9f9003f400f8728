/**
 * Where GitHub tells an operator what happens.
 *
 * @since 0.1.0
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { statusOf, Webhooks } from "@lockstep/github-sync"
import { ByteSize, Effect, Layer, Schema, type Scope } from "effect"
import { HttpIncomingMessage, HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "effect/http"
import { createServer } from "node:http"

/**
 * Where deliveries are taken.
 *
 * @category models
 * @since 0.1.0
 */
export interface WebhookServerOptions {
  /** The address to listen at, `127.0.0.1` if left out. */
  readonly host?: string
  /** The port to listen at; a free one if left out or 0. */
  readonly port?: number
}

/**
 * The address for webhooks can't be listened at. Whoever chose it has to choose another one.
 *
 * @category errors
 * @since 0.1.0
 */
export class WebhookServerError extends Schema.TaggedError<WebhookServerError>()("WebhookServerError", {
  host: Schema.String,
  port: Schema.Int,
  because: Schema.String
}) {
  override get message(): string {
    return `could not take webhooks at ${this.host}:${this.port}: ${this.because}; choose another address, or none`
  }
}

/**
 * The path that deliveries are taken at.
 *
 * @category servers
 * @since 0.1.0
 */
export const webhookPath = "/webhooks/github"

/**
 * Takes deliveries at `POST /webhooks/github` until the scope ends, and returns the address.
 *
 * **Details**
 *
 * It answers as soon as a delivery is verified and noted; the work comes later. What is larger than the 25 MB that GitHub
 * sends at most is refused.
 *
 * @category servers
 * @since 0.1.0
 */
export const serve = (options: WebhookServerOptions): Effect.Effect<URL, WebhookServerError, Webhooks | Scope.Scope> =>
  Effect.gen(function* () {
    const host = options.host ?? "127.0.0.1"
    const port = options.port ?? 0
    const webhooks = yield* Webhooks
    const server = NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "1 second" })
    const app = HttpRouter.serve(HttpRouter.add("POST", webhookPath, answer(webhooks)), {
      disableLogger: true,
      disableListenLog: true
    })
    const context = yield* Layer.build(Layer.provideMerge(app, server)).pipe(
      Effect.mapError(
        (error) =>
          new WebhookServerError({
            host,
            port,
            because: error.cause instanceof Error ? error.cause.message : error.message
          })
      )
    )
    const { address } = yield* Effect.provide(HttpServer.HttpServer, context)
    const bound = address._tag === "InetAddressV4" || address._tag === "InetAddressV6" ? address.port : port
    return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${bound}${webhookPath}`)
  })

const answer = (webhooks: Webhooks["Service"]) =>
  Effect.gen(function* () {
    const request = yield* HttpServerRequest.HttpServerRequest
    const body = yield* request.text
    const receipt = yield* webhooks.receive({ headers: request.headers, body })
    return HttpServerResponse.empty({ status: statusOf[receipt] })
  }).pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, ByteSize.megabytes(25)),
    // What can't be read to its end is too large, or nobody is there any more.
    Effect.orElseSucceed(() => HttpServerResponse.empty({ status: 413 }))
  )
