import { formatDiagnostic, modelOf, parse } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { textOf } from "../support/texts.ts"

const config = (text: string) => Result.getOrThrow(parse(text))
const failure = (...args: Parameters<typeof parse>) => Result.getOrThrow(Result.flip(parse(...args)))
const names = (text: string) => config(text).sections.map(({ keyword, name }) => `${keyword} ${name}`.trim())

describe("parse", () => {
  it("refuses a directive outside of any section, with its place", () => {
    assert.deepStrictEqual(
      failure("# top\n  mode http # x\nglobal\n", { file: "web.cfg" }).diagnostics.map(formatDiagnostic),
      [
        'web.cfg:2:3: error: "mode" stands outside of any section (begin a section above it, such as "global" or "defaults")'
      ]
    )
  })

  it("takes what steers the reading of the file before the first section", () => {
    const { preamble } = config('.notice "hello"\n[scope]\n.if defined(X)\n.endif\nglobal\n')
    assert.deepStrictEqual(
      preamble.map(({ words: [word] }) => word),
      [".notice", "[scope]", ".if", ".endif"]
    )
  })

  it("refuses what HAProxy can't read, all of it at once", () => {
    const { diagnostics } = failure("stray\nglobal\n  log 'x\n  daemon")
    assert.deepStrictEqual(
      diagnostics.map(({ code, line }) => [code, line]),
      [
        ["section.none", 1],
        ["syntax.quote", 3],
        ["syntax.end", 4]
      ]
    )
  })

  it("says which of two texts it refuses", () => {
    assert.match(failure("x\n", { side: "current" }).message, /^current configuration: haproxy\.cfg:1:1: error: /)
    assert.isFalse("side" in failure("x\n"))
  })

  it("takes a text with nothing but a warning", () => {
    assert.isTrue(Result.isSuccess(parse("global\n  daemon\r x\n")))
  })

  it.prop(
    "never answers with less than it was given: every statement is in a section or in the preamble",
    [textOf],
    ([text]) => {
      const result = parse(text)
      if (Result.isFailure(result)) return
      const { document, preamble, sections } = result.success
      const lines = [
        ...preamble.map(({ line }) => line),
        ...sections.flatMap((section) =>
          section.parts.flatMap(({ header, statements }) => [header, ...statements].map((one) => one?.line))
        )
      ]
      const written = document.sections.flatMap(({ header, statements }) =>
        (header === undefined ? statements : [header, ...statements]).map(({ line }) => line)
      )
      assert.sameMembers(lines, written)
    }
  )
})

describe("StructuredConfig.sections", () => {
  it("merges several global sections into one, in the order of the text", () => {
    const text = "global\n  daemon\nbackend b\nglobal\n  nbthread 4\n"
    assert.deepStrictEqual(names(text), ["global", "backend b"])
    assert.strictEqual(config(text).section("global")?.text, "global\n  daemon\nglobal\n  nbthread 4\n")
  })

  it("lets a later global section win over an earlier one", () => {
    const value = config("global\n  nbthread 2\nglobal\n  nbthread 4\n").section("global")?.value
    assert.strictEqual(value?.["nbthread"], 4)
  })

  it("names anonymous defaults by their number", () => {
    assert.deepStrictEqual(names("defaults\ndefaults d\ndefaults from d\n"), [
      "defaults unnamed_defaults_1",
      "defaults d",
      "defaults unnamed_defaults_2"
    ])
  })

  it("does not give an anonymous defaults section a name that is taken", () => {
    assert.deepStrictEqual(names("defaults unnamed_defaults_1\ndefaults\n"), [
      "defaults unnamed_defaults_1",
      "defaults unnamed_defaults_2"
    ])
  })

  it("keeps both of two sections with one name", () => {
    assert.deepStrictEqual(names("backend b\n  mode tcp\nbackend b\nfrontend b\n"), [
      "backend b",
      "backend b#2",
      "frontend b"
    ])
  })

  it("tells names apart that only look alike to JavaScript", () => {
    const text = "backend __proto__\nbackend constructor\nbackend 1\nbackend 01\n"
    assert.deepStrictEqual(names(text), ["backend __proto__", "backend constructor", "backend 1", "backend 01"])
    assert.strictEqual(config(text).section("backend", "__proto__")?.text, "backend __proto__\n")
    assert.isUndefined(config(text).section("backend", "toString"))
  })

  it("are found by kind and name", () => {
    const one = config("global\nbackend a\nfrontend a\nbackend b\n")
    assert.deepStrictEqual(
      one.ofKind("backend").map(({ name }) => name),
      ["a", "b"]
    )
    assert.strictEqual(one.section("frontend", "a")?.keyword, "frontend")
    assert.strictEqual(one.section("global")?.name, "")
  })
})

