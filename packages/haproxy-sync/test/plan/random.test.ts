import {
  compare,
  type ConfigSection,
  parse,
  type Plan,
  plan,
  simulatePlan,
  type StructuredConfig
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result } from "effect"
import { meaningOf } from "../../src/model/values.ts"
import { simulate } from "../../src/plan/simulate.ts"
import { describeCorpus } from "../support/corpus.ts"
import { corpusPair, grammarPair, modelPools, type Pair } from "../support/randomPairs.ts"

/** How many pairs of each kind are tried; a search for faults takes more. */
const runs = Number(process.env["LOCKSTEP_RANDOM_PAIRS"] ?? 300)
const timeout = 20_000 + 100 * runs

/** What a section means, worked out without the comparison: its model and its other lines. */
const meaning = (section: ConfigSection): string =>
  meaningOf({
    value: JSON.parse(JSON.stringify(section.value)) as unknown,
    opaque: section.opaque.map(({ words }) => words.join(" ")).toSorted()
  })

const assertMeansTheSame = (reached: StructuredConfig, desired: StructuredConfig): void => {
  const named = ({ sections }: StructuredConfig) =>
    sections.filter(({ keyword }) => keyword !== "global" && keyword !== "traces")
  assert.sameMembers(
    named(reached).map(({ keyword, name }) => `${keyword} ${name}`),
    named(desired).map(({ keyword, name }) => `${keyword} ${name}`)
  )
  for (const section of desired.sections) {
    const one = reached.section(section.keyword, section.name)
    if (one !== undefined) assert.strictEqual(meaning(one), meaning(section))
  }
}

/** The steps of each section in their order, the sections the other way round. */
const otherWayRound = ({ steps }: Plan) => {
  const groups = Map.groupBy(steps, ({ operations: [first] }) => `${first?.keyword} ${first?.owner}`)
  return [...groups.values()].toReversed().flat()
}

const assertLeads = ([from, to]: Pair): void => {
  const [current, desired] = [parse(from), parse(to)]
  if (Result.isFailure(current) || Result.isFailure(desired)) return
  const [a, b] = [current.success, desired.success]
  const first = plan(a, b)
  const reached = Result.getOrThrow(parse(simulatePlan(first, a, b)))
  assert.deepStrictEqual(compare(reached, b).operations, [])
  assertMeansTheSame(reached, b)
  const shuffled = Result.getOrThrow(parse(simulate(otherWayRound(first), a, b)))
  assert.deepStrictEqual(compare(shuffled, b).operations, [])
  assert.deepStrictEqual(plan(b, b).operations, [])
  const again = plan(Result.getOrThrow(parse(from)), Result.getOrThrow(parse(to)))
  assert.strictEqual(JSON.stringify(again), JSON.stringify(first))
}

describe("plan of random pairs", () => {
  it.effect(
    "made from the grammars leads from one to the other",
    () =>
      Effect.gen(function* () {
        const pairs = grammarPair(yield* modelPools)
        const leads = (pair: Pair) =>
          Effect.sync(() => {
            assertLeads(pair)
            return true
          })
        const result = yield* Arbitrary.checkEffect(pairs, leads, { runs })
        assert.isUndefined(Arbitrary.formatCheckFailure(result))
      }),
    timeout
  )

  describeCorpus("of the corpus", () => {
    it.prop("with some lines changed leads from one to the other", [corpusPair()], ([pair]) => assertLeads(pair), {
      arbitrary: { runs },
      timeout
    })
  })
})
