import { describe as describeOperation, parse, plan, stagesOf } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result, Schema } from "effect"
import { simulate } from "../../src/plan/simulate.ts"
import { config, section } from "../support/configs.ts"
import { describeCorpus } from "../support/corpus.ts"
import { corpusPair, grammarPair, modelPools, type Pair } from "../support/randomPairs.ts"

const stages = (current: string, desired: string) =>
  stagesOf(plan(config(current), config(desired)).steps).map((stage) =>
    stage.map(({ operations: [operation] }) => (operation === undefined ? "" : describeOperation(operation)))
  )

const app = (...lines: ReadonlyArray<string>) => section("backend app", ...lines)
const rule = (name: string) => `http-request set-header ${name} 1`

describe("stagesOf", () => {
  it("puts sections of one kind side by side", () => {
    const two = (mode: string) => section("backend a", `mode ${mode}`) + section("backend b", `mode ${mode}`)
    assert.deepStrictEqual(stages(two("tcp"), two("http")), [["Update backend 'a'", "Update backend 'b'"]])
  })

  it("has what is referred to before what refers to it, and deletes last, one kind after the other", () => {
    assert.deepStrictEqual(
      stages(
        section("frontend f", "default_backend old") + section("backend old") + section("backend older"),
        section("userlist u") +
          section("frontend f", "default_backend new") +
          section("backend new") +
          section("backend b")
      ),
      [
        ["Create userlist 'u'"],
        ["Create backend 'new'", "Create backend 'b'"],
        ["Update frontend 'f'"],
        ["Delete backend 'older'", "Delete backend 'old'"]
      ]
    )
  })

  it("puts the collections of a section side by side, and never two items of one", () => {
    assert.deepStrictEqual(
      stages(
        app("server a 10.0.0.1:80", "server b 10.0.0.2:80", rule("X")),
        app("server b 10.0.0.2:80 check", "server c 10.0.0.3:80", rule("X"), rule("Y"))
      ),
      [
        ["Delete server 'a' from backend 'app'", "Create HTTP request rule (set-header) in backend 'app'"],
        ["Update server 'b' in backend 'app'"],
        ["Create server 'c' in backend 'app'"]
      ]
    )
  })

  it("has a section itself before what is in it", () => {
    assert.deepStrictEqual(stages(app("mode tcp", "server a 10.0.0.1:80"), app("mode http", rule("X"))), [
      ["Update backend 'app'"],
      ["Delete server 'a' from backend 'app'", "Create HTTP request rule (set-header) in backend 'app'"]
    ])
  })

  it("puts defaults sections one after the other: they may inherit from each other", () => {
    const both = (mode: string) => section("defaults a", `mode ${mode}`) + section("defaults b from a", `mode ${mode}`)
    assert.deepStrictEqual(stages(both("tcp"), both("http")), [
      ["Update defaults section 'a'"],
      ["Update defaults section 'b'"]
    ])
  })

  it("is empty for no steps", () => {
    assert.deepStrictEqual(stagesOf([]), [])
  })
})

const runs = Number(process.env["LOCKSTEP_RANDOM_PAIRS"] ?? 200)
const timeout = 20_000 + 100 * runs
const seeds = Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))

/** Another order of a list, the same one for the same seed. */
const shuffled = <T>(list: ReadonlyArray<T>, seed: number): ReadonlyArray<T> =>
  list
    .map((item, index) => ({ item, key: (seed * (index + 1) * 7919) % 10_007 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item)

const assertCommutes = ([from, to]: Pair, seed: number): void => {
  const [current, desired] = [parse(from), parse(to)]
  if (Result.isFailure(current) || Result.isFailure(desired)) return
  const { steps } = plan(current.success, desired.success)
  const staged = stagesOf(steps)
  assert.strictEqual(staged.flat().length, steps.length)
  const text = simulate(steps, current.success, desired.success)
  const other = staged.flatMap((stage) => shuffled(stage, seed))
  assert.strictEqual(simulate(other, current.success, desired.success), text)
}

describe("the stages of random pairs", () => {
  it.effect(
    "lead to the same text in whatever order the steps of each are sent",
    () =>
      Effect.gen(function* () {
        const cases = Arbitrary.all({ pair: grammarPair(yield* modelPools), seed: seeds })
        const commutes = ({ pair, seed }: { readonly pair: Pair; readonly seed: number }) =>
          Effect.sync(() => {
            assertCommutes(pair, seed)
            return true
          })
        const result = yield* Arbitrary.checkEffect(cases, commutes, { runs })
        assert.isUndefined(Arbitrary.formatCheckFailure(result))
      }),
    timeout
  )

  describeCorpus("of the corpus", () => {
    it.prop(
      "lead to the same text in whatever order the steps of each are sent",
      [corpusPair(), seeds],
      ([pair, seed]) => assertCommutes(pair, seed),
      { arbitrary: { runs }, timeout }
    )
  })
})