describe("ConfigSection", () => {
  it("gives the items of a map in the order of the text", () => {
    const section = config("backend b\n  server s2 a:2\n  server 10 a:10\n  server 9 a:9\n").section("backend", "b")
    assert.deepStrictEqual(
      section?.items("servers").map((server) => server["name"]),
      ["s2", "10", "9"]
    )
  })

  it("gives no items of a field that is not there", () => {
    assert.deepStrictEqual(config("backend b\n").section("backend", "b")?.items("servers"), [])
  })

  it("keeps a line that has no field as an opaque one", () => {
    const section = config("backend b\n  mode http\n  no-such-keyword x # y\n").section("backend", "b")
    assert.deepStrictEqual(
      section?.opaque.map(({ line, words }) => [line, words]),
      [[3, ["no-such-keyword", "x"]]]
    )
  })

  it("keeps the second of two servers with one name as an opaque line", () => {
    const section = config("backend b\n  server s a:1\n  server s a:2\n").section("backend", "b")
    assert.deepStrictEqual(
      section?.opaque.map(({ words }) => words.join(" ")),
      ["server s a:2"]
    )
  })
})

describe("modelOf", () => {
  it("has the collections of the Data Plane API, and the lines that have no field apart", () => {
    const model = modelOf(
      config(
        [
          ".notice hello",
          "global",
          "  nbthread 4",
          "defaults d",
          "  mode http",
          "frontend f from d",
          "  bogus x",
          "backend b",
          "  server s 10.0.0.1:80 weight 5",
          "listen l",
          "  mode tcp",
          "cache c",
          "  total-max-size 4",
          ""
        ].join("\n")
      )
    )
    assert.deepStrictEqual(JSON.parse(JSON.stringify(model)), {
      sections: {
        global: { nbthread: 4 },
        defaults: [{ name: "d", mode: "http" }],
        frontends: [{ name: "f", from: "d" }],
        backends: [{ name: "b", servers: { s: { name: "s", address: "10.0.0.1", port: 80, weight: 5 } } }],
        caches: [{ name: "c", total_max_size: 4 }]
      },
      opaque: [
        { line: 1, section: "", text: ".notice hello" },
        { line: 7, section: "frontend f", text: "bogus x" },
        { line: 10, section: "listen l", text: "listen l" },
        { line: 11, section: "listen l", text: "mode tcp" }
      ]
    })
  })

  it("has the opaque lines of a section in the order in which the API writes them, not in that of the text", () => {
    const lines = ["unknown-a", 'timeout server "$T"', "unknown-b", 'timeout client "$T"']
    const opaque = (...order: ReadonlyArray<number>) =>
      modelOf(config(`defaults d\n${order.map((index) => `  ${lines[index]}\n`).join("")}`)).opaque.map(
        ({ text }) => text
      )
    assert.deepStrictEqual(opaque(0, 1, 2, 3), ['timeout client "$T"', 'timeout server "$T"', "unknown-a", "unknown-b"])
    assert.deepStrictEqual(opaque(0, 1, 2, 3), opaque(3, 0, 1, 2))
  })

  it("shows global where the text has none", () => {
    assert.deepStrictEqual(modelOf(config("")), { sections: { global: {} }, opaque: [] })
  })
})
