import { Timestamp } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect } from "effect"
import { TestClock } from "effect/testing"

describe("Timestamp", () => {
  it("writes a point in time as Kubernetes does, to the second", () => {
    assert.strictEqual(Timestamp.format(DateTime.makeUnsafe("2026-11-25T11:00:00.999+01:00")), "2026-11-25T10:00:00Z")
  })

  it.effect("tells the time of the clock", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-25T10:00:00.500Z"))
      assert.strictEqual(yield* Timestamp.now, "2026-11-25T10:00:00Z")
    })
  )
})
