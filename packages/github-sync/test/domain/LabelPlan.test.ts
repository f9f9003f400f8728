import { Plan } from "@lockstep/core"
import { LabelPlan, LabelVocabulary, LifecycleState } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { named, statesOf } from "../fixtures/labels.ts"

const { standard, stateOf } = LabelVocabulary

const names = Schema.Array(
  Schema.Union([
    Schema.Literals(LifecycleState.all.map((state) => standard.labels[state].name)),
    Schema.Literals(["CD/Merged", "Cd/QUALIFIED", "bug", "cd/", "cd/unknown", "team: web"]),
    Schema.String
  ])
)

const carriedOut = (labels: ReadonlyArray<string>, plan: LabelPlan.LabelPlan): ReadonlyArray<ReadonlyArray<string>> =>
  Plan.effective(plan).reduce<ReadonlyArray<ReadonlyArray<string>>>(
    (moments, change) => {
      const now = moments.at(-1) ?? []
      return [...moments, change._tag === "create" ? [...now, change.id] : now.filter((name) => name !== change.id)]
    },
    [labels]
  )

describe("LabelPlan.make", () => {
  it("adds the new label before it takes the old ones away", () => {
    const plan = LabelPlan.make(standard, named(["cd/discovered", "bug", "cd/rejected"]), "qualified")
    assert.deepStrictEqual(plan.changes, [
      Plan.create("cd/qualified", "cd/qualified"),
      Plan.remove("cd/discovered", "cd/discovered"),
      Plan.remove("cd/rejected", "cd/rejected")
    ])
    assert.strictEqual(plan.forecast.requests, 4)
  })

  it("has nothing to do when the right label is there, also in another case", () => {
    const plan = LabelPlan.make(standard, named(["CD/Merged", "bug"]), "merged")
    assert.isTrue(Plan.isEmpty(plan))
    assert.strictEqual(plan.forecast.requests, 0)
  })

  it.prop("never touches a label of somebody else", [names, LifecycleState.LifecycleState], ([labels, state]) => {
    for (const change of Plan.effective(LabelPlan.make(standard, named(labels), state))) {
      assert.isDefined(stateOf(standard, change.id))
    }
  })

  it.prop("ends with exactly the label of the state", [names, LifecycleState.LifecycleState], ([labels, state]) => {
    const end = carriedOut(labels, LabelPlan.make(standard, named(labels), state)).at(-1) ?? []
    assert.deepStrictEqual(statesOf(end), [state])
  })

  it.prop("leaves no moment without a state label", [names, LifecycleState.LifecycleState], ([labels, state]) => {
    const [, ...moments] = carriedOut(labels, LabelPlan.make(standard, named(labels), state))
    for (const moment of moments) assert.isNotEmpty(statesOf(moment))
  })
})
