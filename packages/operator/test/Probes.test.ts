import { Controller, Health, Outcome, Resource } from "@lockstep/core"
import { Probes } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask } from "./support/ask.ts"

const last = (line: string) => Number(line.slice(line.lastIndexOf(" ") + 1))

/** The metrics that are told when a controller of a name has worked on one key. */
const metricsOf = Effect.fnUntraced(function* (name: string) {
  const controller = yield* Controller.make({ name, sources: [], reconcile: () => Effect.succeed(Outcome.done) })
  yield* controller.enqueue(Resource.parseKey("a/b"))
  yield* controller.idle
  const url = yield* Probes.serve({})
  return (yield* ask(new URL("/metrics", url))).text
})

describe("Probes.serve", () => {
  it.live("is ready only when all checks are, names those that aren't, and is alive all the time", () =>
    Effect.gen(function* () {
      let problem: string | undefined = "tracker doesn't know yet what is there"
      const health = yield* Health
      yield* health.addReadiness({ name: "controllers", problem: Effect.sync(() => problem) })
      const url = yield* Probes.serve({})
      assert.deepStrictEqual(yield* ask(new URL("/readyz", url)), {
        status: 503,
        text: "controllers: tracker doesn't know yet what is there\n"
      })
      assert.strictEqual((yield* ask(new URL("/livez", url))).status, 200)
      problem = undefined
      assert.deepStrictEqual(yield* ask(new URL("/readyz", url)), { status: 200, text: "ok\n" })
    }).pipe(Effect.scoped, Effect.provide(Health.layer))
  )

  it.live("shows the metrics of controllers", () =>
    Effect.gen(function* () {
      const text = yield* metricsOf("shown")
      assert.include(text, 'controller_runtime_reconcile_total{controller="shown",result="success"} 1')
      assert.include(text, 'workqueue_depth{name="shown",controller="shown"} 0')
    }).pipe(Effect.scoped, Effect.provide(Health.layer))
  )

  it.live("writes metrics that Prometheus can read", () =>
    Effect.gen(function* () {
      const text = yield* metricsOf('odd "name" \\ here')
      const value = String.raw`(-?\d+(\.\d+)?(e[+-]?\d+)?|[+-]Inf|NaN)`
      const label = String.raw`[a-zA-Z_]\w*="([^"\\\n]|\\[\\"n])*"`
      const sample = new RegExp(String.raw`^[a-zA-Z_:][\w:]*(\{${label}(,${label})*\})? ${value}( \d+)?$`, "u")
      const comment = /^# (HELP [a-zA-Z_:][\w:]* .+|TYPE [a-zA-Z_:][\w:]* (counter|gauge|histogram|summary|untyped))$/u
      const lines = text.trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.filter((line) => !sample.test(line) && !comment.test(line)),
        []
      )
      // Buckets count up to the number of all samples.
      const of = (name: string) => lines.filter((line) => line.startsWith(name) && line.includes("odd")).map(last)
      const buckets = of("controller_runtime_reconcile_time_seconds_bucket")
      assert.deepStrictEqual(
        buckets,
        buckets.toSorted((a, b) => a - b)
      )
      assert.deepStrictEqual(buckets.at(-1), of("controller_runtime_reconcile_time_seconds_count")[0])
      assert.deepStrictEqual(of("controller_runtime_reconcile_time_seconds_count"), [1])
    }).pipe(Effect.scoped, Effect.provide(Health.layer))
  )

  it.live("says that an address is taken", () =>
    Effect.gen(function* () {
      const url = yield* Probes.serve({})
      const error = yield* Effect.flip(Effect.asVoid(Probes.serve({ port: Number(url.port) })))
      assert.include(String(error), "EADDRINUSE")
    }).pipe(Effect.scoped, Effect.provide(Health.layer))
  )
})
