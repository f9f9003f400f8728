import { compare, formatPlan, parse, plan, planToJson, simulatePlan } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"

const config = (text: string) => Result.getOrThrow(parse(text))
const planned = (current: string, desired: string) => plan(config(current), config(desired))
const routes = (current: string, desired: string) => planned(current, desired).steps.map((step) => step.route)

const backend = (...lines: ReadonlyArray<string>) => `backend app\n${lines.map((line) => `  ${line}\n`).join("")}`
const server = (name: string, weight: number) => `server ${name} 10.0.0.1:80 weight ${weight}`

describe("plan", () => {
  it("lets HAProxy take a weight while it runs", () => {
    const { forecast, steps } = planned(backend(server("s", 1)), backend(server("s", 2)))
    assert.deepStrictEqual([steps[0]?.route, forecast.reloads, forecast.requests], ["runtime", 0, 1])
  })

  it.each([
    ["another field", backend(server("s", 1)), backend(`${server("s", 2)} check`), ["check", "weight"]],
    ["a name for an address", backend("server s 10.0.0.1:80"), backend("server s app.example.test:80"), ["address"]],
    ["a weight that is gone", backend(server("s", 1)), backend("server s 10.0.0.1:80"), ["weight"]]
  ])("forecasts a reload for %s, and says because of what", (_, current, desired, fields) => {
    const { forecast, operations } = planned(current, desired)
    assert.strictEqual(forecast.reloads, 1)
    assert.includeMembers(fields, [...(operations[0]?.reloadBecause ?? [])])
    assert.isNotEmpty(operations[0]?.reloadBecause)
  })

  it("stores many runtime changes with one text, without a reload", () => {
    const servers = (weight: number) =>
      backend(...Array.from({ length: 50 }, (_, index) => server(`s${index}`, weight)))
    const { forecast, steps } = planned(servers(1), servers(2))
    const [step] = steps
    assert.deepStrictEqual([steps.length, step?.route, forecast.reloads], [1, "runtime", 0])
    assert.isTrue(step !== undefined && "text" in step)
  })

  it("sends one change of a list as an item, several as the whole list", () => {
    const rules = (count: number) =>
      backend(...Array.from({ length: count }, (_, index) => `http-request set-header X${index} 1`))
    assert.deepStrictEqual(routes(rules(3), rules(4)), ["item"])
    assert.deepStrictEqual(routes(rules(3), rules(6)), ["list"])
  })

  it("creates a section with its children in one request", () => {
    const { forecast, steps } = planned("global\n", `global\n${backend(server("a", 1), server("b", 1))}`)
    assert.deepStrictEqual(
      steps.map(({ operations, route }) => [route, operations.length]),
      [["section", 3]]
    )
    assert.strictEqual(forecast.requests, 3)
  })

  it("replaces sections that the API can't update", () => {
    const users = (name: string) => `userlist staff\n  group ${name}\n  user ines insecure-password x\n`
    const [step] = planned(users("one"), users("two")).steps
    assert.isTrue(step !== undefined)
    assert.notStrictEqual(step?.route, "raw")
  })

  it("sends the whole text for what the API has no field for", () => {
    assert.deepStrictEqual(routes(backend("no-such-keyword 1"), backend("no-such-keyword 2")), ["raw"])
    assert.deepStrictEqual(routes("listen l\n  bind :1\n", "listen l\n  bind :2\n"), ["raw"])
  })

  it.each([
    ["conditional blocks", `.if defined(X)\n${backend("mode http")}.endif\n`, "unconditional"],
    [
      "several Lua files for each thread",
      `global\n  lua-load-per-thread a.lua\n  lua-load-per-thread b.lua\n${backend("mode http")}`,
      "lua-load-per-thread"
    ],
    ["a line of 64 KiB", backend(`http-request set-header X ${"x".repeat(65_536)}`), "64 KiB"],
    [
      "a proxy that inherits from one of several defaults without naming it",
      `defaults a\ndefaults b\n${backend("mode http")}`,
      "reorders sections"
    ]
  ])("refuses %s, which a server would corrupt", (_, desired, reason) => {
    const { refusals } = planned("global\n", desired)
    assert.include(refusals[0]?.reason, reason)
    assert.isNotEmpty(refusals[0]?.hint)
  })

  it("never shows a secret", () => {
    const users = (password: string) => `userlist staff\n  user ines insecure-password ${password}\n`
    for (const [current, desired] of [
      ["global\n", `global\n${users("geheim")}`],
      [users("geheim"), users("geheimer")],
      [`global\n${users("geheim")}`, "global\n"]
    ] as const) {
      const result = planned(current, desired)
      assert.isNotEmpty(result.operations)
      assert.notInclude(JSON.stringify(planToJson(result)), "geheim")
      assert.notInclude(formatPlan(result), "geheim")
    }
  })

  it("tells people what will happen", () => {
    const result = planned(
      backend(server("a", 1), server("b", 1), "http-request set-header X 1"),
      backend(server("a", 2), "http-request set-header X 2")
    )
    assert.strictEqual(
      formatPlan(result),
      [
        "backend app",
        "  - Delete server 'b' from backend 'app'",
        "  ~ Update server 'a' in backend 'app'",
        "      weight: 1 → 2",
        "  ~ Update HTTP request rule (set-header) in backend 'app'",
        "      hdr_format: 1 → 2",
        "",
        "Plan: 0 to create, 2 to update, 1 to delete. 5 requests, about 30 ms, 1 reload.",
        ""
      ].join("\n")
    )
    assert.strictEqual(formatPlan(planned("global\n", "global\n")), "In step: no changes.\n")
  })

  describeCorpus("over the corpus", () => {
    const pairs = [
      ...corpusTable("pairs.tsv").map(
        ({ name = "" }) => [`pairs/${name}/initial.cfg`, `pairs/${name}/desired.cfg`] as const
      ),
      ...corpusTable("pairs-unlabelled.tsv").flatMap(({ a = "", b = "" }) => [[a, b] as const, [b, a] as const])
    ]

    it.each(pairs)("leads from %s to %s, and then to nothing more", (from, to) => {
      const [current, desired] = [config(corpusText(from)), config(corpusText(to))]
      const first = plan(current, desired)
      const reached = config(simulatePlan(first, current, desired))
      assert.deepStrictEqual(compare(reached, desired).operations, [])
      assert.deepStrictEqual(plan(desired, desired).steps, [])
      assert.strictEqual(JSON.stringify(plan(config(corpusText(from)), config(corpusText(to)))), JSON.stringify(first))
    })
  })
})
