import { mapDifference } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"

const entries = Arbitrary.array(
  Arbitrary.all([
    Arbitrary.schema(Schema.Literals(["a", "b", "c", "d", "e", "f"])),
    Arbitrary.schema(Schema.Literals(["1", "2", "3"]))
  ])
)

const unique = (pairs: ReadonlyArray<readonly [string, string]>) => [...new Map(pairs)]
const textOf = (pairs: ReadonlyArray<readonly [string, string]>) =>
  pairs.map(([key, value]) => `${key} ${value}\n`).join("")

describe("mapDifference", () => {
  it.effect.prop("leads from one text to the other, or is none", [entries, entries], ([a, b]) =>
    Effect.sync(() => {
      const [from, to] = [unique(a), unique(b)]
      const difference = mapDifference(textOf(from), textOf(to))
      if (difference === undefined) return
      const removed = new Set(difference.removed)
      const changed = new Map(difference.changed.map(({ key, value }) => [key, value]))
      const reached = [
        ...from.filter(([key]) => !removed.has(key)).map(([key, value]) => [key, changed.get(key) ?? value] as const),
        ...difference.added.map(({ key, value }) => [key, value] as const)
      ]
      assert.deepStrictEqual(reached, to)
    })
  )

  it("passes over comments, blank lines and blanks", () => {
    assert.deepStrictEqual(mapDifference("a 1\n", "# of hosts\n\n  a   1  \n"), { added: [], changed: [], removed: [] })
  })

  it.each([
    ["a key that is there twice", "a 1\na 2\n", "a 1\n"],
    ["another order of what stays", "a 1\nb 2\n", "b 2\na 1\n"],
    ["a new entry before others", "a 1\n", "b 2\na 1\n"],
    ["a value of several words", "a 1\n", "a 1 2\n"],
    ["a value that ends a command", "a 1\n", "a 1;quit\n"]
  ])("leaves %s to the whole text", (_, from, to) => {
    assert.isUndefined(mapDifference(from, to))
  })
})
