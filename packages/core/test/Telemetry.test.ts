import { Controller, MemoryStore, Outcome, ResourceStore, Source, Telemetry, TracedStore } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { ConfigProvider, Deferred, Effect, Exit, Layer, Scope, Stream } from "effect"
import { createServer, type IncomingMessage } from "node:http"
import { TestConsole } from "effect/testing"
import { kubeconfig, withClientNode } from "./kubernetes/kubeconfig.ts"
import { scriptedServer } from "./kubernetes/ScriptedServer.ts"
import { Parcel } from "./resource/Parcel.ts"
import { listening } from "./support/listening.ts"
import { create, key } from "./support/parcels.ts"

withClientNode()

const environment = (env: Record<string, string>) => ConfigProvider.layer(ConfigProvider.fromEnv({ env }))

const told = (env: Record<string, string>, options?: Telemetry.LogOptions) =>
  Effect.gen(function* () {
    yield* Effect.gen(function* () {
      yield* Effect.logDebug("a detail")
      yield* Effect.logInfo("a fact").pipe(Effect.annotateLogs({ tracker: "team-a/pr-42" }))
    }).pipe(Effect.provide(Telemetry.layerLogs(options).pipe(Layer.provide(environment(env)))))
    return { out: yield* TestConsole.logLines, err: (yield* TestConsole.errorLines).map(String) }
  })

describe("Telemetry.layerLogs", () => {
  it.effect("writes to standard error and leaves standard output alone", () =>
    Effect.gen(function* () {
      for (const format of ["json", "pretty"] as const) {
        assert.deepStrictEqual((yield* told({}, { format })).out, [])
      }
    })
  )

  it.effect("writes one JSON object per line with its annotations", () =>
    Effect.gen(function* () {
      const { err } = yield* told({ LOCKSTEP_LOG_FORMAT: "json" })
      assert.strictEqual(err.length, 1)
      const line: unknown = JSON.parse(err[0]!)
      assert.include(line, { level: "INFO", message: "a fact" })
      assert.deepInclude(line, { annotations: { tracker: "team-a/pr-42" } })
    })
  )

  it.effect("tells details at the level debug, however it is spelt", () =>
    Effect.gen(function* () {
      for (const level of ["debug", "Debug"]) {
        const { err } = yield* told({ LOCKSTEP_LOG_LEVEL: level, LOCKSTEP_LOG_FORMAT: "json" })
        assert.isTrue(err.some((line) => line.includes("a detail")))
      }
    })
  )

  it.effect("refuses an unknown level and names the variable", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(told({ LOCKSTEP_LOG_LEVEL: "loud" }))
      assert.include(String(error), "LOCKSTEP_LOG_LEVEL")
    })
  )
})

interface Sent {
  readonly path: string | undefined
  readonly authorization: string | undefined
  readonly body: unknown
}

/** A collector of OpenTelemetry that keeps what it is sent. */
const collector = Effect.gen(function* () {
  const sent: Array<Sent> = []
  const read = async (request: IncomingMessage) => {
    const chunks: Array<Buffer> = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { authorization } = request.headers
    sent.push({ path: request.url, authorization, body: JSON.parse(Buffer.concat(chunks).toString()) })
  }
  const server = createServer((request, response) => void read(request).then(() => response.end("{}")))
  const { port } = yield* listening(server)
  return { sent, url: `http://127.0.0.1:${port}` }
})

interface ReadSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: { readonly stringValue?: string } }>
}

const spansIn = (sent: ReadonlyArray<Sent>): ReadonlyArray<ReadSpan> =>
  sent.flatMap(({ body }) => {
    const { resourceSpans } = body as {
      readonly resourceSpans: ReadonlyArray<{
        readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<ReadSpan> }>
      }>
    }
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  })

/** Reconciles one parcel with traces as the environment has them, and ends. */
const reconcileOnce = (env: Record<string, string>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const traces = Telemetry.layerTraces({ version: "1.2.3" }).pipe(Layer.provide(environment(env)))
    const world = Layer.merge(TracedStore.layer.pipe(Layer.provideMerge(MemoryStore.layer())), traces)
    const context = yield* Layer.buildWithScope(world, scope)
    const done = yield* Deferred.make<void>()
    yield* Effect.gen(function* () {
      yield* create("a")
      const controller = yield* Controller.make<ResourceStore>({
        name: "parcels",
        sources: [Source.resource(Parcel)],
        reconcile: (one) =>
          ResourceStore.use((store) => store.get(Parcel, one)).pipe(
            Effect.andThen(Deferred.succeed(done, undefined)),
            Effect.as(Outcome.done)
          )
      })
      yield* Deferred.await(done)
      yield* controller.idle
    }).pipe(Scope.provide(scope), Effect.provide(context))
    yield* Scope.close(scope, Exit.void)
  })

