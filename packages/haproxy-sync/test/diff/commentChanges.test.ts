import { compare, describe as describeOperation, formatTextDiff, plan, simulatePlan } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"

const counted = { comments: "count" } as const

const changes = (from: string, to: string) =>
  compare(config(from), config(to), counted).operations.map((operation) => ({
    what: describeOperation(operation),
    changed: operation.changed
  }))

const app = (before: ReadonlyArray<string>, after: ReadonlyArray<string>) => [
  { what: "Update backend 'app'", changed: [{ field: "comments", before, after }] }
]

describe("compare, when comments count", () => {
  it.each<[title: string, from: string, to: string, changed: ReturnType<typeof changes>]>([
    ["behind a directive", backend("mode http"), backend("mode http # why"), app([], ["why"])],
    ["on a line of its own", backend("# one", "mode http"), backend("# two", "mode http"), app(["one"], ["two"])],
    ["above the header", `# old\n${backend()}`, `# new\n${backend()}`, app(["old"], ["new"])],
    ["in another order", backend("# 1", "# 2"), backend("# 2", "# 1"), app(["1", "2"], ["2", "1"])],
    [
      "before the first section",
      `# old\n\n${backend()}`,
      backend(),
      [{ what: "Update global section", changed: [{ field: "comments", before: ["old"], after: [] }] }]
    ]
  ])("tells of one %s", (_, from, to, changed) => assert.deepStrictEqual(changes(from, to), changed))

  it.each([
    ["blank lines", backend("mode http"), backend("", "mode http", "")],
    [
      "the place of a section",
      `# a\n${section("backend a")}# b\n${section("backend b")}`,
      `# b\n${section("backend b")}# a\n${section("backend a")}`
    ],
    [
      "what a server writes at the top of its file",
      `# _version=3\n# Dataplaneapi managed File\n\n${backend()}`,
      backend()
    ],
    ["a hash within quotes", backend('http-request set-header X "#1"'), backend("http-request set-header X \\#1")]
  ])("takes no notice of %s", (_, from, to) => assert.deepStrictEqual(changes(from, to), []))

  it("keeps what else differs in the section", () => {
    const [from, to] = [backend("mode http", "server s 10.0.0.1:80"), backend("mode tcp # why", "server s 10.0.0.2:80")]
    assert.deepStrictEqual(
      changes(from, to).flatMap(({ changed }) => changed.map(({ field }) => field)),
      ["comments", "mode", "address"]
    )
  })

  it("leads to the desired text, as which it is sent", () => {
    const [from, to] = [config(backend("mode http")), config(backend("mode http # why"))]
    const result = plan(from, to, counted)
    assert.deepStrictEqual(
      result.steps.map(({ route }) => route),
      ["raw"]
    )
    assert.strictEqual(simulatePlan(result, from, to), to.document.text)
    assert.include(formatTextDiff(result, from, to, { ...counted, names: ["a", "b"] }), "+  mode http # why")
    assert.deepStrictEqual(plan(to, to, counted).operations, [])
  })
})
