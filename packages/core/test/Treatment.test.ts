import { Treatment } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"

describe("Treatment.isTreatable", () => {
  it.each([
    ["retry", { treatment: Treatment.retry("1 second"), message: "later" }, true],
    ["conflict", { treatment: Treatment.conflict, message: "again" }, true],
    ["terminal", { treatment: Treatment.terminal, message: "no" }, true],
    ["an unknown treatment", { treatment: { _tag: "ignore" }, message: "?" }, false],
    ["no treatment", new Error("boom"), false],
    ["nothing", undefined, false]
  ])("%s", (_, value, expected) => {
    assert.strictEqual(Treatment.isTreatable(value), expected)
  })
})
