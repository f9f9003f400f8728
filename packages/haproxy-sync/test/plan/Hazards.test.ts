import { hazardsOf } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"

const found = (text: string) => hazardsOf(config(text)).map(({ line, reason }) => `${line}: ${reason}`)

describe("hazardsOf", () => {
  it("finds nothing in a configuration that survives", () => {
    assert.deepStrictEqual(
      found(
        [
          section("global", "lua-prepend-path /a/?.lua", "lua-load a.lua", "setenv A 1", "presetenv B 2"),
          section("defaults d", "mode http"),
          section("defaults e", "mode tcp"),
          section("frontend f from d", "bind :80"),
          section("backend b from e", "default-server check", "server s 10.0.0.1:80"),
          section("listen l from d", "bind :81")
        ].join("")
      ),
      []
    )
  })

  it.each([
    [
      "conditional blocks",
      `global\n  .if defined(A)\n  daemon\n  .endif\n`,
      "2: the Data Plane API makes conditional blocks unconditional"
    ],
    [
      "conditional blocks around sections",
      `.if defined(A)\n${backend()}.endif\n`,
      "1: the Data Plane API makes conditional blocks unconditional"
    ],
    [
      "a line of 64 KiB",
      backend("mode http", `http-request set-header X ${"x".repeat(65_536)}`),
      "3: the Data Plane API drops a line of 64 KiB and everything behind it"
    ],
    [
      "a line of 64 KiB in fewer characters",
      backend(`http-request set-header X ${"é".repeat(32_768)}`),
      "2: the Data Plane API drops a line of 64 KiB and everything behind it"
    ],
    [
      "a second lua-load-per-thread",
      section("global", "lua-load-per-thread a.lua", "lua-load-per-thread b.lua"),
      "3: the Data Plane API keeps only the last lua-load-per-thread line"
    ],
    [
      "a proxy that inherits from one of several defaults sections without naming it",
      `defaults a\ndefaults b\n${backend()}`,
      '3: backend "app" inherits from the defaults section above it, and the Data Plane API reorders sections'
    ],
    [
      "two sections of one name",
      `backend b\nfrontend b\nbackend b\n`,
      '3: there are several backend sections "b", and the Data Plane API keeps only the last'
    ],
    [
      "words behind the name of a section",
      "defaults d mode http\n",
      '1: the Data Plane API drops what stands behind the name of defaults "d"'
    ],
    [
      "a server before its default-server",
      backend("server s 10.0.0.1:80", "default-server check"),
      '2: the Data Plane API changes the order of lines in backend "app", and with it what "server s" means'
    ],
    [
      "a rule without a field before others",
      backend("http-request no-such-action", "http-request deny"),
      '2: the Data Plane API has no field for this "http-request" in backend "app", and moves it behind the others'
    ],
    [
      "a setting of global for what stands behind it",
      "backend b\nglobal\n  crt-base /a\nbackend c\n",
      '3: "crt-base" concerns only the sections behind it, and the Data Plane API puts all lines of global at the beginning'
    ]
  ])("finds %s", (_, text, refusal) => assert.deepStrictEqual(found(text), [refusal]))

  it("takes a dot in a comment or in a word for no conditional block", () => {
    assert.deepStrictEqual(found(backend("# .if a", "http-request set-header X .if")), [])
  })

  it("lets one defaults section be inherited from without being named", () => {
    assert.deepStrictEqual(found(`defaults\n${backend()}`), [])
  })

  it.each([
    ["a rule without a field behind all others", backend("http-request deny", "http-request no-such-action")],
    ["an unknown line before others", backend("no-such-keyword", "http-request deny")],
    ["a server without a field before others", backend("server s", "server t 10.0.0.1:80")],
    ["a line that the API keeps in its place", backend('timeout server "$T"', "timeout connect 5s")]
  ])("lets %s pass", (_, text) => assert.deepStrictEqual(found(text), []))

  it("does not look for moved lines where the server holds the same text already", () => {
    const text = backend("http-request no-such-action", "http-request deny")
    assert.isNotEmpty(hazardsOf(config(text), config("")))
    assert.deepStrictEqual(hazardsOf(config(text), config(text)), [])
    assert.deepStrictEqual(hazardsOf(config(`global\n${text}`), config(text)), [])
  })
})
