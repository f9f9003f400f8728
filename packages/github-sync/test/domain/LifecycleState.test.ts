import { LifecycleState } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"

const { all, furthest, isAfterMerge, mayAsk, reachable } = LifecycleState

describe("LifecycleState.transitions", () => {
  it("lead from nowhere after the merge to before it", () => {
    for (const from of all.filter(isAfterMerge)) {
      assert.deepStrictEqual(
        [...reachable[from]].filter((to) => !isAfterMerge(to)),
        []
      )
    }
  })

  it("lead by facts from every state before the merge to every state after it", () => {
    for (const from of all.filter((state) => !isAfterMerge(state))) {
      for (const to of all.filter(isAfterMerge)) assert.isTrue(reachable[from].has(to), `${from} -> ${to}`)
    }
  })

  it("let a label do no more than reject an open pull request, and take that back", () => {
    const asked = all.flatMap((from) =>
      all.filter((to) => LifecycleState.transitions[from][to] === "label").map((to) => [from, to])
    )
    assert.deepStrictEqual(asked, [
      ["discovered", "rejected"],
      ["qualified", "rejected"],
      ["rejected", "discovered"],
      ["rejected", "qualified"]
    ])
  })
})

describe("LifecycleState.record", () => {
  it("makes one thing for each state, and no other", () => {
    const made = LifecycleState.record((state) => `cd/${state}`)
    assert.deepStrictEqual(Object.keys(made), [...all])
    for (const state of all) assert.strictEqual(made[state], `cd/${state}`)
  })
})

describe("LifecycleState.mayAsk", () => {
  it("allows a rejection from every state of an open pull request, also just after it was reopened", () => {
    for (const from of [undefined, "discovered", "qualified", "closed"] as const)
      assert.isTrue(mayAsk(from, "rejected"))
    for (const from of all.filter(isAfterMerge)) assert.isFalse(mayAsk(from, "rejected"))
  })
})

describe("LifecycleState.furthest", () => {
  it("finds the state that has come furthest", () => {
    assert.strictEqual(furthest(["merged", "discovered", "healthy"]), "healthy")
    assert.strictEqual(furthest([]), undefined)
  })
})
