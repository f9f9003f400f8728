import { LabelVocabulary, LifecycleState } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"

const { make, ownedAmong, standard, stateOf, statesOf } = LabelVocabulary

describe("LabelVocabulary.make", () => {
  it("names one label for each state", () => {
    const vocabulary = Result.getOrThrow(make({ prefix: "delivery: ", names: { qualified: "ready to merge" } }))
    assert.strictEqual(vocabulary.labels.qualified.name, "delivery: ready to merge")
    assert.strictEqual(vocabulary.labels.merged.name, "delivery: merged")
  })

  const refused: ReadonlyArray<readonly [string, LabelVocabulary.VocabularyOptions, string]> = [
    ["a name of 51 characters", { prefix: "x".repeat(41) }, "longer than 50"],
    ["an empty name", { prefix: "", names: { merged: "" } }, "is empty"],
    ["two names that differ in case only", { names: { merged: "Qualified" } }, "qualified and merged"],
    ["a name of emoji alone", { prefix: "", names: { merged: "🚀" } }, "emoji"],
    ["a name that ends with a space", { names: { merged: "merged " } }, "space"],
    ["a name with a comma", { names: { merged: "merged,done" } }, "comma"]
  ]
  it.each(refused)("refuses %s and says which", (_, options, part) => {
    const result = make(options)
    assert.isTrue(Result.isFailure(result))
    if (Result.isFailure(result)) assert.include(result.failure.message, part)
  })

  it("keeps descriptions within GitHub's limit", () => {
    for (const state of LifecycleState.all) assert.isAtMost(standard.labels[state].description?.length ?? 0, 100)
  })

  const prefix = Schema.String.check(Schema.isMaxLength(60))

  it.prop(
    "accepts a prefix exactly if GitHub takes every name with it, and reads every name back",
    [prefix],
    ([value]) => {
      const result = make({ prefix: value })
      // The longest of the states' own names has 10 characters.
      const taken = value.length <= 40 && value === value.trimStart() && !/[\n\r,]/u.test(value)
      assert.strictEqual(Result.isSuccess(result), taken)
      if (Result.isFailure(result)) return
      for (const state of LifecycleState.all) {
        const { name } = result.success.labels[state]
        assert.isAtMost(name.length, 50)
        assert.strictEqual(
          stateOf(result.success, name.toUpperCase().toLowerCase()),
          stateOf(result.success, name.toLowerCase())
        )
        assert.strictEqual(stateOf(result.success, name), state)
      }
    }
  )
})

describe("LabelVocabulary.ownedAmong", () => {
  it("keeps our labels as they are written, each with its state, and leaves those of others out", () => {
    const labels = ["bug", "CD/Merged", "cd/discovered", "cd/unknown"].map((name) => ({ name }))
    assert.deepStrictEqual(ownedAmong(standard, labels), [
      { name: "CD/Merged", state: "merged" },
      { name: "cd/discovered", state: "discovered" }
    ])
  })
})

describe("LabelVocabulary.statesOf", () => {
  it("reads labels whatever their case, in the order of how far they have come, and skips those of others", () => {
    const labels = ["bug", "CD/Merged", "cd/discovered", "cd/unknown", "xcd/healthy"].map((name) => ({ name }))
    assert.deepStrictEqual(statesOf(standard, labels), ["discovered", "merged"])
  })
})
