import { assert, describe, it } from "@effect/vitest"
import { smallest } from "../smallest.ts"

describe("smallest", () => {
  it("leaves out every line and character that doesn't matter", () => {
    const text = Array.from({ length: 50 }, (_, n) => `line ${n} of many\n`).join("")
    assert.strictEqual(
      smallest(text, (one) => /7.*many\nline 3/.test(one)),
      "7many\nline 3"
    )
  })

  it("gives back what can't be made smaller", () => {
    assert.strictEqual(
      smallest("abc\n", (text) => text === "abc\n"),
      "abc\n"
    )
  })
})
