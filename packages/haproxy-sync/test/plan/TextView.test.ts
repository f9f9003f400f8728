import { compare, formatTextDiff, parse, plan } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result } from "effect"
import { expect } from "vitest"
import { config, section } from "../support/configs.ts"
import { describeCorpus } from "../support/corpus.ts"
import { patched } from "../support/patched.ts"
import { corpusPair, grammarPair, modelPools, type Pair } from "../support/randomPairs.ts"

const names = ["current.cfg", "desired.cfg"] as const
const diff = (current: string, desired: string) => {
  const [from, to] = [config(current), config(desired)]
  return formatTextDiff(plan(from, to), from, to, { names })
}

const other = section("backend other", "server s  10.0.0.9:80 # spaced by hand")

describe("formatTextDiff", () => {
  it("shows the sections that change as they are desired, and leaves all others as they are", () => {
    expect(
      diff(
        section("global", "daemon") + other + section("backend app", "server a 10.0.0.1:80", "server b 10.0.0.2:80"),
        section("global", "daemon # still") +
          other.replace("  10.0.0.9", " 10.0.0.9") +
          section("backend app", "server a 10.0.0.1:80 weight 2 # heavier", "server b 10.0.0.2:80") +
          section("backend new", "mode http")
      )
    ).toMatchInlineSnapshot(`
      "--- current.cfg
      +++ desired.cfg
      @@ -3,5 +3,7 @@ global
       backend other
         server s  10.0.0.9:80 # spaced by hand
       backend app
      -  server a 10.0.0.1:80
      +  server a 10.0.0.1:80 weight 2 # heavier
         server b 10.0.0.2:80
      +backend new
      +  mode http
      "
    `)
  })

  it("is empty where nothing is to be done", () => {
    assert.strictEqual(diff(other, other.replace("#", "# still")), "")
  })

  it("shows that a secret changes, and not which it is", () => {
    const users = (password: string) =>
      section("userlist u", "user a  insecure-password  ours # password old", `user ines insecure-password ${password}`)
    const shown = diff(users("geheim"), users("geheimer"))
    assert.notInclude(shown, "geheim")
    assert.include(shown, "-  user ines insecure-password <redacted>\n+  user ines insecure-password <redacted>\n")
    assert.include(shown, "   user a  insecure-password  <redacted> # password <redacted>\n")
  })
})

const runs = Number(process.env["LOCKSTEP_RANDOM_PAIRS"] ?? 100)
const timeout = 20_000 + 100 * runs

/** What `patch` makes of the current text means what is desired; where a secret is hidden, there is nothing to patch with. */
const assertPatches = ([from, to]: Pair): void => {
  const [current, desired] = [parse(from), parse(to)]
  if (Result.isFailure(current) || Result.isFailure(desired)) return
  const planned = plan(current.success, desired.success)
  const shown = formatTextDiff(planned, current.success, desired.success, { names })
  if (shown.includes("<redacted>")) return
  const result = patched(from, shown)
  assert.deepStrictEqual(compare(Result.getOrThrow(parse(result)), desired.success).operations, [])
}

describe("a text diff of random pairs", () => {
  it.effect(
    "leads to what is desired",
    () =>
      Effect.gen(function* () {
        const check = (pair: Pair) =>
          Effect.sync(() => {
            assertPatches(pair)
            return true
          })
        const result = yield* Arbitrary.checkEffect(grammarPair(yield* modelPools), check, { runs })
        assert.isUndefined(Arbitrary.formatCheckFailure(result))
      }),
    timeout
  )

  describeCorpus("of the corpus", () => {
    it.prop("leads to what is desired", [corpusPair()], ([pair]) => assertPatches(pair), {
      arbitrary: { runs },
      timeout
    })
  })
})