describe("Telemetry.layerTraces", () => {
  it.live("sends a trace of each reconcile with its calls to the outside", () =>
    Effect.gen(function* () {
      const { sent, url } = yield* collector
      yield* reconcileOnce({
        OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/below/`,
        OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20s3cret"
      })
      const [first] = sent
      assert.deepInclude(first, { path: "/below/v1/traces", authorization: "Bearer s3cret" })
      assert.include(JSON.stringify(first?.body), '"stringValue":"lockstep"')
      const spans = spansIn(sent)
      const reconcile = spans.find(({ name }) => name === "reconcile")
      const get = spans.find(({ name, traceId }) => name === "ResourceStore.get" && traceId === reconcile?.traceId)
      assert.isDefined(get?.parentSpanId)
      assert.isUndefined(reconcile?.parentSpanId)
      const attributes = (span: ReadSpan | undefined) =>
        Object.fromEntries((span?.attributes ?? []).map(({ key: name, value }) => [name, value.stringValue]))
      assert.deepInclude(attributes(reconcile), { controller: "parcels", key: "default/a", verdict: "Succeeded" })
      assert.deepInclude(attributes(get), { kind: "Parcel", ...key("a") })
    }).pipe(Effect.scoped)
  )

  it.live("has a span for each request to an API server in the trace of the reconcile that needed it", () =>
    Effect.gen(function* () {
      const { sent, url } = yield* collector
      const server = yield* scriptedServer()
      const transport = Transport.layer({ kubeconfig: yield* kubeconfig(server.url, { token: "s3cret" }) })
      const scope = yield* Scope.make()
      const traces = Telemetry.layerTraces({ version: "1.2.3" }).pipe(
        Layer.provide(environment({ OTEL_EXPORTER_OTLP_ENDPOINT: url }))
      )
      const store = TracedStore.layer.pipe(Layer.provide(KubernetesStore.layer), Layer.provide(transport))
      const context = yield* Layer.buildWithScope(Layer.merge(store, traces), scope)
      yield* Effect.gen(function* () {
        const done = yield* Deferred.make<void>()
        const controller = yield* Controller.make<ResourceStore>({
          name: "parcels",
          sources: [Source.keys(Stream.make(key("a")))],
          reconcile: (one) =>
            ResourceStore.use((present) => present.get(Parcel, one)).pipe(
              Effect.catchReason("StoreError", "NotFound", () => Deferred.succeed(done, undefined)),
              Effect.as(Outcome.done)
            )
        })
        yield* Effect.map(server.next, (asked) => asked.answer(404, { kind: "Status", reason: "NotFound", code: 404 }))
        yield* Deferred.await(done)
        yield* controller.idle
      }).pipe(Scope.provide(scope), Effect.provide(context))
      yield* Scope.close(scope, Exit.void)
      const spans = spansIn(sent)
      const reconcile = spans.find(({ name }) => name === "reconcile")
      const request = spans.find(({ name }) => name.startsWith("kubernetes GET /apis/test.lockstep.dev/v1/"))
      const around = spans.find(({ spanId }) => spanId === request?.parentSpanId)
      assert.strictEqual(request?.traceId, reconcile?.traceId)
      assert.strictEqual(around?.name, "ResourceStore.get")
      assert.strictEqual(around?.parentSpanId, reconcile?.spanId)
      assert.notInclude(JSON.stringify(sent), "s3cret")
    }).pipe(Effect.scoped)
  )

  for (const [title, off] of [
    ["is told to send none", { OTEL_TRACES_EXPORTER: "none" }],
    ["is switched off", { OTEL_SDK_DISABLED: "true" }]
  ] as const) {
    it.live(`sends nothing when it ${title}`, () =>
      Effect.gen(function* () {
        const { sent, url } = yield* collector
        yield* reconcileOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...off })
        assert.deepStrictEqual(sent, [])
      }).pipe(Effect.scoped)
    )
  }

  it.live("works without a collector, and with one that can't be reached", () =>
    Effect.gen(function* () {
      yield* reconcileOnce({})
      yield* reconcileOnce({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:9/" })
    })
  )

  it.effect("refuses an address that is none, and names the variable", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(reconcileOnce({ OTEL_EXPORTER_OTLP_ENDPOINT: "nowhere" }))
      assert.include(String(error), "OTEL_EXPORTER_OTLP_ENDPOINT")
    })
  )
})
