import { parse, plan, simulatePlan, type StructuredConfig, targetOf, withinOwnership } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result, Schema } from "effect"
import { chunksOf } from "../../src/plan/chunks.ts"
import { coveredBy } from "../../src/plan/SectionPattern.ts"
import { config, section } from "../support/configs.ts"
import { describeCorpus } from "../support/corpus.ts"
import { corpusPair, grammarPair, modelPools, type Pair } from "../support/randomPairs.ts"

const within = (current: string, desired: string, ...own: ReadonlyArray<string>) => {
  const { desired: target, notices, refusals } = withinOwnership(config(current), config(desired), own)
  return { text: target.document.text, notices, reasons: refusals.map(({ reason }) => reason) }
}

const defaults = section("defaults main", "mode http")
const a = section("backend team-a from main", "server s 10.0.0.1:80")
const heavier = section("backend team-a from main", "server s 10.0.0.1:80 weight 2")
const b = section("backend team-b from main", "server s  10.0.0.2:80 # by hand")
const web = section("frontend web from main", "bind :80", "default_backend team-b")

describe("withinOwnership", () => {
  it("is the desired configuration itself where everything is owned", () => {
    const desired = config(a)
    assert.strictEqual(withinOwnership(config(b), desired, undefined).desired, desired)
    assert.strictEqual(within(`# ours\n${b}`, a, "*").text, a)
  })

  it("replaces owned sections in their places and leaves the others alone, whatever is desired of them", () => {
    const { notices, reasons, text } = within(
      `# top\n\n${defaults}${b}${a}${web}`,
      `${defaults}${heavier}${web.replace(":80", ":81")}`,
      "backend/team-a"
    )
    assert.strictEqual(text, `# top\n\n${defaults}${b}${heavier}${web}`)
    assert.deepStrictEqual(reasons, [])
    assert.deepStrictEqual(notices, [
      "1 section of the desired configuration is not owned and was left alone: frontend web"
    ])
  })

  it("takes away owned sections that are not desired, and no others", () => {
    assert.strictEqual(within(defaults + a + b + web, "", "backend/team-a*").text, defaults + b + web)
  })

  it("puts new sections behind the one that they stand behind when desired", () => {
    const more = section("backend team-a-2 from main")
    assert.strictEqual(within(defaults + a + b + web, a + more, "backend/team-a*").text, defaults + a + more + b + web)
  })

  it("puts new sections behind the last of their kind where nothing stands before them", () => {
    const more = section("backend team-c from main")
    assert.strictEqual(within(defaults + a + b + web, more, "backend/team-c").text, defaults + a + b + more + web)
    const users = section("userlist team-c")
    assert.strictEqual(within(defaults + b + web, users, "userlist").text, defaults + users + b + web)
    assert.strictEqual(within("", a, "backend").text, a)
  })

  it("keeps the comments above a header with its section", () => {
    const [ours, theirs] = [`# team a, old\n${a}`, `# team b\n${b}`]
    assert.strictEqual(
      within(defaults + ours + theirs, `# team a, new\n${heavier}# team b, new\n${b}`, "backend/team-a").text,
      `${defaults}# team a, new\n${heavier}${theirs}`
    )
  })

  it("does not put a comment at the end of the file above a new section", () => {
    const { text } = within(`${b}# the end\n`, a, "backend/team-a")
    assert.strictEqual(text, `${b}# the end\n\n${a}`)
    assert.strictEqual(within(text, a, "backend/team-a").text, text)
  })

  it("tells of all sections that are desired otherwise, also of the lines in front", () => {
    const { notices } = within(
      defaults + a,
      `.notice "x"\n${section("defaults main", "mode tcp")}${a}${b}${web}`,
      "backend/team-a"
    )
    assert.deepStrictEqual(notices, [
      "3 sections of the desired configuration are not owned and were left alone: defaults main, backend team-b, frontend web",
      "the lines before the first section of the desired configuration were left alone"
    ])
  })

  it("tells of nothing where others only look different, or are not mentioned", () => {
    assert.deepStrictEqual(
      within(defaults + a + b, a + b.replace("  10.0.0.2", " 10.0.0.2"), "backend/team-a").notices,
      []
    )
  })

  it("holds lines of global in one place", () => {
    const global = section("global", "daemon")
    assert.strictEqual(
      within(global + a, section("global", "nbthread 2") + a, "global").text,
      section("global", "nbthread 2") + a
    )
    assert.strictEqual(within(global + a, global + b, "backend").text, global + b)
    assert.deepStrictEqual(within(global, `${global}${defaults}${a}global\n  setenv A b\n`, "*").reasons, [
      "global stands in several places of the desired configuration, and it may count which"
    ])
  })

  it("refuses conditional blocks, which may reach over sections of others", () => {
    const reason = "conditional blocks reach over sections that are owned and sections that are not"
    assert.deepStrictEqual(within(defaults + a + b, `${b}.if defined(X)\n${a}.endif\n`, "backend/team-a").reasons, [
      reason
    ])
    assert.deepStrictEqual(within(`${defaults}${a}.if defined(X)\n${b}.endif\n`, a, "backend/team-a").reasons, [reason])
  })
})

