import { Conflict, Treatment } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"

const conflict = { treatment: Treatment.conflict, message: "somebody was faster" }
const terminal = { treatment: Treatment.terminal, message: "no" }

const failing = <E>(times: number, error: E) => {
  let runs = 0
  return {
    runs: () => runs,
    effect: Effect.suspend(() => (++runs <= times ? Effect.fail(error) : Effect.succeed("done")))
  }
}

describe("Conflict.retry", () => {
  it.effect("runs the whole effect again until nobody was faster", () =>
    Effect.gen(function* () {
      const contested = failing(3, conflict)
      const fiber = yield* Effect.forkChild(Conflict.retry()(contested.effect))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), "done")
      assert.strictEqual(contested.runs(), 4)
    })
  )

  it.effect("gives up with the conflict itself when the attempts are used up", () =>
    Effect.gen(function* () {
      const contested = failing(9, conflict)
      const fiber = yield* Effect.forkChild(Effect.flip(Conflict.retry({ retries: 2 })(contested.effect)))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), conflict)
      assert.strictEqual(contested.runs(), 3)
    })
  )

  it.effect("does not repeat other errors", () =>
    Effect.gen(function* () {
      const broken = failing(9, terminal)
      assert.strictEqual(yield* Effect.flip(Conflict.retry()(broken.effect)), terminal)
      assert.strictEqual(broken.runs(), 1)
    })
  )

  it.effect("knows no limit when the number of retries is -1", () =>
    Effect.gen(function* () {
      const contested = failing(100, conflict)
      const fiber = yield* Effect.forkChild(Conflict.retry({ retries: -1 })(contested.effect))
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* Fiber.join(fiber), "done")
    })
  )
})
