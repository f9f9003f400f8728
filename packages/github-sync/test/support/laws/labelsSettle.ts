import assert from "node:assert/strict"
import { Plan } from "@lockstep/core"
import { type Facts, LabelDecision, LabelPlan, LabelVocabulary, type LifecycleState } from "@lockstep/github-sync"
import { Arbitrary, Schema } from "effect"
import { everyFacts } from "../../fixtures/facts.ts"
import { named, statesOf } from "../../fixtures/labels.ts"

const { standard, stateOf } = LabelVocabulary

/** What happens to a pull request: a person adds or takes away a label, its facts move, Lockstep looks and may be stopped on its way. */
export interface Step {
  readonly label: string
  readonly add: boolean
  readonly facts: number
  /** After how many of its writes Lockstep stops. */
  readonly stopsAfter: number
}

const label = Schema.Literals([
  ...Object.values(standard.labels).map(({ name }) => name),
  "CD/Merged",
  "Cd/QUALIFIED",
  "bug",
  "cd/unknown",
  "team: web"
])

/** Some steps, one after another. */
export const steps: Arbitrary.Arbitrary<ReadonlyArray<Step>> = Arbitrary.schema(
  Schema.Array(
    Schema.Struct({
      label,
      add: Schema.Boolean,
      facts: Schema.Literals([0, 1, 2, 3, 4, 5, 6, 7]),
      stopsAfter: Schema.Literals([0, 1, 2, 99, 99, 99])
    })
  )
)

const foreign = (labels: ReadonlyArray<string>) => labels.filter((name) => stateOf(standard, name) === undefined)

/**
 * Asserts of a pull request's whole life that labels of others are left alone, that a state label never goes missing while Lockstep
 * writes, and that once it is let finish, looking again finds nothing to do.
 */
export const assertLabelsSettle = (life: ReadonlyArray<Step>): void => {
  let labels: ReadonlyArray<string> = []
  let base: LifecycleState.LifecycleState | undefined
  const look = (facts: Facts.Facts, stopsAfter: number): number => {
    const decision = LabelDecision.decide({ base, observed: LabelVocabulary.statesOf(standard, named(labels)), facts })
    assert.notEqual(decision.reason, "")
    if (!decision.write) return 0
    const changes = Plan.effective(LabelPlan.make(standard, named(labels), decision.state))
    for (const change of changes.slice(0, stopsAfter)) {
      const before = labels
      labels = change._tag === "create" ? [...labels, change.id] : labels.filter((name) => name !== change.id)
      assert.deepEqual(foreign(labels), foreign(before))
      assert.ok(statesOf(labels).length > 0, `no state label is left of ${before.join(", ")}`)
    }
    if (changes.length <= stopsAfter) base = decision.state
    return changes.length
  }
  for (const { add, facts, label: name, stopsAfter } of life) {
    const others = labels.filter((one) => one.toLowerCase() !== name.toLowerCase())
    labels = add ? [...others, name] : others
    const now = everyFacts[facts] ?? everyFacts[0]
    assert.ok(now !== undefined)
    look(now, stopsAfter)
    look(now, Infinity)
    assert.equal(look(now, Infinity), 0)
  }
}
