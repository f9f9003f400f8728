import { Backoff, Treatment } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"

const failures = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))

describe("Backoff.bound", () => {
  it("doubles from the base up to the cap", () => {
    const backoff = Backoff.make({ base: "1 second", cap: "5 seconds" })
    assert.deepStrictEqual(
      [1, 2, 3, 4, 5].map((n) => Duration.toSeconds(Backoff.bound(backoff, n))),
      [1, 2, 4, 5, 5]
    )
  })
})

describe("Backoff.delay", () => {
  it.effect.prop("lies between zero and the bound", [failures], ([n]) =>
    Effect.gen(function* () {
      const backoff = Backoff.make()
      const drawn = yield* Backoff.delay(backoff, n)
      assert.isTrue(Duration.isGreaterThanOrEqualTo(drawn, Duration.zero))
      assert.isTrue(Duration.isLessThanOrEqualTo(drawn, Backoff.bound(backoff, n)))
    })
  )

  it.effect("spreads: equal failures do not come back together", () =>
    Effect.gen(function* () {
      const drawn = yield* Effect.replicateEffect(Backoff.delay(Backoff.make(), 5), 50)
      assert.isAbove(new Set(drawn.map((delay) => Duration.toMillis(delay))).size, 40)
    })
  )
})

const attempts = (error: unknown, times: number, within: Duration.Input) =>
  Effect.gen(function* () {
    let count = 0
    const fiber = yield* Effect.forkChild(
      Effect.suspend(() => {
        count++
        return Effect.fail(error)
      }).pipe(Effect.retry(Backoff.schedule(Backoff.make({ base: "1 second", cap: "1 second" }), { times })))
    )
    yield* TestClock.adjust(within)
    return { count, ended: fiber.pollUnsafe() !== undefined }
  })

describe("Backoff.schedule", () => {
  it.effect("makes the given number of attempts after the first", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* attempts("down", 3, "1 minute"), { count: 4, ended: true })
    })
  )

  it.effect("does not repeat what is terminal", () =>
    Effect.gen(function* () {
      const error = { treatment: Treatment.terminal, message: "no" }
      assert.deepStrictEqual(yield* attempts(error, 3, "1 minute"), { count: 1, ended: true })
    })
  )

  it.effect("waits for as long as the other side asked", () =>
    Effect.gen(function* () {
      const error = { treatment: Treatment.retry("30 seconds"), message: "later" }
      assert.deepStrictEqual(yield* attempts(error, 1, "29 seconds"), { count: 1, ended: false })
      assert.deepStrictEqual(yield* attempts(error, 1, "30 seconds"), { count: 2, ended: true })
    })
  )

  it.effect("stays interruptible while it waits", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.retry(Effect.fail("down"), Backoff.schedule()))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
    })
  )
})
