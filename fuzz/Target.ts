import { Arbitrary, Effect } from "effect"
import { smallest } from "./smallest.ts"

/** Something to be tried over and over: where inputs come from, and the law that has to hold for each. */
interface Law<A> {
  /** Makes inputs; making what they are made of may take a while, and depends on the seed. */
  readonly inputs: Effect.Effect<Arbitrary.Arbitrary<A>, unknown>
  /** Throws where it doesn't hold. */
  readonly law: (input: A) => void
  /** How an input is taken apart into texts and put together again, if it consists of such: they can be cut down then. */
  readonly texts?: {
    readonly of: (input: A) => ReadonlyArray<string>
    readonly join: (texts: ReadonlyArray<string>) => A
  }
}

/** Tries a number of inputs, all made from one seed; answers the smallest one found that breaks the law, and how. */
export type Attempt = (runs: number, seed: string) => Effect.Effect<string | undefined>

/** What is tried by a name. */
export interface Target {
  readonly start: Effect.Effect<Attempt, unknown>
}

const failure = (law: () => void): unknown => {
  try {
    law()
    return undefined
  } catch (cause) {
    return cause ?? new Error("it failed without a reason")
  }
}

const cutDown = <A>({ law, texts }: Law<A>, input: A): A => {
  if (texts === undefined) return input
  let left = texts.of(input)
  for (const index of left.keys()) {
    const fails = (text: string) => failure(() => law(texts.join(left.with(index, text)))) !== undefined
    left = left.with(index, smallest(left[index] ?? "", fails))
  }
  return texts.join(left)
}

/** Makes something that can be tried of a law and its inputs. */
export const target = <A>(law: Law<A>): Target => ({
  start: Effect.map(law.inputs, (inputs): Attempt =>
    Effect.fnUntraced(function* (runs, seed) {
      const holds = (input: A) => failure(() => law.law(input)) === undefined
      const result = yield* Arbitrary.checkEffect(inputs, holds, { runs, seed })
      if (result._tag !== "Falsified") return Arbitrary.formatCheckFailure(result)
      const input = cutDown(law, result.shrunkInput)
      return `${JSON.stringify(input, null, 2)}\n${String(failure(() => law.law(input)))}`
    })
  )
})
