import {
  compare,
  describe as describeOperation,
  formatPlan,
  measuredCosts,
  plan,
  planToJson,
  simulatePlan
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"

const planned = (current: string, desired: string) => plan(config(current), config(desired))
const routes = (current: string, desired: string) => planned(current, desired).steps.map((step) => step.route)

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
    const users = (name: string) => section("userlist staff", `group ${name}`, "user ines insecure-password x")
    const { forecast, steps } = planned(users("one"), users("two"))
    assert.deepStrictEqual(
      steps.map((step) => [step.route, step.route === "section" ? step.type : undefined]),
      [["section", "replace"]]
    )
    assert.strictEqual(forecast.requests, 4)
  })

  it("changes the users of a userlist one by one", () => {
    const users = (...names: ReadonlyArray<string>) =>
      section("userlist staff", ...names.map((name) => `user ${name} insecure-password x`))
    assert.deepStrictEqual(routes(users("a", "b"), users("b", "c")), ["item", "item"])
  })

  it("writes a section with its children where they have no requests of their own", () => {
    const steps = (current: string, desired: string) =>
      planned(current, desired).steps.map((step) =>
        step.route === "section" ? `${step.type} ${step.keyword}` : step.route
      )
    assert.deepStrictEqual(steps("global\n", section("global", "log stdout local0")), ["update global"])
    assert.deepStrictEqual(steps("defaults d\n", section("defaults d", "log global", "mode http")), ["update defaults"])
    assert.deepStrictEqual(steps("ring r\n", section("ring r", "server s 10.0.0.1:1")), ["update ring"])
    assert.deepStrictEqual(steps(section("global", "daemon", "log stdout local0"), ""), ["update global"])
  })

  it("writes the fields of a section alone where its children stay", () => {
    assert.deepStrictEqual(routes("defaults d\n", section("defaults d", "mode http")), ["item"])
    assert.deepStrictEqual(routes("global\n", section("global", "daemon")), ["item"])
  })

  it("counts each certificate and nameserver that the API stores only by itself", () => {
    const requests = (text: string) => planned("global\n", `global\n${text}`).forecast.requests
    assert.strictEqual(requests(section("resolvers r", "nameserver a 10.0.0.1:53", "nameserver b 10.0.0.2:53")), 5)
    assert.strictEqual(requests(section("crt-store s", "load crt a.pem", "load crt b.pem")), 5)
  })

  it("writes a whole section instead of many of its items", () => {
    const servers = (count: number) =>
      backend(...Array.from({ length: count }, (_, index) => `server s${index + 100} 10.0.0.1:${index + 1}`))
    assert.deepStrictEqual(routes(servers(0), servers(3)), ["item", "item", "item"])
    assert.deepStrictEqual(routes(servers(0), servers(12)), ["section"])
  })

  it("does not write a whole section whose servers are not in the order of their names, since the API sorts them", () => {
    const servers = (count: number) =>
      backend(...Array.from({ length: count }, (_, index) => `server s${index} 10.0.0.1:${index + 1}`))
    assert.deepStrictEqual(new Set(routes(servers(0), servers(12))), new Set(["item"]))
  })

  it("sends the text where the order of new servers counts and the API would sort them", () => {
    const app = (...names: ReadonlyArray<string>) =>
      backend("balance first", ...names.map((name) => `server ${name} 10.0.0.1:80`))
    assert.deepStrictEqual(routes("global\n", `global\n${app("a", "b")}`), ["section"])
    assert.deepStrictEqual(routes("global\n", `global\n${app("b", "a")}`), ["raw"])
  })

  it("writes more than a list that would have to grow in its middle, since the API only appends to it", () => {
    const uses = (...lines: ReadonlyArray<string>) =>
      section("frontend f", ...lines.map((line) => (line.length === 1 ? `ssl-f-use crt ${line}.pem` : line)))
    assert.deepStrictEqual(routes(uses("a", "c"), uses("a", "c", "d")), ["item"])
    assert.deepStrictEqual(routes(uses("a", "c"), uses("c")), ["item"])
    assert.deepStrictEqual(routes(uses("a", "c"), uses("a", "b", "c")), ["section"])
    const foreign = "no-such-keyword"
    assert.deepStrictEqual(routes(uses("a", "c", foreign), uses("a", "b", "c", foreign)), ["raw"])
  })

  it("sends the text rather than very many requests", () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => section(`backend b${index}`, "mode http")).join("")
    assert.deepStrictEqual(new Set(routes(many(1), many(10))), new Set(["section"]))
    assert.deepStrictEqual(routes(many(1), many(100)), ["raw"])
  })

  it("goes by the given costs", () => {
    const dear = { ...measuredCosts, transaction: { fixed: 10_000, perMegabyte: 0 } }
    const [current, desired] = [config(backend()), config(backend("mode http"))]
    assert.strictEqual(plan(current, desired).steps[0]?.route, "item")
    assert.strictEqual(plan(current, desired, { costs: dear }).steps[0]?.route, "raw")
  })

  it("sends no text that a server would corrupt, however many requests that takes", () => {
    const many = (count: number) =>
      `defaults d mode http\n${Array.from({ length: count }, (_, index) => section(`backend b${index} from d`)).join("")}`
    const { refusals, steps } = planned(many(1), many(100))
    assert.isNotEmpty(refusals)
    assert.strictEqual(steps.length, 99)
  })

  it("carries out what is referred to first, and deletes last", () => {
    const { operations } = planned(
      section("frontend f", "default_backend old") + section("backend old"),
      section("userlist u", "user a insecure-password b") +
        section("frontend f", "default_backend new") +
        section("backend new")
    )
    assert.deepStrictEqual(operations.map(describeOperation), [
      "Create userlist 'u'",
      "Create user 'a' in userlist 'u'",
      "Create backend 'new'",
      "Update frontend 'f'",
      "Delete backend 'old'"
    ])
  })

  it("names the two texts it leads between", () => {
    const one = planned("global\n", backend())
    assert.deepStrictEqual([one.base, one.desired], [planned("global\n", "").base, planned("", backend()).desired])
    assert.notDeepEqual(one.base, one.desired)
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
