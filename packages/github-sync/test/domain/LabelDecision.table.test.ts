import { Facts, LabelDecision, LifecycleState } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { everyInput } from "../fixtures/facts.ts"

/**
 * The rules of `decide` once more, as a table that was written from the rules and not from the code. Every combination of
 * base, labels, facts and policy falls under exactly one row.
 */
interface Row {
  readonly when: string
  readonly holds: (look: Look) => boolean
  readonly verdict: LabelDecision.Verdict
  readonly state: (look: Look) => LifecycleState.LifecycleState | undefined
  /** What people are told. */
  readonly reason: RegExp
}

interface Look {
  readonly base: LifecycleState.LifecycleState | undefined
  readonly observed: ReadonlyArray<LifecycleState.LifecycleState>
  readonly lostLabel: LabelDecision.LostLabelPolicy | undefined
  readonly open: boolean
  readonly merged: boolean
  /** What the facts alone say. */
  readonly target: LifecycleState.LifecycleState
  /** What follows without any label: the facts, but a rejection of what is open stays. */
  readonly stay: LifecycleState.LifecycleState
  readonly granted: ReadonlyArray<LifecycleState.LifecycleState>
  readonly refused: ReadonlyArray<LifecycleState.LifecycleState>
}

const beforeMerge = new Set<string | undefined>(["discovered", "qualified", "rejected", "closed"])

const isAfterMerge = (state: string | undefined) => state !== undefined && !beforeMerge.has(state)

const targets: { readonly [fact: string]: LifecycleState.LifecycleState } = {
  "open false": "discovered",
  "open true": "qualified",
  closed: "closed",
  merged: "merged",
  "merged synced": "synced",
  "merged healthy": "healthy",
  "merged degraded": "degraded",
  "merged drifted": "drifted"
}

const nameOf = (facts: Facts.Facts): string =>
  facts._tag === "open"
    ? `open ${facts.qualified}`
    : facts._tag === "merged" && facts.deployment !== undefined
      ? `merged ${facts.deployment}`
      : facts._tag

const lookAt = ({ base, facts, lostLabel, observed }: LabelDecision.DecisionInput): Look => {
  const target = targets[nameOf(facts)] ?? "discovered"
  const open = facts._tag === "open"
  const asks = observed.filter((state) => state !== base)
  const granted = asks.filter(
    (ask) => ask === target || (open && (ask === "rejected" || (ask === "discovered" && base === "rejected")))
  )
  // Where nothing was recorded, a label that the facts have left behind is no claim.
  const isLeftover = (ask: string) =>
    base === undefined && (beforeMerge.has(ask) || (isAfterMerge(target) && (ask === "merged" || target !== "merged")))
  return {
    base,
    observed,
    lostLabel,
    open,
    merged: facts._tag === "merged",
    target,
    stay: base === "rejected" && open ? "rejected" : target,
    granted,
    refused: asks.filter((ask) => !granted.includes(ask) && !isLeftover(ask))
  }
}

const impossible = ({ base, merged }: Look) => isAfterMerge(base) && !merged
const lost = (look: Look) => !impossible(look) && look.base !== undefined && look.observed.length === 0
const shown = (look: Look) => !impossible(look) && look.observed.length > 0
const allowed = (look: Look) => shown(look) && look.refused.length === 0

const asked = ({ granted, stay, target }: Look) =>
  granted.includes("rejected") ? "rejected" : granted.length > 0 ? target : stay

const rows: ReadonlyArray<Row> = [
  {
    when: "a merge was recorded that never was",
    holds: impossible,
    verdict: "held",
    state: ({ base }) => base,
    reason: /was recorded, but .*; correct the tracker's status or delete the tracker$/u
  },
  {
    when: "nothing was recorded and no label is there",
    holds: ({ base, observed }) => base === undefined && observed.length === 0,
    verdict: "started",
    state: ({ target }) => target,
    reason: /^it is /u
  },
  {
    when: "the label is gone and is to be set again",
    holds: (look) => lost(look) && look.lostLabel === "recreate",
    verdict: "recreated",
    state: ({ stay }) => stay,
    reason: /^the label of '\w+' was gone; /u
  },
  {
    when: "the label is gone and the facts alone are to decide",
    holds: (look) => lost(look) && look.lostLabel === "reset",
    verdict: "reset",
    state: ({ target }) => target,
    reason: /^the label of '\w+' was gone; /u
  },
  {
    when: "the label is gone and a person is to decide",
    holds: (look) => lost(look) && look.lostLabel === "hold",
    verdict: "held",
    state: ({ stay }) => stay,
    reason: /^the label of '\w+' was taken away; set a state's label to go on$/u
  },
  {
    when: "a label claims what the facts deny",
    holds: (look) => shown(look) && look.refused.length > 0,
    verdict: "refused",
    state: asked,
    reason: /^the label '\w+'( and '\w+')* is refused: it is /u
  },
  {
    when: "nothing was recorded and there are several labels",
    holds: (look) => allowed(look) && look.base === undefined && look.observed.length > 1,
    verdict: "repaired",
    state: asked,
    reason: /^it had the labels of \d states; /u
  },
  {
    when: "nothing was recorded and a person said no",
    holds: (look) => allowed(look) && look.base === undefined && look.open && look.observed.join() === "rejected",
    verdict: "accepted",
    state: () => "rejected",
    reason: /^a person rejected it; set the label of 'discovered' to end that$/u
  },
  {
    when: "nothing was recorded and there is one label",
    holds: (look) =>
      allowed(look) &&
      look.base === undefined &&
      look.observed.length === 1 &&
      !(look.open && look.observed[0] === "rejected"),
    verdict: "adopted",
    state: ({ target }) => target,
    reason: /^it is /u
  },
  {
    when: "a label asks for what may be",
    holds: (look) => allowed(look) && look.base !== undefined && look.granted.length > 0,
    verdict: "accepted",
    state: asked,
    reason: /^a label asked for '\w+'; /u
  },
  {
    when: "the label is the recorded one, and the facts agree",
    holds: (look) => allowed(look) && look.granted.length === 0 && look.base !== undefined && look.stay === look.base,
    verdict: "inStep",
    state: ({ base }) => base,
    reason: /^(it is |a person rejected it; )/u
  },
  {
    when: "the label is the recorded one, and the facts moved on",
    holds: (look) => allowed(look) && look.granted.length === 0 && look.base !== undefined && look.stay !== look.base,
    verdict: "advanced",
    state: ({ stay }) => stay,
    reason: /^it is /u
  }
]

const every = everyInput().map((input) => {
  const look = lookAt(input)
  return { input, look, decision: LabelDecision.decide(input), rows: rows.filter(({ holds }) => holds(look)) }
})

describe("The table of decisions", () => {
  it("has exactly one row for every combination of base, labels, facts and policy", () => {
    assert.strictEqual(every.length, 10 * 2 ** 9 * 8 * 3)
    assert.isUndefined(every.find(({ rows: found }) => found.length !== 1))
  })

  for (const row of rows) {
    it(`decides '${row.verdict}' with its reason when ${row.when}`, () => {
      const own = every.filter(({ rows: found }) => found.includes(row))
      assert.isNotEmpty(own)
      assert.isUndefined(
        own.find(
          ({ decision, look }) =>
            decision.verdict !== row.verdict ||
            decision.state !== row.state(look) ||
            decision.refused.join() !== (row.verdict === "refused" ? look.refused : []).join() ||
            decision.write !== (row.verdict !== "held") ||
            !row.reason.test(decision.reason)
        )
      )
    })
  }
})
