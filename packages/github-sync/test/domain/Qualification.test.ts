import { Deployment, Qualification } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"

const ready = { draft: false, mergeable: "yes" } as const
const passed = { name: "test", result: "passed" } as const
const review = (author: string, verdict: Qualification.Review["verdict"]) => ({ author, verdict })

type Case = readonly [
  title: string,
  pullRequest: Parameters<typeof Qualification.qualify>[0],
  checks: ReadonlyArray<Qualification.Check>,
  reviews: ReadonlyArray<Qualification.Review>,
  policy: Partial<Qualification.QualificationPolicy>,
  reasons: ReadonlyArray<string>
]

const cases: ReadonlyArray<Case> = [
  ["qualifies when its checks passed", ready, [passed], [], {}, []],
  ["does not qualify as a draft", { ...ready, draft: true }, [passed], [], {}, ["it is a draft"]],
  [
    "does not qualify with a conflict",
    { ...ready, mergeable: "no" },
    [passed],
    [],
    {},
    ["it conflicts with its base branch"]
  ],
  [
    "is not held back while GitHub works out whether it can be merged",
    { ...ready, mergeable: "unknown" },
    [passed],
    [],
    {},
    []
  ],
  ["does not qualify before any check reported", ready, [], [], {}, ["no check has reported yet"]],
  ["needs no check where none is asked for", ready, [], [], { checks: "none" }, []],
  [
    "does not qualify while a check runs",
    ready,
    [{ name: "test", result: "pending" }],
    [],
    {},
    ["check 'test' is not finished"]
  ],
  [
    "does not qualify when one of two results of a check failed",
    ready,
    [passed, { name: "test", result: "failed" }],
    [],
    {},
    ["check 'test' failed"]
  ],
  [
    "looks at the checks that are asked for, and no others",
    ready,
    [passed, { name: "lint", result: "failed" }],
    [],
    { checks: ["test"] },
    []
  ],
  [
    "misses a check that is asked for",
    ready,
    [passed],
    [],
    { checks: ["test", "e2e"] },
    ["check 'e2e' has not reported yet"]
  ],
  [
    "does not qualify without its approvals",
    ready,
    [passed],
    [review("ann", "approved")],
    { approvals: 2 },
    ["it has 1 of 2 approvals"]
  ],
  [
    "counts a person once",
    ready,
    [passed],
    [review("ann", "approved"), review("ann", "approved")],
    { approvals: 2 },
    ["it has 1 of 2 approvals"]
  ],
  [
    "does not qualify when a review asks for changes",
    ready,
    [passed],
    [review("ann", "changes-requested")],
    {},
    ["a review asks for changes"]
  ],
  [
    "goes by the last word of a person",
    ready,
    [passed],
    [review("ann", "changes-requested"), review("ann", "approved")],
    { approvals: 1 },
    []
  ],
  [
    "keeps an approval through a later comment",
    ready,
    [passed],
    [review("ann", "approved"), review("ann", "commented")],
    { approvals: 1 },
    []
  ],
  [
    "does not count what people say who may not write",
    ready,
    [passed],
    [
      { ...review("ann", "approved"), mayWrite: false },
      { ...review("ben", "changes-requested"), mayWrite: false }
    ],
    { approvals: 1 },
    ["it has 0 of 1 approvals"]
  ],
  [
    "drops a dismissed review",
    ready,
    [passed],
    [review("ann", "changes-requested"), review("ann", "dismissed")],
    {},
    []
  ]
]

describe("Qualification.qualify", () => {
  it.each(cases.map(([title, ...rest]) => ({ title, rest })))(
    "$title",
    ({ rest: [pullRequest, checks, reviews, policy, reasons] }) => {
      const result = Qualification.qualify(pullRequest, checks, reviews, { ...Qualification.defaultPolicy, ...policy })
      assert.deepStrictEqual(result.reasons, reasons)
      assert.strictEqual(result.qualified, reasons.length === 0)
    }
  )
})

describe("Qualification.stands", () => {
  const Verdict = Schema.Literals(["approved", "changes-requested", "dismissed", "commented"])
  const Reviews = Schema.Array(Schema.Struct({ author: Schema.Literals(["ann", "ben", "cleo"]), verdict: Verdict }))
  const Checks = Schema.Array(
    Schema.Struct({
      name: Schema.Literals(["a", "b", "c"]),
      result: Schema.Literals(["passed", "passed", "failed", "pending"])
    })
  )
  const Policy = Schema.Struct({
    checks: Schema.Union([Schema.Literals(["all", "none"]), Schema.Array(Schema.Literals(["a", "b"]))]),
    approvals: Schema.Literals([0, 1, 2])
  })
  const World = Schema.Struct({
    draft: Schema.Boolean,
    mergeable: Schema.Literals(["yes", "no", "unknown"]),
    checks: Checks,
    reviews: Reviews,
    before: Policy,
    after: Policy
  })

  // Those that a policy doesn't ask for are not read.
  const looked = (world: typeof World.Type, policy: typeof Policy.Type) => {
    const checks = policy.checks === "none" ? [] : world.checks
    const found = Qualification.qualify(world, checks, world.reviews, policy)
    return { checks, mergeable: world.mergeable, reasons: found.reasons, approvals: found.approvals }
  }

  it.prop(
    "is true only where another look would come to the same",
    [World],
    ([world]) => {
      const recorded = looked(world, world.before)
      if (Qualification.stands(recorded, world.after)) {
        assert.deepStrictEqual(looked(world, world.after).reasons, recorded.reasons)
      }
      assert.strictEqual(Qualification.stands(recorded, world.before), !Qualification.isWaiting(recorded))
    },
    { arbitrary: { runs: 2000 } }
  )
})

describe("Deployment.summarize", () => {
  it.each<[ReadonlyArray<Deployment.Phase>, ReturnType<typeof Deployment.summarize>]>([
    [[], undefined],
    [["Pending", "Healthy"], undefined],
    [["Synced", "Healthy"], "synced"],
    [["Healthy", "Healthy"], "healthy"],
    [["Healthy", "Superseded"], "healthy"],
    [["Superseded"], undefined],
    [["Unknown", "Healthy"], undefined],
    [["Degraded", "Pending"], "degraded"],
    [["TimedOut", "Healthy"], "degraded"],
    [["Degraded", "Drifted"], "drifted"]
  ])("%j -> %s", (phases, expected) => {
    assert.strictEqual(Deployment.summarize(phases), expected)
  })
})