describe("named defaults sections", () => {
  it("are refused where an owned section inherits from one that is not owned and not there", () => {
    assert.deepStrictEqual(within(section("backend team-b"), defaults + a, "backend/team-a").reasons, [
      "backend team-a inherits from defaults main, which would not be there"
    ])
    assert.deepStrictEqual(within(defaults + b, a, "backend/team-a").reasons, [])
  })

  it("are refused to be deleted where a section that is not owned inherits from them", () => {
    assert.deepStrictEqual(within(defaults + b, "global\n", "defaults").reasons, [
      "backend team-b is not owned and inherits from defaults main, which would not be there"
    ])
    assert.deepStrictEqual(within(defaults + b, "global\n", "*").reasons, [])
  })
})

describe("anonymous defaults sections", () => {
  const anonymous = section("defaults", "mode http")
  const proxy = section("backend team-a", "server s 10.0.0.1:80")
  const other = section("backend team-b")

  it("stay above the proxies that inherit from them", () => {
    assert.deepStrictEqual(within(anonymous + other, anonymous + proxy, "backend/team-a"), {
      text: anonymous + proxy + other,
      notices: [],
      reasons: []
    })
  })

  it("may be desired otherwise: they are those of others", () => {
    const { notices, reasons } = within(anonymous + other, section("defaults", "mode tcp") + proxy, "backend/team-a")
    assert.deepStrictEqual(reasons, [])
    assert.deepStrictEqual(notices, [
      "1 section of the desired configuration is not owned and was left alone: defaults unnamed_defaults_1"
    ])
  })

  it("are refused above a proxy that had none when it was desired", () => {
    const { refusals } = withinOwnership(config(anonymous + proxy), config(`global\n${proxy}`), ["backend/team-a"])
    assert.deepStrictEqual(refusals, [
      {
        guard: "own",
        reason:
          "backend team-a inherits from no defaults section in the desired configuration, and would inherit from defaults unnamed_defaults_1 in its place among the current sections",
        hint: 'name the defaults section and write "from NAME" behind the proxy\'s name, or put the current defaults section above it in the desired configuration',
        line: 2
      }
    ])
  })

  it("are refused where the number they go by may mean another one", () => {
    const tcp = section("defaults", "mode tcp")
    assert.match(
      within(anonymous + other + tcp + proxy, tcp + proxy, "backend/team-a").reasons.join(),
      /backend team-a inherits from defaults unnamed_defaults_1 .* and would inherit from defaults unnamed_defaults_2 /
    )
    assert.match(
      within(anonymous + proxy + tcp + other, tcp + proxy, "backend/team-a").reasons.join(),
      /backend team-a inherits from defaults unnamed_defaults_1 .* and would inherit from another /
    )
  })

  it("are refused where they would come above or vanish from proxies of others", () => {
    const reason =
      "backend team-b is not owned and inherits from no defaults section above it; it would inherit from defaults unnamed_defaults_1"
    assert.deepStrictEqual(within(other, anonymous + other, "defaults").reasons, [reason])
    assert.match(
      within(anonymous + other, "global\n", "defaults").reasons.join(),
      /it would inherit from no defaults section$/
    )
  })

  it("are refused where they would be taken for others", () => {
    const [first, second] = [section("defaults", "mode tcp"), section("defaults", "mode http")]
    assert.match(within(first + second, second, "defaults/unnamed_defaults_2").reasons.join(), /^$/)
    assert.match(
      within(first + second, "global\n", "defaults/unnamed_defaults_1").reasons.join(),
      /^defaults unnamed_defaults_2 has no name of its own, and would be taken for another one/
    )
  })
})

