import { Arbitrary, Effect, Result } from "effect"
import { assertFormatKeeps, assertModelSurvives } from "../../packages/haproxy-sync/test/support/laws/roundTrips.ts"
import { grammarPair, modelPools } from "../../packages/haproxy-sync/test/support/randomPairs.ts"
import { parse } from "../../packages/haproxy-sync/src/index.ts"
import { target as made } from "../Target.ts"
import { mutatedTexts } from "../texts.ts"

const law = (text: string): void => {
  const config = parse(text)
  if (Result.isFailure(config)) return
  assertModelSurvives(config.success)
  assertFormatKeeps(config.success)
}

/** What is printed of a configuration has the same model, and its canonical form means the same. */
export const target = made({
  inputs: Effect.map(modelPools, (pools) => {
    const made = Arbitrary.map(grammarPair(pools), ([text]) => text)
    return Arbitrary.flatMap(Arbitrary.all([made, mutatedTexts()]), ([one, other]) =>
      Arbitrary.Constant(one.length % 2 === 0 ? one : other)
    )
  }),
  law,
  texts: { of: (text) => [text], join: ([text = ""]) => text }
})
