import { Plan } from "@lockstep/core"
import { CataloguePlan, LabelVocabulary, LifecycleState } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const { standard } = LabelVocabulary

const complete = LifecycleState.all.map((state) => standard.labels[state])

const effective = (...args: Parameters<typeof CataloguePlan.make>) =>
  Plan.effective(CataloguePlan.make(...args)).map((change) =>
    change._tag === "update"
      ? `${change.id}: ${CataloguePlan.changedFields(change.before, change.after).join(", ")} → ${change.after.name}`
      : `${change._tag} ${change.id}`
  )

const without = (name: string) => complete.filter((label) => label.name !== name)

const rows: ReadonlyArray<
  readonly [title: string, args: Parameters<typeof CataloguePlan.make>, changes: ReadonlyArray<string>]
> = [
  ["nothing where everything is there", [standard, complete], []],
  ["every label of an empty catalogue", [standard, []], complete.map(({ name }) => `create ${name}`)],
  [
    "new looks, and no difference in the case of a colour",
    [
      standard,
      complete.map((label) => ({
        ...label,
        color: label.name === "cd/merged" ? "ededed" : (label.color ?? "").toUpperCase()
      }))
    ],
    ["cd/merged: color → cd/merged"]
  ],
  [
    "the case of the vocabulary",
    [standard, [...without("cd/merged"), { ...standard.labels.merged, name: "CD/Merged" }]],
    ["CD/Merged: name → cd/merged"]
  ],
  [
    "renames before new labels",
    [
      standard,
      [
        ...without("cd/merged").filter(({ name }) => name !== "cd/closed"),
        { ...standard.labels.merged, name: "shipped" }
      ],
      { merged: ["released", "SHIPPED"] }
    ],
    ["shipped: name → cd/merged", "create cd/closed"]
  ],
  ["nothing of labels of others", [standard, [...complete, { name: "bug" }, { name: "cd/other" }]], []]
]

describe("CataloguePlan.make", () => {
  for (const [title, args, changes] of rows) {
    it(`plans ${title}`, () => assert.deepStrictEqual(effective(...args), changes))
  }

  it("does not merge two labels, and says which", () => {
    const plan = CataloguePlan.make(standard, [...complete, { name: "shipped" }], { merged: ["shipped"] })
    assert.isTrue(Plan.isEmpty(plan))
    assert.deepStrictEqual(plan.clashes, [{ former: "shipped", wanted: "cd/merged" }])
  })

  const present = Schema.Array(
    Schema.Struct({
      name: Schema.Literals(["bug", "cd/merged", "cd/closed", "Shipped", "cd/unknown"]),
      color: Schema.Literals(["ededed", "5319E7"])
    })
  )

  it.prop("leads to the vocabulary, deletes nothing, and has nothing left to do then", [present], ([labels]) => {
    const start = [...new Map(labels.map((label) => [label.name.toLowerCase(), label])).values()]
    const plan = CataloguePlan.make(standard, start, { merged: ["shipped"] })
    assert.isFalse(plan.changes.some(({ _tag }) => _tag === "delete"))
    const end = new Map<string, { readonly name: string }>(start.map((label) => [label.name.toLowerCase(), label]))
    for (const change of Plan.effective(plan)) {
      if (change._tag === "update") end.delete(change.before.name.toLowerCase())
      if (change._tag !== "delete") end.set(change.after.name.toLowerCase(), change.after)
    }
    assert.isTrue(Plan.isEmpty(CataloguePlan.make(standard, [...end.values()], {})))
    for (const { name } of start.filter((label) => ["bug", "cd/unknown"].includes(label.name))) {
      assert.isTrue(end.has(name))
    }
  })
})
