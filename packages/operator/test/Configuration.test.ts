import { OperatorConfig } from "@lockstep/github-sync"
import { Configuration } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Result, Schema } from "effect"

const acme = { owner: "acme", name: "web" }

const specOf = Schema.decodeUnknownSync(OperatorConfig.spec)

const spec = specOf({
  repositories: [{ ...acme, labels: { none: ["hands-off"] } }],
  labels: { prefix: "flow: ", names: { qualified: "ready" }, lost: "hold" },
  qualification: { checks: "none", approvals: 1 },
  clusters: ["eu-west-1"],
  syncIntervalSeconds: 30,
  prune: "ended"
})

describe("Configuration.optionsOf", () => {
  it("is what the configuration says, and what the operator does by default where it says nothing", () => {
    const found = Result.getOrThrow(Configuration.optionsOf(spec))
    assert.deepInclude(found, {
      repositories: [{ ...acme, labels: { none: ["hands-off"] } }],
      clusters: ["eu-west-1"],
      syncInterval: Duration.seconds(30),
      prune: "ended",
      lostLabel: "hold",
      qualification: { checks: "none", approvals: 1 }
    })
    assert.strictEqual(found.vocabulary?.labels.qualified.name, "flow: ready")
    assert.deepInclude(Result.getOrThrow(Configuration.optionsOf(specOf({ repositories: [] }))), {
      clusters: [],
      syncInterval: Duration.minutes(2),
      prune: "keep",
      lostLabel: "recreate"
    })
  })

  it("says which names of labels can't be used", () => {
    const refused = Configuration.optionsOf({ ...spec, labels: { names: { merged: "Closed" } } })
    assert.include(Result.isFailure(refused) ? refused.failure.message : "", "would stand for")
  })
})
