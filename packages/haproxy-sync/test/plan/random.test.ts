import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect } from "effect"
import { describeCorpus } from "../support/corpus.ts"
import { assertLeads } from "../support/laws/leads.ts"
import { corpusPair, grammarPair, modelPools, type Pair } from "../support/randomPairs.ts"

/** How many pairs of each kind are tried; `npm run fuzz -- plan` takes more. */
const runs = 300
const timeout = 50_000

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
