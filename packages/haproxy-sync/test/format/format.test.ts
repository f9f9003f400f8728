import { format, parse } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Result, Schema } from "effect"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"
import { assertFormatKeeps } from "../support/laws/roundTrips.ts"
import { grammarPair, modelPools } from "../support/randomPairs.ts"
import { mutate, mutations, textOf } from "../support/texts.ts"

const formatted = (...lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  format(Result.getOrThrow(parse(lines.map((line) => `${line}\n`).join(""))))
    .split("\n")
    .slice(0, -1)

const keeps = (text: string): void => {
  const config = parse(text)
  if (Result.isSuccess(config)) assertFormatKeeps(config.success)
}

describe("format", () => {
  it("gives canonical order and spacing, and keeps the comments", () => {
    assert.deepStrictEqual(
      formatted(
        "#!/usr/bin/env of-somebody",
        "# what this is",
        "",
        "",
        "global",
        "\tmaxconn   100  #as many as there are",
        "# ours",
        "    daemon\r",
        "frontend web",
        "",
        "  # who may",
        "  #  come in",
        "  http-request deny if !{ src 10.0.0.0/8 }",
        "",
        "",
        "  bind :80",
        "  # server s9 10.0.0.9:80",
        "# what clients reach",
        "backend 'app 1'",
        "  server s1 10.0.0.1:80",
        "  mode http",
        "  # the end",
        "",
        "# Really."
      ),
      [
        "#!/usr/bin/env of-somebody",
        "# what this is",
        "",
        "global",
        "  # ours",
        "  daemon",
        "  maxconn 100 #as many as there are",
        "",
        "frontend web",
        "  bind :80",
        "",
        "  # who may",
        "  #  come in",
        "  http-request deny if !{ src 10.0.0.0/8 }",
        "  # server s9 10.0.0.9:80",
        "",
        "# what clients reach",
        "backend 'app 1'",
        "  mode http",
        "  server s1 10.0.0.1:80",
        "  # the end",
        "",
        "# Really."
      ]
    )
  })

  it.each([
    ["a server behind its default", "backend b", ["server a :1", "default-server weight 2", "server b :1"]],
    ["the last log format", "frontend f", ["option httplog", "log-format x"]],
    ["the last way to check", "backend b", ["option httpchk", "option tcp-check", "option redis-check"]],
    ["the last error page", "backend b", ["errorfile 503 /a", "http-error status 503 string x", "errorfile 503 /b"]],
    ["slots for captures", "frontend f", ["http-request capture src len 4", "declare capture request len 4"]],
    ["what variables are set to", "global", ["setenv A 1", 'user "$A"', "setenv A 2", 'group "$A"']],
    ["Lua files and their path", "global", ["lua-load /a.lua", "lua-prepend-path /x", "lua-load /b.lua"]],
    ["files behind their folder", "global", ["lua-load a.lua", "default-path parent", "chroot /x"]],
    ["a line without a field, behind another", "backend b", ["mode http", "no-such-line", "server s :1"]],
    ["what depends on a condition", "backend b", ["server s :1", ".if defined(A)", "mode tcp", ".endif"]],
    ["a monitor behind its ACL", "frontend f", ["acl dead nbsrv(b) lt 1", "monitor fail if dead"]]
  ])("keeps %s where it is", (_, header, lines) => {
    const text = [header, ...lines.map((line) => `  ${line}`)]
    assert.deepStrictEqual(formatted(...text), text)
  })

  it("puts what HAProxy needs before others first of all", () => {
    assert.deepStrictEqual(formatted("global", "  daemon", "  expose-experimental-directives"), [
      "global",
      "  expose-experimental-directives",
      "  daemon"
    ])
  })

  it("leaves directives that steer the reading at the margin, where they stand between sections", () => {
    const text = ["backend a", "  server s :1", "", ".if defined(B)", "# b", "backend b", "  server s :1", ".endif"]
    assert.deepStrictEqual(formatted(...text), text)
  })

  it("keeps what stands behind a carriage return, though HAProxy does not read it", () => {
    assert.deepStrictEqual(formatted("global", "\tdaemon\r nbthread  4"), ["global", "  daemon\r nbthread  4"])
  })

  it("writes a tab behind a word that would swallow a blank", () => {
    assert.deepStrictEqual(formatted("global", "  description a\\\tb\\\t# c"), [
      "global",
      "  description a\\\tb\\\t# c"
    ])
  })

  it("gives nothing for nothing", () => assert.deepStrictEqual(formatted(), []))

  it.prop("keeps words, comments and meaning of any text", [textOf], ([text]) => keeps(text))

  it.effect(
    "keeps words, comments and meaning of what the grammars can say",
    () =>
      Effect.gen(function* () {
        const pairs = grammarPair(yield* modelPools)
        const holds = (pair: readonly [string, string]) =>
          Effect.sync(() => {
            for (const text of pair) keeps(text)
            return true
          })
        assert.isUndefined(Arbitrary.formatCheckFailure(yield* Arbitrary.checkEffect(pairs, holds, { runs: 100 })))
      }),
    30_000
  )

  describeCorpus("over the corpus", () => {
    const files = corpusTable("configs.tsv").map(({ file = "" }) => file)
    it.each(files)("keeps words, comments and meaning of %s", (file) => {
      const text = corpusText(file)
      keeps(text)
      assert.isNotEmpty(text)
    })

    const file = Arbitrary.schema(Schema.Literals(files))
    it.prop("keeps words, comments and meaning of damaged files", [file, mutations], ([name, changes]) =>
      keeps(mutate(corpusText(name), changes))
    )
  })
})