const runs = Number(process.env["LOCKSTEP_RANDOM_PAIRS"] ?? 150)
const timeout = 20_000 + 100 * runs

const patterns = Arbitrary.array(
  Arbitrary.schema(Schema.Literals(["*/a", "*/b", "*/*e*", "*s/*", "b*", "global", "defaults", "frontend"])),
  { minLength: 1, maxLength: 3 }
)

const foreignTexts = (one: StructuredConfig, own: ReadonlyArray<string>) =>
  chunksOf(one)
    .chunks.filter(({ owner }) => !coveredBy(own)(owner))
    .map(({ text }) => text)

/** What an ownership promises, for any two texts. */
const assertHeld = ([from, to]: Pair, own: ReadonlyArray<string>): void => {
  const [current, desired] = [parse(from), parse(to)]
  if (Result.isFailure(current) || Result.isFailure(desired)) return
  const options = { guards: { own, maxDeletes: 1_000_000 } }
  const planned = plan(current.success, desired.success, options)
  if (planned.refusals.some(({ guard }) => guard === "own")) return
  const isOwned = coveredBy(own)
  for (const { keyword, onlyRaw, owner } of planned.operations) {
    const one = current.success.section(keyword, owner) ?? desired.success.section(keyword, owner)
    assert.isTrue(one !== undefined && isOwned(one), `${keyword} ${owner}: ${onlyRaw}`)
  }
  const target = targetOf(planned, desired.success)
  const reached = Result.getOrThrow(parse(simulatePlan(planned, current.success, target)))
  const [before, after] = [foreignTexts(current.success, own), foreignTexts(target, own)]
  assert.strictEqual(after.length, before.length)
  // At the end, a comment is parted from what comes behind it.
  for (const [index, text] of before.entries()) assert.include([text, `${text}\n`], after[index])
  for (const text of current.success.sections.filter((one) => !isOwned(one)).map((one) => one.text)) {
    if (planned.steps.every((step) => !("text" in step))) assert.include(reached.document.text, text)
  }
  assert.deepStrictEqual(plan(reached, desired.success, options).operations, [])
  const again = withinOwnership(target, desired.success, own)
  assert.deepStrictEqual([again.desired.document.text, again.refusals], [target.document.text, []])
}

describe("an ownership over random pairs", () => {
  it.effect(
    "leaves foreign sections byte for byte alone, and leads to a second plan that is empty",
    () =>
      Effect.gen(function* () {
        const cases = Arbitrary.all({ pair: grammarPair(yield* modelPools), own: patterns })
        const held = ({ own, pair }: { readonly pair: Pair; readonly own: ReadonlyArray<string> }) =>
          Effect.sync(() => {
            assertHeld(pair, own)
            return true
          })
        const result = yield* Arbitrary.checkEffect(cases, held, { runs })
        assert.isUndefined(Arbitrary.formatCheckFailure(result))
      }),
    timeout
  )

  describeCorpus("of the corpus", () => {
    it.prop(
      "leaves foreign sections byte for byte alone, and leads to a second plan that is empty",
      [corpusPair(), patterns],
      ([pair, own]) => assertHeld(pair, own),
      { arbitrary: { runs }, timeout }
    )
  })
})
