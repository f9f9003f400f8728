/**
 * What Kubernetes, load balancers and monitoring ask an operator: is it alive, is it ready, what has it done.
 *
 * @since 0.1.0
 */
import { Health, type HealthReport } from "@lockstep/core"
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
 * `/livez` and `/readyz` answer 503 and what is wrong, if something is, as the checks of `Health` have it. `/metrics` is in the text format of Prometheus.
 *
 * @category servers
 * @since 0.1.0
 */
export const serve = (options: ProbesOptions): Effect.Effect<URL, ProbesError, Health | Scope.Scope> =>
  Effect.gen(function* () {
    const health = yield* Health
    const host = options.host ?? "127.0.0.1"
    const port = options.port ?? 0
    const server = NodeHttpServer.layer(createServer, { host, port, gracefulShutdownTimeout: "1 second" })
    const app = HttpRouter.serve(routes(health), { disableLogger: true, disableListenLog: true })
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

const routes = (health: Health["Service"]) =>
  Layer.mergeAll(
    HttpRouter.add("GET", "/livez", answer(health.liveness)),
    HttpRouter.add("GET", "/readyz", answer(health.readiness)),
    PrometheusMetrics.layerHttp()
  )

const answer = (report: Effect.Effect<HealthReport>) =>
  Effect.map(report, ({ isWell, problems }) =>
    isWell
      ? HttpServerResponse.text("ok\n")
      : HttpServerResponse.text(problems.map(({ name, problem }) => `${name}: ${problem}\n`).join(""), { status: 503 })
  )
