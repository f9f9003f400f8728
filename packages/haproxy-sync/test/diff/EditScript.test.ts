import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { type Edit, editScript } from "../../src/diff/EditScript.ts"

const apply = (
  a: ReadonlyArray<string>,
  b: ReadonlyArray<string>,
  edits: ReadonlyArray<Edit>
): ReadonlyArray<string> => {
  const list = [...a]
  for (const edit of edits) {
    if (edit.type === "delete") list.splice(edit.index, 1)
    else if (edit.type === "create") list.splice(edit.index, 0, b[edit.to] ?? "")
    else if (edit.type === "update") list[edit.index] = b[edit.to] ?? ""
    else list.splice(edit.toIndex, 0, ...list.splice(edit.index, 1))
  }
  return list
}

/** Few different letters, so that many elements are equal. */
const lists = Arbitrary.array(Arbitrary.schema(Schema.Literals(["a", "b", "c", "d", "e"])), { maxLength: 10 })

describe("editScript", () => {
  it.prop("turns the one list into the other", [lists, lists], ([a, b]) => {
    assert.deepStrictEqual(apply(a, b, editScript(a, b)), b)
  })

  it.prop("does nothing to a list that is as it should be", [lists], ([a]) => {
    assert.deepStrictEqual(editScript(a, a), [])
  })

  it.prop("never needs more steps than to replace everything", [lists, lists], ([a, b]) => {
    assert.isAtMost(editScript(a, b).length, Math.max(a.length, b.length))
  })

  it("inserts at the head of a thousand rules in one step", () => {
    const rules = Array.from({ length: 1000 }, (_, index) => `rule ${index}`)
    assert.deepStrictEqual(editScript(rules, ["new", ...rules]), [{ type: "create", index: 0, to: 0 }])
  })

  it("moves an element instead of deleting and creating it", () => {
    assert.deepStrictEqual(editScript(["a", "b", "c"], ["c", "a", "b"]), [
      { type: "move", index: 2, toIndex: 0, from: 2, to: 0 }
    ])
  })

  it("updates an element that is replaced in its place", () => {
    assert.deepStrictEqual(editScript(["a", "x", "c"], ["a", "y", "c"]), [{ type: "update", index: 1, from: 1, to: 1 }])
  })

  it("reverses a long list of equal and unequal elements rightly, beyond the exact search", () => {
    const a = Array.from({ length: 2000 }, (_, index) => `r${index % 700}`)
    const b = a.toReversed()
    assert.deepStrictEqual(apply(a, b, editScript(a, b)), b)
  })
})
