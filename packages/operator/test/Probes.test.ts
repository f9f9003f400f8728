import { Controller, Health, Outcome, Resource } from "@lockstep/core"
import { Probes } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ask } from "./support/ask.ts"

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
      const controller = yield* Controller.make({
        name: "shown",
        sources: [],
        reconcile: () => Effect.succeed(Outcome.done)
      })
      yield* controller.enqueue(Resource.parseKey("a/b"))
      yield* controller.idle
      const url = yield* Probes.serve({})
      const { text } = yield* ask(new URL("/metrics", url))
      assert.include(text, 'controller_runtime_reconcile_total{controller="shown",result="success"} 1')
      assert.include(text, 'workqueue_depth{name="shown",controller="shown"} 0')
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
