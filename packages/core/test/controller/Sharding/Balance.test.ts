import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { next, type Step, type View } from "../../../src/controller/Sharding/Balance.ts"

const view = (holders: View["holders"], wishes: View["wishes"] = []): View => ({
  replica: "me",
  own: new Set(holders.flatMap((holder, index) => (holder === "me" ? [index] : []))),
  holders,
  wishes
})

describe("Balance.next", () => {
  const cases: ReadonlyArray<readonly [string, View, Step]> = [
    ["asks who has two more", view(["a", "me", "a", "a"]), { _tag: "ask", holder: "a", indexes: [0, 2, 3] }],
    ["asks who has most", view(["a", "a", "b", "b", "b"]), { _tag: "ask", holder: "b", indexes: [2, 3, 4] }],
    ["rests with one less than another", view(["a", "me", "a"]), { _tag: "rest" }],
    ["rests while something is free", view(["a", "a", "a", undefined]), { _tag: "rest" }],
    ["rests while something was given back", view(["a", "a", "a", ""]), { _tag: "rest" }],
    ["gives to who has two less", view(["me", "me", "a", "me"], [undefined, "a"]), { _tag: "give", index: 1 }],
    ["keeps what is asked for by who has one less", view(["me", "me", "a"], [undefined, "a"]), { _tag: "rest" }],
    ["keeps what it asked for itself before", view(["me", "me", "me"], ["me"]), { _tag: "rest" }],
    ["rests alone", view(["me", "me", "me"]), { _tag: "rest" }]
  ]
  it.each(cases)("%s", (_, seen, step) => {
    assert.deepStrictEqual(next(seen), step)
  })

  it.prop(
    "never makes the difference greater, and comes to an end in which none has two more than another",
    [Schema.Array(Schema.Literals(["a", "b", "c"])).check(Schema.isMinLength(1), Schema.isMaxLength(12))],
    ([start]) => {
      const holders: Array<string> = [...start]
      const sizes = () => ["a", "b", "c"].map((one) => holders.filter((holder) => holder === one).length)
      const spread = () => Math.max(...sizes()) - Math.min(...sizes())
      for (let round = 0; round < 40; round++) {
        const before = spread()
        for (const replica of ["a", "b", "c"]) {
          const own = new Set(holders.flatMap((holder, index) => (holder === replica ? [index] : [])))
          const asked = next({ replica, own, holders, wishes: [] })
          if (asked._tag !== "ask") continue
          const [index = 0] = asked.indexes
          const wishes = holders.map((__, at) => (at === index ? replica : undefined))
          const theirs = new Set(holders.flatMap((holder, at) => (holder === asked.holder ? [at] : [])))
          assert.deepStrictEqual(next({ replica: asked.holder, own: theirs, holders, wishes }), { _tag: "give", index })
          holders[index] = replica
        }
        assert.isAtMost(spread(), before)
      }
      assert.isAtMost(spread(), 1)
    }
  )
})
