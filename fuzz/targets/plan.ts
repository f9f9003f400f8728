import { Arbitrary, Effect, Schema } from "effect"
import { corpusPresent } from "../../packages/haproxy-sync/test/support/corpusFiles.ts"
import { assertLeads } from "../../packages/haproxy-sync/test/support/laws/leads.ts"
import { corpusPair, grammarPair, modelPools, type Pair } from "../../packages/haproxy-sync/test/support/randomPairs.ts"
import { target as made } from "../Target.ts"

/** A plan leads from one configuration to the other, whatever the order of its independent steps. */
export const target = made<Pair>({
  inputs: Effect.map(modelPools, (pools) => {
    const own = grammarPair(pools)
    if (!corpusPresent) return own
    const real = corpusPair()
    return Arbitrary.flatMap(Arbitrary.schema(Schema.Boolean), (small) => (small ? own : real))
  }),
  law: assertLeads,
  texts: { of: (pair) => pair, join: ([current = "", desired = ""]) => [current, desired] }
})
