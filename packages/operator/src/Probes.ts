/**
 * What Kubernetes, load balancers and monitoring ask an operator: is it alive, is it ready, what has it done.
 *
 * @since 0.1.0
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, Schema, type Scope } from "effect"
import { HttpRouter, HttpServer, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import { createServer } from "node:http"

/**
 * Where an operator answers questions about itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProbesOptions {
  /** The address to listen at, `127.0.0.1` if left out. */
  readonly host?: string
  /** The port to listen at; a free one if left out or 0. */
  readonly port?: number
}

/**
 * Something that must be the case before an operator counts as ready.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadinessCheck {
  readonly name: string
  readonly isReady: Effect.Effect<boolean>
}

/**
 * The address of the probes can't be listened at. Whoever chose it has to choose another one.
 *
 * @category errors
 * @since 0.1.0
 */
export class ProbesError extends Schema.TaggedError<ProbesError>()("ProbesError", {
  host: Schema.String,
  port: Schema.Int,
  because: Schema.String
}) {
  override get message(): string {
    return `could not answer probes at ${this.host}:${this.port}: ${this.because}; choose another address, or none`
  }
}

/**
 * Answers `/livez`, `/readyz` and `/metrics` until the scope ends, and returns the address.
 *
 * **Details**
 *
 * `/livez` answers as long as the process works through its events. `/readyz` answers 503 with the names of what is not
 * ready yet. `/metrics` is in the text format of Prometheus.
 *
 * @category servers
 * @since 0.1.0
 */
export const serve = (
  options: ProbesOptions,
  checks: Effect.Effect<ReadonlyArray<ReadinessCheck>>
): Effect.Effect<URL, ProbesError, Scope.Scope> =>
  Effect.gen(function* () {
    const host = options.host ?? "127.0.0.1"
    const port = options.port ?? 0
    const server = NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "1 second" })
    const app = HttpRouter.serve(routes(checks), { disableLogger: true, disableListenLog: true })
    const context = yield* Layer.build(Layer.provideMerge(app, server)).pipe(
      Effect.mapError(
        (error) =>
          new ProbesError({ host, port, because: error.cause instanceof Error ? error.cause.message : error.message })
      )
    )
    const { address } = yield* Effect.provide(HttpServer.HttpServer, context)
    const bound = address._tag === "InetAddressV4" || address._tag === "InetAddressV6" ? address.port : port
    return new URL(`http://${host.includes(":") ? `[${host}]` : host}:${bound}`)
  })

const routes = (checks: Effect.Effect<ReadonlyArray<ReadinessCheck>>) =>
  Layer.mergeAll(
    HttpRouter.add("GET", "/livez", HttpServerResponse.text("ok\n")),
    HttpRouter.add("GET", "/readyz", readiness(checks)),
    PrometheusMetrics.layerHttp()
  )

const readiness = (checks: Effect.Effect<ReadonlyArray<ReadinessCheck>>) =>
  Effect.gen(function* () {
    const results = yield* Effect.forEach(yield* checks, ({ isReady, name }) =>
      Effect.map(isReady, (ready) => ({ name, ready }))
    )
    const waiting = results.filter(({ ready }) => !ready)
    return waiting.length === 0
      ? HttpServerResponse.text("ok\n")
      : HttpServerResponse.text(waiting.map(({ name }) => `${name} is not ready\n`).join(""), { status: 503 })
  })
