import { Health } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"

const problem = (name: string, found: string | undefined) => ({ name, problem: Effect.succeed(found) })

describe("Health", () => {
  it.effect("is well when all checks are, and tells what is wrong with those that aren't", () =>
    Effect.gen(function* () {
      const health = yield* Health
      assert.deepStrictEqual(yield* health.readiness, { isWell: true, problems: [] })
      yield* health.addReadiness(problem("caches", undefined))
      yield* health.addReadiness(problem("license", "it has expired"))
      assert.deepStrictEqual(yield* health.readiness, {
        isWell: false,
        problems: [{ name: "license", problem: "it has expired" }]
      })
      assert.isTrue((yield* health.liveness).isWell)
    }).pipe(Effect.scoped, Effect.provide(Health.layer))
  )

  it.effect("forgets a check with its scope", () =>
    Effect.gen(function* () {
      const health = yield* Health
      const scope = yield* Scope.make()
      yield* Scope.provide(health.addReadiness(problem("license", "it has expired")), scope)
      assert.isFalse((yield* health.readiness).isWell)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue((yield* health.readiness).isWell)
    }).pipe(Effect.provide(Health.layer))
  )

  it.effect("takes a check that fails for a problem", () =>
    Effect.gen(function* () {
      const health = yield* Health
      yield* health.addLiveness({ name: "broken", problem: Effect.die(new Error("boom")) })
      assert.deepStrictEqual((yield* health.liveness).problems, [{ name: "broken", problem: "its check failed" }])
    }).pipe(Effect.scoped, Effect.provide(Health.layer))
  )

  it.effect("is alive as long as what is due gets its turn", () =>
    Effect.gen(function* () {
      let late = false
      const clock = yield* Clock.Clock
      const own: Clock.Clock = {
        currentTimeMillis: clock.currentTimeMillis,
        currentTimeNanos: clock.currentTimeNanos,
        monotonicTimeNanos: clock.monotonicTimeNanos,
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
        currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
        monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
        sleep: (duration) => (late ? Effect.never : clock.sleep(duration))
      }
      const context = yield* Effect.provideService(Layer.build(Health.layer), Clock.Clock, own)
      const health = yield* Effect.provide(Health, context)
      yield* TestClock.adjust("1 hour")
      assert.isTrue((yield* health.liveness).isWell)
      late = true
      yield* TestClock.adjust("30 seconds")
      assert.isTrue((yield* health.liveness).isWell)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(
        (yield* health.liveness).problems.map(({ name }) => name),
        ["event loop"]
      )
    })
  )
})
