import { Conditions } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"

const finding = (type: string, status: "True" | "False" | "Unknown", message = "", observedGeneration = 1) => ({
  type,
  status,
  reason: "Because",
  message,
  observedGeneration
})

describe("Conditions.set", () => {
  it.effect("adds what is new and stamps it", () =>
    Effect.gen(function* () {
      const conditions = yield* Conditions.set(undefined, [finding("Ready", "True")])
      assert.deepStrictEqual(conditions, [{ ...finding("Ready", "True"), lastTransitionTime: "1970-01-01T00:00:00Z" }])
    })
  )

  it.effect("moves the time only when the status flips", () =>
    Effect.gen(function* () {
      const first = yield* Conditions.set(undefined, [finding("Ready", "True", "one")])
      yield* TestClock.adjust("1 hour")
      const reworded = yield* Conditions.set(first, [finding("Ready", "True", "two", 2)])
      assert.strictEqual(reworded[0]?.lastTransitionTime, "1970-01-01T00:00:00Z")
      assert.deepInclude(reworded[0], { message: "two", observedGeneration: 2 })
      const flipped = yield* Conditions.set(reworded, [finding("Ready", "False", "two", 2)])
      assert.strictEqual(flipped[0]?.lastTransitionTime, "1970-01-01T01:00:00Z")
    })
  )

  it.effect("keeps the place of what is there and leaves other types alone", () =>
    Effect.gen(function* () {
      const before = yield* Conditions.set(undefined, [finding("A", "True"), finding("B", "True")])
      const after = yield* Conditions.set(before, [finding("A", "False"), finding("C", "True")])
      assert.deepStrictEqual(
        after.map(({ status, type }) => `${type}=${status}`),
        ["A=False", "B=True", "C=True"]
      )
    })
  )

  const findings = Schema.Array(
    Schema.Struct({
      type: Schema.Literals(["A", "B", "C"]),
      status: Schema.Literals(["True", "False", "Unknown"]),
      reason: Schema.Literals(["X", "Y"]),
      message: Schema.String,
      observedGeneration: Schema.Int
    })
  )

  it.effect.prop("hands back the very same conditions when nothing changed", [findings], ([list]) =>
    Effect.gen(function* () {
      const once = yield* Conditions.set(undefined, list)
      yield* TestClock.adjust("1 hour")
      const last = list.filter((one, index) => list.findLastIndex(({ type }) => type === one.type) === index)
      assert.strictEqual(yield* Conditions.set(once, last), once)
    })
  )
})

const summary = (...statuses: ReadonlyArray<"True" | "False" | "Unknown">) =>
  Conditions.summarize(
    statuses.map((status, index) => finding(`C${index}`, status, `m${index}`)),
    { type: "Ready", of: ["C0", "C1"], reason: "InStep", message: "all is well", observedGeneration: 3 }
  )

describe("Conditions.summarize", () => {
  it("is true when all are true", () => {
    assert.deepStrictEqual(summary("True", "True"), {
      type: "Ready",
      status: "True",
      reason: "InStep",
      message: "all is well",
      observedGeneration: 3
    })
  })

  it("tells the first that is false, before any that is unknown", () => {
    assert.deepInclude(summary("Unknown", "False"), { status: "False", message: "m1", observedGeneration: 3 })
  })

  it("is unknown when a part is unknown or was not looked at", () => {
    assert.deepInclude(summary("True", "Unknown"), { status: "Unknown", message: "m1" })
    assert.deepInclude(summary("True"), { status: "Unknown", reason: "C1Unknown" })
  })
})

describe("Conditions.get", () => {
  it.effect("finds a condition by its type", () =>
    Effect.gen(function* () {
      const conditions = yield* Conditions.set(undefined, [finding("A", "True"), finding("B", "Unknown")])
      assert.strictEqual(Conditions.get(conditions, "B")?.status, "Unknown")
      assert.isTrue(Conditions.isTrue(conditions, "A"))
      assert.isFalse(Conditions.isTrue(conditions, "B"))
      assert.isFalse(Conditions.isTrue(undefined, "A"))
    })
  )
})
