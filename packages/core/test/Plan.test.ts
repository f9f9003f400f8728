import { Plan } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"

const mixed = {
  changes: [
    Plan.create("a", 1),
    Plan.update("b", 1, 2),
    Plan.noop("c", 3),
    Plan.move("d", 4, 4, 0, 2),
    Plan.remove("e", 5)
  ],
  forecast: Plan.nothing
}

describe("Plan", () => {
  it("counts what changes and leaves out what does not", () => {
    assert.deepStrictEqual(Plan.summarize(mixed), { creates: 1, updates: 1, deletes: 1, moves: 1 })
    assert.deepStrictEqual(
      Plan.effective(mixed).map((change) => change.id),
      ["a", "b", "d", "e"]
    )
  })

  it("is empty when every item is as it should be", () => {
    assert.isTrue(Plan.isEmpty({ changes: [Plan.noop("a", 1)] }))
    assert.isFalse(Plan.isEmpty(mixed))
  })

  it("survives being saved and read back", () => {
    assert.deepStrictEqual(JSON.parse(JSON.stringify(mixed)), mixed)
  })
})
