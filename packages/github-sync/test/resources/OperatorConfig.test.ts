import { LabelVocabulary, OperatorConfig, policiesOf } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"

const policies = (json: Schema.Json) => policiesOf(Schema.decodeUnknownSync(OperatorConfig.spec)(json))

describe("policiesOf", () => {
  it("is as the operator does it where nothing is said", () => {
    assert.deepStrictEqual(
      policies({ repositories: [] }),
      Result.succeed({
        vocabulary: LabelVocabulary.standard,
        qualification: { checks: "all", approvals: 0 },
        lostLabel: "recreate"
      })
    )
  })

  it("takes over names, checks and what to do about lost labels", () => {
    const found = Result.getOrThrow(
      policies({
        repositories: [],
        labels: { prefix: "delivery: ", names: { qualified: "ready to merge" }, lost: "hold" },
        qualification: { checks: "named", named: ["unit"], approvals: 2 }
      })
    )
    assert.deepInclude(found, { qualification: { checks: ["unit"], approvals: 2 }, lostLabel: "hold" })
    assert.strictEqual(found.vocabulary.labels.qualified.name, "delivery: ready to merge")
    assert.strictEqual(found.vocabulary.labels.merged.name, "delivery: merged")
  })

  it("refuses names that mean the same", () => {
    const refused = policies({ repositories: [], labels: { names: { merged: "Closed" } } })
    assert.include(Result.isFailure(refused) ? refused.failure.message : "", "would stand for")
  })
})
