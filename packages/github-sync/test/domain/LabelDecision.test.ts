import { Facts, LabelDecision, LifecycleState } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { open, qualified, closed, merged, everyInput } from "../fixtures/facts.ts"

const { decide } = LabelDecision

type Row = readonly [
  title: string,
  input: LabelDecision.DecisionInput,
  verdict: LabelDecision.Verdict,
  state: LifecycleState.LifecycleState,
  refused?: ReadonlyArray<LifecycleState.LifecycleState>
]

const rows: ReadonlyArray<Row> = [
  ["a new pull request", { base: undefined, observed: [], facts: open }, "started", "discovered"],
  ["a new one that qualifies", { base: undefined, observed: [], facts: qualified }, "started", "qualified"],
  ["a new one that is merged", { base: undefined, observed: [], facts: merged }, "started", "merged"],
  ["all as it was", { base: "discovered", observed: ["discovered"], facts: open }, "inStep", "discovered"],
  ["checks pass", { base: "discovered", observed: ["discovered"], facts: qualified }, "advanced", "qualified"],
  ["checks fail again", { base: "qualified", observed: ["qualified"], facts: open }, "advanced", "discovered"],
  ["a merge", { base: "qualified", observed: ["qualified"], facts: merged }, "advanced", "merged"],
  ["a merge that was rejected", { base: "rejected", observed: ["rejected"], facts: merged }, "advanced", "merged"],
  [
    "several steps missed",
    { base: "discovered", observed: ["discovered"], facts: { _tag: "merged", deployment: "healthy" } },
    "advanced",
    "healthy"
  ],
  ["reopened", { base: "closed", observed: ["closed"], facts: open }, "advanced", "discovered"],
  [
    "a person rejects by adding",
    { base: "qualified", observed: ["qualified", "rejected"], facts: qualified },
    "accepted",
    "rejected"
  ],
  [
    "a person rejects by replacing",
    { base: "qualified", observed: ["rejected"], facts: qualified },
    "accepted",
    "rejected"
  ],
  ["a rejection stays", { base: "rejected", observed: ["rejected"], facts: qualified }, "inStep", "rejected"],
  [
    "a rejection ends by asking for discovered",
    { base: "rejected", observed: ["rejected", "discovered"], facts: qualified },
    "accepted",
    "qualified"
  ],
  [
    "a rejection ends by asking for qualified",
    { base: "rejected", observed: ["qualified"], facts: qualified },
    "accepted",
    "qualified"
  ],
  ["a rejection without a base", { base: undefined, observed: ["rejected"], facts: qualified }, "accepted", "rejected"],
  [
    "a rejection of what is merged",
    { base: "merged", observed: ["merged", "rejected"], facts: merged },
    "refused",
    "merged",
    ["rejected"]
  ],
  [
    "a forged merge",
    { base: "discovered", observed: ["discovered", "merged"], facts: open },
    "refused",
    "discovered",
    ["merged"]
  ],
  [
    "a forged merge in place of the label",
    { base: "discovered", observed: ["merged"], facts: open },
    "refused",
    "discovered",
    ["merged"]
  ],
  [
    "a forged merge without a base",
    { base: undefined, observed: ["merged"], facts: open },
    "refused",
    "discovered",
    ["merged"]
  ],
  [
    "a forged qualification",
    { base: "discovered", observed: ["discovered", "qualified"], facts: open },
    "refused",
    "discovered",
    ["qualified"]
  ],
  [
    "a forged qualification of a rejected one",
    { base: "rejected", observed: ["qualified"], facts: open },
    "refused",
    "rejected",
    ["qualified"]
  ],
  [
    "a label that claims less",
    { base: "qualified", observed: ["discovered"], facts: qualified },
    "refused",
    "qualified",
    ["discovered"]
  ],
  [
    "a forgery beside a rejection",
    { base: "discovered", observed: ["discovered", "rejected", "healthy"], facts: open },
    "refused",
    "rejected",
    ["healthy"]
  ],
  [
    "a true claim before we noticed",
    { base: "discovered", observed: ["discovered", "qualified"], facts: qualified },
    "accepted",
    "qualified"
  ],
  [
    "a crash between adding and removing",
    { base: "qualified", observed: ["qualified", "merged"], facts: merged },
    "accepted",
    "merged"
  ],
  [
    "labels of an earlier installation",
    { base: undefined, observed: ["qualified"], facts: qualified },
    "adopted",
    "qualified"
  ],
  [
    "an outdated label of an earlier installation",
    { base: undefined, observed: ["discovered"], facts: merged },
    "adopted",
    "merged"
  ],
  [
    "several labels and no base",
    { base: undefined, observed: ["discovered", "qualified"], facts: qualified },
    "repaired",
    "qualified"
  ],
  ["a lost label", { base: "discovered", observed: [], facts: open }, "recreated", "discovered"],
  ["a lost label after the facts moved", { base: "discovered", observed: [], facts: merged }, "recreated", "merged"],
  ["a lost rejection", { base: "rejected", observed: [], facts: qualified }, "recreated", "rejected"],
  [
    "a lost rejection, starting over",
    { base: "rejected", observed: [], facts: qualified, lostLabel: "reset" },
    "reset",
    "qualified"
  ],
  ["a lost label, held", { base: "qualified", observed: [], facts: qualified, lostLabel: "hold" }, "held", "qualified"],
  ["a record of a merge that never was", { base: "merged", observed: ["merged"], facts: open }, "held", "merged"],
  ["a record of health of what is closed", { base: "healthy", observed: [], facts: closed }, "held", "healthy"]
]

