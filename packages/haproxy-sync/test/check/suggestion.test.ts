import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { nearest } from "../../src/check/suggestion.ts"

const word = Arbitrary.map(
  Arbitrary.array(Arbitrary.schema(Schema.Literals(["a", "b", "c", "-"])), { minLength: 3, maxLength: 9 }),
  (letters) => letters.join("")
)
const place = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 8 })))

describe("nearest", () => {
  it.each([
    ["maxcon", "maxconn"],
    ["maxxconn", "maxconn"],
    ["maxcomn", "maxconn"],
    ["mxaconn", "maxconn"],
    ["balanced", "balance"],
    ["set-vra", "set-var"],
    ["entirely", undefined],
    ["m", undefined]
  ])("finds for %s: %s", (given, found) => {
    assert.strictEqual(nearest(given, ["balance", "maxconn", "set-var(", ""]), found)
  })

  it("prefers the nearest, then the first", () => {
    assert.strictEqual(nearest("cliet", ["client-fin", "client", "clients"]), "client")
    assert.strictEqual(nearest("ab", ["ac", "ad"]), "ac")
  })

  it.prop("finds a word in which one letter was left out, put in, changed or swapped", [word, place], ([known, at]) => {
    const i = at % known.length
    const variants = [
      known.slice(0, i) + known.slice(i + 1),
      `${known.slice(0, i)}x${known.slice(i)}`,
      `${known.slice(0, i)}x${known.slice(i + 1)}`,
      known.slice(0, i) +
        known
          .slice(i, i + 2)
          .split("")
          .toReversed()
          .join("") +
        known.slice(i + 2)
    ]
    for (const variant of variants) {
      if (variant !== known) assert.strictEqual(nearest(variant, ["entirely-other-words", known]), known)
    }
  })
})
