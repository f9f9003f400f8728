import {
  compare,
  type CompareOptions,
  describe as describeOperation,
  formatSummary,
  parse
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"

const config = (text: string) => Result.getOrThrow(parse(text))
const diff = (current: string, desired: string, options?: CompareOptions) =>
  compare(config(current), config(desired), options)
const told = (current: string, desired: string, options?: CompareOptions) =>
  diff(current, desired, options).operations.map(describeOperation)

const backend = (...lines: ReadonlyArray<string>) => `backend app\n${lines.map((line) => `  ${line}\n`).join("")}`

describe("compare", () => {
  it.each([
    ["comments and blank lines", backend("mode http"), backend("mode http # why", "", "# more")],
    ["units", backend("timeout server 5s"), backend("timeout server 5000ms")],
    [
      "quoting that makes the same word",
      backend("http-request set-header X a\\ b"),
      backend('http-request set-header X "a b"')
    ],
    ["a bind's star", "frontend f\n  bind *:80\n", "frontend f\n  bind :80\n"],
    ["the order of sections", "backend a\nbackend b\n", "backend b\nbackend a\n"]
  ])("takes no notice of %s", (_, current, desired) => {
    assert.deepStrictEqual(told(current, desired), [])
  })

  it("tells a quoted reference to the environment from the text that looks like it", () => {
    assert.deepStrictEqual(told(backend("http-request set-header X '$A'"), backend('http-request set-header X "$A"')), [
      "Update HTTP request rule (set-header) in backend 'app'"
    ])
  })

  it("names the fields that differ, with both values", () => {
    const { operations } = diff(backend("server s 10.0.0.1:80 weight 1"), backend("server s 10.0.0.2:80 weight 2"))
    assert.deepStrictEqual(operations[0]?.changed, [
      { field: "address", before: "10.0.0.1", after: "10.0.0.2" },
      { field: "weight", before: 1, after: 2 }
    ])
  })

  it("keeps several ACLs of one name apart", () => {
    assert.deepStrictEqual(
      told(backend("acl x path /a", "acl x path /b"), backend("acl x path /a", "acl x path /b", "acl x path /c")),
      ["Create ACL 'x' in backend 'app'"]
    )
    assert.deepStrictEqual(told(backend("acl x path /a", "acl x path /b"), backend("acl x path /b")), [
      "Delete ACL 'x' from backend 'app'"
    ])
  })

  it("deletes sections last, and what refers to others before those", () => {
    assert.deepStrictEqual(
      told("frontend f\n  bind :1\n  default_backend old\nbackend old\n", "backend new\n  server s 10.0.0.1:1\n"),
      ["Create backend 'new'", "Create server 's' in backend 'new'", "Delete frontend 'f'", "Delete backend 'old'"]
    )
  })

  it("compares a line that the API has no field for, and says that only text can carry it", () => {
    const [operation] = diff(backend("no-such-keyword 1"), backend("no-such-keyword 2")).operations
    assert.deepStrictEqual(operation?.changed, [
      { field: "lines", before: ["no-such-keyword 1"], after: ["no-such-keyword 2"] }
    ])
    assert.isString(operation?.onlyRaw)
  })

  it("notices that a proxy would inherit from another defaults section", () => {
    const [a, b, proxy] = ["defaults a\n  mode http\n", "defaults b\n  mode tcp\n", "backend app\n"]
    const [operation] = diff(a + proxy + b, a + b + proxy).operations
    assert.deepStrictEqual(operation?.changed, [{ field: "defaults", before: "a", after: "b" }])
  })

  it("looks at the order of servers where it has a meaning, or as told", () => {
    const servers = (...names: ReadonlyArray<string>) => names.map((name) => `server ${name} 10.0.0.1:80`)
    const [one, other] = [servers("a", "b"), servers("b", "a")]
    assert.deepStrictEqual(told(backend(...one), backend(...other)), [])
    assert.deepStrictEqual(told(backend("balance first", ...one), backend("balance first", ...other)), [
      "Move server 'a' in backend 'app'"
    ])
    assert.deepStrictEqual(told(backend(...one), backend(...other), { order: "strict" }), [
      "Move server 'a' in backend 'app'"
    ])
    assert.deepStrictEqual(
      told(backend("balance first", ...one), backend("balance first", ...other), { order: "ignore" }),
      []
    )
  })

  it("keeps servers whose names look like numbers in the order of the text", () => {
    const servers = ["balance first", "server 10 10.0.0.1:80", "server 9 10.0.0.1:80"]
    assert.deepStrictEqual(
      config(backend(...servers))
        .section("backend", "app")
        ?.items("servers")
        .map((one) => one["name"]),
      ["10", "9"]
    )
  })

  it("gives the same result for the same texts", () => {
    const [current, desired] = [
      backend("acl a path /", "server s 10.0.0.1:1"),
      "frontend f\n  bind :1\nbackend b\n  server t 10.0.0.1:2\n"
    ]
    assert.strictEqual(JSON.stringify(diff(current, desired)), JSON.stringify(diff(current, desired)))
  })

  it("sums up in the words of the reference", () => {
    const { summary } = diff(
      "global\n  maxconn 1\nbackend app\n  server s 10.0.0.1:80\nbackend old\n",
      "global\n  maxconn 2\nbackend app\n  server s 10.0.0.1:80 weight 2\n  server t 10.0.0.2:80\ncache c\n  max-age 5\n"
    )
    assert.strictEqual(
      formatSummary(summary),
      [
        "Total: 5 operations (2 creates, 2 updates, 1 deletes)",
        "- Global settings modified",
        "- Backends modified: app",
        "- Backends deleted: old",
        "- Servers added: app: 1",
        "- Servers modified: app: 1",
        "- Other changes: cache: 1"
      ].join("\n")
    )
    assert.strictEqual(formatSummary(diff("global\n", "global\n").summary), "No changes")
  })
})