const every = everyInput().map((input) => ({ input, decision: decide(input) }))

const exception = (law: (input: LabelDecision.DecisionInput, decision: LabelDecision.LabelDecision) => boolean) =>
  every.find(({ decision, input }) => !law(input, decision))

describe("LabelDecision.decide", () => {
  for (const [title, input, verdict, state, refused = []] of rows) {
    it(`judges ${title}`, () => {
      const decision = decide(input)
      assert.deepInclude(decision, { verdict, state, refused })
      assert.isNotEmpty(decision.reason)
    })
  }

  it("is total: it decides every combination of base, labels, facts and policy, with a reason", () => {
    assert.strictEqual(every.length, 10 * 2 ** 9 * 8 * 3)
    assert.isUndefined(
      exception((_, decision) => LifecycleState.all.includes(decision.state) && decision.reason !== "")
    )
  })

  it("never takes a merge or what follows from a label", () => {
    assert.isUndefined(
      exception(
        ({ facts }, { state, verdict }) =>
          verdict === "held" || LifecycleState.isAfterMerge(state) === (facts._tag === "merged")
      )
    )
  })

  it("never takes a qualification from a label", () => {
    assert.isUndefined(
      exception(({ facts }, { state }) => state !== "qualified" || (facts._tag === "open" && facts.qualified))
    )
  })

  it("never rejects what no person rejected", () => {
    assert.isUndefined(
      exception(
        ({ base, observed }, { state }) => state !== "rejected" || base === "rejected" || observed.includes("rejected")
      )
    )
  })

  it("follows the facts unless an open pull request is rejected or the labels are held", () => {
    assert.isUndefined(
      exception(
        ({ facts }, { state, verdict }) =>
          verdict === "held" || state === Facts.stateOf(facts) || (state === "rejected" && facts._tag === "open")
      )
    )
  })

  it("never grants what it refuses", () => {
    assert.isUndefined(exception((_, { refused, state }) => !refused.includes(state)))
  })

  it("has nothing left to do once its decision was carried out", () => {
    assert.isUndefined(
      exception((input, { state, write }) => {
        if (!write) return true
        const next = decide({ ...input, base: state, observed: [state] })
        return next.verdict === "inStep" && next.state === state
      })
    )
  })

  it("comes to the same end when it crashes before the old labels are taken away", () => {
    assert.isUndefined(
      exception((input, { state, write }) => {
        if (!write) return true
        const shown = LifecycleState.all.filter((one) => one === state || input.observed.includes(one))
        const next = decide({ ...input, observed: shown })
        return !next.write || next.state === state
      })
    )
  })

  it("comes to the same end when it crashes before the base is recorded", () => {
    assert.isUndefined(
      exception((input, { state, write }) => !write || decide({ ...input, observed: [state] }).state === state)
    )
  })

  it("does not depend on the order in which labels are listed", () => {
    assert.isUndefined(
      exception((input, decision) => {
        const reversed = decide({ ...input, observed: input.observed.toReversed() })
        return reversed.state === decision.state && reversed.verdict === decision.verdict
      })
    )
  })
})
