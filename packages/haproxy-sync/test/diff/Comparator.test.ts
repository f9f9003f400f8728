import {
  compare,
  type CompareOptions,
  ConfigSection,
  describe as describeOperation,
  formatSummary
} from "@lockstep/haproxy-sync"
import { assert, describe, it, vi } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"

const diff = (current: string, desired: string, options?: CompareOptions) =>
  compare(config(current), config(desired), options)
const told = (current: string, desired: string, options?: CompareOptions) =>
  diff(current, desired, options).operations.map(describeOperation)
const reasons = (current: string, desired: string) =>
  diff(current, desired).operations.map(({ onlyRaw }) => onlyRaw ?? "structured")

describe("compare", () => {
  it.each([
    ["comments and blank lines", backend("mode http"), backend("mode http # why", "", "# more")],
    ["units", backend("timeout server 5s"), backend("timeout server 5000ms")],
    ["units left out", backend("timeout server 5000"), backend("timeout server 5s")],
    ["units of another size", backend("timeout server 1d"), backend("timeout server 24h")],
    [
      "units of an item",
      backend("server s 10.0.0.1:80 check inter 2s"),
      backend("server s 10.0.0.1:80 check inter 2000")
    ],
    [
      "units of sizes",
      backend("stick-table type ip size 1m expire 1h"),
      backend("stick-table type ip size 1024k expire 60m")
    ],
    ["quotes where none are needed", backend("mode http"), backend('mode "http"')],
    ["quoted keywords", backend("mode http"), backend("'mode' http")],
    ["an escape of the same character", backend("http-request set-path /a"), backend("http-request set-path \\x2fa")],
    [
      "the kind of quotes",
      backend('http-request return status 200 content-type text/plain string "a b"'),
      backend("http-request return status 200 content-type text/plain string 'a b'")
    ],
    ["blanks between words", backend("server s 10.0.0.1:80 check"), backend("server  s\t10.0.0.1:80   check")],
    ["comments of items", backend("acl x path / # why"), backend("# how", "acl x path /")],
    [
      "inherited settings that are written down nowhere",
      "defaults d\n  mode http\n  timeout server 5s\nbackend app from d\n",
      "defaults d\n  mode http\n  timeout server 5s\n\nbackend app from d # of d\n"
    ],
    [
      "quoting that makes the same word",
      backend("http-request set-header X a\\ b"),
      backend('http-request set-header X "a b"')
    ],
    ["a bind's star", "frontend f\n  bind *:80\n", "frontend f\n  bind :80\n"],
    ["the brackets of a bind", "frontend f\n  bind [::]:80\n", "frontend f\n  bind :::80\n"],
    [
      "the order of options",
      backend("server s 10.0.0.1:80 check backup"),
      backend("server s 10.0.0.1:80 backup check")
    ],
    ["the order of sections", "backend a\nbackend b\n", "backend b\nbackend a\n"],
    ["the order among keywords", backend("mode http", "balance first"), backend("balance first", "mode http")],
    ["lines that a later one overrides", backend("mode tcp", "mode http"), backend("mode http")],
    ["a global section without anything in it", "backend app\n", "global\nbackend app\n"],
    ["global in one piece or in two", "global\n  daemon\nglobal\n  nbthread 2\n", "global\n  daemon\n  nbthread 2\n"],
    [
      "the name that a server gives a defaults section, and that it writes it behind the proxies",
      "defaults unnamed_defaults_1\n  mode http\nbackend app from unnamed_defaults_1\n",
      "defaults\n  mode http\nbackend app\n"
    ],
    [
      "the order among lines of which one counts, also where the API has no field for them",
      backend('timeout server "$T"', 'timeout connect "$T"', "timeout check 5s"),
      backend("timeout check 5s", 'timeout connect "$T"', 'timeout server "$T"')
    ],
    [
      "the place of a server without a field",
      "peers p\n  server a\n  server b 10.0.0.1:1\n",
      "peers p\n  server b 10.0.0.1:1\n  server a\n"
    ],
    ["a carriage return at the end of lines", backend("mode http"), "backend app\r\n  mode http\r\n"]
  ])("takes no notice of %s", (_, current, desired) => {
    assert.deepStrictEqual(told(current, desired), [])
  })

  it.each<[title: string, current: string, desired: string, told: ReadonlyArray<string>]>([
    [
      "a switched off option from one that is not written: that one is inherited, or as the version of HAProxy has it",
      backend(),
      backend("no option redispatch"),
      ["Update backend 'app'"]
    ],
    [
      "a setting from the same one that is inherited: it stays when the defaults section changes",
      "defaults d\n  mode http\nbackend app from d\n",
      "defaults d\n  mode http\nbackend app from d\n  mode http\n",
      ["Update backend 'app'"]
    ],
    [
      "a time without a unit from the same number of seconds",
      backend("timeout server 5"),
      backend("timeout server 5s"),
      ["Update backend 'app'"]
    ],
    [
      "words from one with blanks",
      backend("acl x path a b"),
      backend('acl x path "a b"'),
      ["Update ACL 'x' in backend 'app'"]
    ]
  ])("tells %s", (_, current, desired, expected) => assert.deepStrictEqual(told(current, desired), expected))

  it("does not repeat a change of a defaults section in what inherits from it", () => {
    const text = (mode: string) => `defaults d\n  mode ${mode}\nfrontend f from d\nbackend app from d\n`
    assert.deepStrictEqual(told(text("tcp"), text("http")), ["Update defaults section 'd'"])
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

  it("keeps binds apart that one side has both of", () => {
    assert.deepStrictEqual(told("frontend f\n  bind *:80\n", "frontend f\n  bind *:80\n  bind :80\n"), [
      "Create bind '*:80' in frontend 'f'"
    ])
  })

  it("names a bind as the server knows it, also where the text writes it differently", () => {
    const { operations } = diff("frontend f\n  bind *:80\n", "frontend f\n  bind :80 ssl crt a.pem\n")
    assert.deepStrictEqual(
      operations.map(({ name, type }) => [type, name]),
      [["update", "*:80"]]
    )
  })

  it("updates a global section to empty it, since the server always has one", () => {
    assert.deepStrictEqual(told("global\n  daemon\n  log stdout local0\nbackend app\n", "backend app\n"), [
      "Update global section"
    ])
  })

  it("tells children apart where the reference does, and counts the others to their section", () => {
    assert.deepStrictEqual(
      told(
        "defaults d\n  log global\nring r\n  server a 10.0.0.1:1\nbackend app\n  log global\n",
        "defaults d\nring r\n  server a 10.0.0.2:1\nbackend app\n"
      ),
      ["Update defaults section 'd'", "Update ring 'r'", "Delete log target at index 0 from backend 'app'"]
    )
    assert.deepStrictEqual(
      diff("ring r\n  server a 10.0.0.1:1\n", "ring r\n  server a 10.0.0.2:1\n").operations[0]?.changed,
      [{ field: "servers.a.address", before: "10.0.0.1", after: "10.0.0.2" }]
    )
  })

  it("takes lists of the section itself for fields", () => {
    const { operations } = diff(backend(), backend("errorfile 503 /a.http"))
    assert.deepStrictEqual(
      operations.map(({ changed, field, type }) => [type, field, changed.map((change) => change.field)]),
      [["update", undefined, ["error_files"]]]
    )
  })

  it("knows the order of servers to count where a defaults section says so", () => {
    const [one, other] = [
      ["server a 10.0.0.1:80", "server b 10.0.0.2:80"],
      ["server b 10.0.0.2:80", "server a 10.0.0.1:80"]
    ]
    const inherited = (lines: ReadonlyArray<string>, from: string) =>
      `defaults d\n  balance source\ndefaults e from d\n${section(`backend app${from}`, ...lines)}`
    for (const from of [" from e", ""]) {
      assert.strictEqual(told(inherited(one, from), inherited(other, from)).length, 1, from)
    }
  })

  it("does not lose itself in defaults sections that inherit from each other", () => {
    const text = (weight: number) =>
      `defaults d from e\ndefaults e from d\n${section("backend app from d", `server s 10.0.0.1:80 weight ${weight}`)}`
    assert.deepStrictEqual(told(text(1), text(2)), ["Update server 's' in backend 'app'"])
  })

  it("notices that a server comes to stand behind another default-server", () => {
    const [line, one, other] = ["default-server inter 5s", "server a 10.0.0.1:80", "server b 10.0.0.2:80"]
    assert.deepStrictEqual(told(backend(line, one, other), backend(line, other, one)), [])
    for (const moved of [backend(one, line, other), backend(one, other, line)]) {
      assert.deepStrictEqual(told(backend(line, one, other), moved), ["Update backend 'app'"])
      assert.deepStrictEqual(told(moved, backend(line, one, other)), ["Update backend 'app'"])
    }
    assert.deepStrictEqual(told(backend(line, one), backend(line, one, other)), ["Create server 'b' in backend 'app'"])
  })

  it("notices that a variable changes before or behind where it is used", () => {
    const [set, use] = ["setenv A x", 'log "${A}" local0']
    assert.deepStrictEqual(told(section("global", set, use), section("global", use, set)), ["Update global section"])
    assert.deepStrictEqual(told(section("global", set, "daemon"), section("global", "daemon", set)), [])
    assert.deepStrictEqual(
      told(section("global", "setenv A x", "presetenv A y"), section("global", "presetenv A y", "setenv A x")),
      ["Update global section"]
    )
  })

  it("notices that the place among lines without a field has changed", () => {
    const [known, foreign] = ["http-request deny if { path /a }", "http-request no-such-action"]
    assert.deepStrictEqual(told(backend(known, foreign), backend(foreign, known)), ["Update backend 'app'"])
  })

  it("notices that a line has moved into a conditional block or out of it", () => {
    const [inside, outside] = [
      ["global", "  .if defined(A)", "  nbthread 2", "  .endif", "  daemon"],
      ["global", "  .if defined(A)", "  .endif", "  nbthread 2", "  daemon"]
    ].map((lines) => `${lines.join("\n")}\n`)
    assert.deepStrictEqual(told(inside ?? "", outside ?? ""), ["Update global section"])
    assert.deepStrictEqual(told(inside ?? "", inside ?? ""), [])
  })

  it("notices that a section has moved into a conditional block or out of it", () => {
    const [start, end, app] = ["global\n  .if defined(A)\n", "cache c\n  max-age 5\n  .endif\n", backend("mode http")]
    assert.deepStrictEqual(told(start + app + end, start + end + app), ["Update global section"])
  })

  it("notices that a global setting comes to stand behind the sections that it concerned", () => {
    const [first, late, app] = ["global\n  daemon\n", "global\n  crt-base /a\n", backend("mode http")]
    assert.deepStrictEqual(told(first + late + app, first + app + late), ["Update global section"])
  })

  it("notices what stands behind a section's name", () => {
    assert.deepStrictEqual(diff("defaults d\n", "defaults d mode http\n").operations[0]?.changed, [
      { field: "header", before: [], after: ["mode http"] }
    ])
  })

  it("notices lines before the first section", () => {
    const [operation] = diff("global\n", '.notice "hello"\nglobal\n').operations
    assert.deepStrictEqual(operation?.changed, [{ field: "lines", before: [], after: ['.notice "hello"'] }])
    assert.isString(operation?.onlyRaw)
  })

  it.each([
    [
      "opaque lines that differ only in how many words they are",
      backend('no-such-keyword "a b"'),
      backend("no-such-keyword a b")
    ],
    ["opaque lines that differ in a reference", backend("no-such-keyword '$A'"), backend('no-such-keyword "$A"')],
    ["one opaque line and two equal ones", backend("no-such-keyword"), backend("no-such-keyword", "no-such-keyword")],
    [
      "a server's words that have no field",
      backend("server s 10.0.0.1:80 no-such-word 1"),
      backend("server s 10.0.0.1:80 no-such-word 2")
    ],
    ["a bind that the API misreads", 'frontend f\n  bind :"${A}"\n', 'frontend f\n  bind :"${B}"\n']
  ])("tells apart %s", (_, current, desired) => {
    assert.isNotEmpty(told(current, desired))
    assert.isNotEmpty(told(desired, current))
  })

  it.each([
    ["a listen section", "listen l\n  bind :1\n", "listen l\n  bind :2\n", /does not address listen sections/],
    [
      "a new section with a line without a field",
      "global\n",
      backend("no-such-keyword"),
      /no field for "no-such-keyword" on line 2/
    ],
    ["the second section of a name", "backend b\n", "backend b\nbackend b\n  mode tcp\n", /same name/],
    [
      "a section's own fields beside a line that a write would take away",
      backend('timeout server "$T"', "mode tcp"),
      backend('timeout server "$T"', "mode http"),
      /would take "timeout" on line 2 away/
    ],
    [
      "an item that JSON can't carry",
      backend("server s 10.0.0.1:80"),
      backend('server s 10.0.0.1:80 weight "$W"'),
      /can't carry as JSON/
    ],
    [
      "a server in another place",
      backend("balance first", "server a a:1", "server b b:1"),
      backend("balance first", "server b b:1", "server a a:1"),
      /can't choose the place/
    ]
  ])("says why only text can carry %s", (_, current, desired, reason) => {
    assert.match(reasons(current, desired).join("; "), reason)
  })

  it("never repeats a line as the reason, since it may hold a password", () => {
    assert.notInclude(JSON.stringify(reasons("global\n", backend("no-such-keyword geheim"))), "geheim")
  })

  it("deletes only the second of two sections with one name as text", () => {
    assert.match(reasons("backend b\nbackend b\n  mode tcp\n", "backend b\n").join(), /same name/)
    assert.deepStrictEqual(reasons("backend b\nbackend c\n", "backend b\n"), ["structured"])
  })

  it("does not read sections whose text is equal", () => {
    const read = vi.spyOn(ConfigSection.prototype, "value", "get")
    const text = ["a", "b", "c"].map((name) => section(`backend ${name}`, "mode tcp")).join("")
    const { operations } = diff(text, text.replace("tcp", "http"))
    assert.strictEqual(operations.length, 1)
    assert.deepStrictEqual([...new Set(read.mock.contexts.map((one) => (one as ConfigSection).name))], ["a"])
    read.mockRestore()
  })

  it("reads no section where only servers differ", () => {
    const read = vi.spyOn(ConfigSection.prototype, "value", "get")
    const text = ["a", "b", "c"].map((name) => section(`backend ${name}`, "mode http", "server s 10.0.0.1:80")).join("")
    assert.strictEqual(diff(text, text.replaceAll("10.0.0.1", "10.0.0.2")).operations.length, 3)
    assert.deepStrictEqual(read.mock.contexts, [])
    read.mockRestore()
  })
})
