import { hazardsOf, parse, parseDocument } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { formatLineDifference, textDifference } from "../../src/sync/textDifference.ts"
import { accepted, corpusText, describeCorpus, modelRecords, recordedVersions } from "../support/corpus.ts"

const inBackend = (...lines: ReadonlyArray<string>) =>
  ["backend app from main", ...lines.map((line) => `  ${line}`), ""].join("\n")

describe("textDifference", () => {
  it.each([
    ["a time in another unit", "timeout connect 5000", "timeout connect 5s"],
    ["a time behind an option", "server s1 a:1 check inter 2000", "server s1 a:1 check inter 2s"],
    ["a size", "stick-table type ip size 1m expire 30m", "stick-table type ip expire 1800s size 1048576"],
    ["options in another order", "server s1 a:1 weight 5 check", "server s1 a:1 check weight 5"],
    ["the name that a bind gets", "bind :80", "bind :80 name :80"],
    ["another spelling of an action", "http-request deny status 403", "http-request deny deny_status 403"],
    ["quotes that mean nothing", 'server "s1" a:1', "server s1 a:1"],
    ["a comment", "server s1 a:1 # here", "server s1 a:1"]
  ])("passes over %s", (_, desired, held) => {
    assert.isUndefined(textDifference(inBackend(held), inBackend(desired)))
  })

  it("passes over the order of sections, of keywords and of named things", () => {
    const desired = "backend b\n  server s1 a:1\n  server s2 a:1\n  balance first\nbackend a\n  mode tcp\n"
    const held =
      "# _version=3\n\nbackend a\n  mode tcp\n\nbackend b\n  balance first\n  server s2 a:1\n  server s1 a:1\n"
    assert.isUndefined(textDifference(held, desired))
  })

  it("passes over a setting that a later line replaces", () => {
    assert.isUndefined(textDifference(inBackend("mode tcp"), inBackend("mode http", "mode tcp")))
    assert.isDefined(textDifference(inBackend("mode http"), inBackend("mode http", "mode tcp")))
  })

  it("passes over a defaults section that has got a name, and over its name behind what inherits from it", () => {
    const held = "defaults unnamed_defaults_1\n  mode http\nfrontend f from unnamed_defaults_1\n  bind :80\n"
    assert.isUndefined(textDifference(held, "defaults\n  mode http\nfrontend f\n  bind :80\n"))
  })

  it.each([
    [
      "a word",
      "server s1 a:1 weight 5",
      "server s1 a:1 weight 6",
      '"server" of backend app (line 2 of the desired text) is not there'
    ],
    ["a lost line", "mode tcp", "", '"mode" of backend app (line 2 of the desired text) is not there'],
    ["a line too many", "", "mode tcp", `"mode" of backend app (line 2 of the server's text) was not asked for`],
    [
      "an option",
      "server s1 a:1 check",
      "server s1 a:1",
      '"server" of backend app (line 2 of the desired text) is not there'
    ],
    [
      "a letter's case",
      "acl x path /A",
      "acl x path /a",
      '"acl" of backend app (line 2 of the desired text) is not there'
    ]
  ])("finds %s", (_, desired, held, sentence) => {
    const difference = textDifference(inBackend(held), inBackend(desired))
    assert.strictEqual(difference === undefined ? "" : formatLineDifference(difference), sentence)
  })

  it("finds rules in another order", () => {
    const rules = ["http-request deny if x", "http-request allow"] as const
    assert.strictEqual(textDifference(inBackend(rules[1], rules[0]), inBackend(...rules))?.what, "moved")
  })

  it("finds a proxy that has come under another defaults section", () => {
    const [a, b, f] = ["defaults a\n  mode http\n", "defaults b\n  mode tcp\n", "frontend f\n  bind :80\n"]
    assert.strictEqual(textDifference(`${a}${b}${f}`, `${b}${a}${f}`)?.where, "frontend f")
  })

  it("says nothing but the keyword of a line", () => {
    const difference = textDifference("userlist u\n", "userlist u\n  user ines insecure-password geheim\n")
    assert.notInclude(difference === undefined ? "" : formatLineDifference(difference), "geheim")
  })
})

/** What these servers lose without a word, and nothing else finds. */
const losses: Readonly<Record<string, ReadonlyArray<string>>> = {
  log: ["3.0", "3.2", "3.4"],
  load: ["3.0"]
}

describeCorpus("textDifference over what real servers made of the corpus", () => {
  it.each(recordedVersions)("finds no difference where the server %s has lost nothing", (version) => {
    const found = modelRecords(version).flatMap(({ file, raw_after, status, ...record }) => {
      if (status !== "ok" || !accepted(record["ok_3.2"])) return []
      const text = corpusText(file)
      const parsed = parse(text)
      if (Result.isFailure(parsed) || hazardsOf(parsed.success).length > 0) return []
      const difference = textDifference(raw_after, text)
      return difference === undefined || losses[difference.keyword]?.includes(version) === true
        ? []
        : [`${file}: ${formatLineDifference(difference)}`]
    })
    assert.deepStrictEqual(found, [])
  })

  it("finds each line that is taken out of a text, and each word that is changed", () => {
    const missed = modelRecords("3.2").flatMap(({ file, raw_after, status }, index) => {
      if (status !== "ok") return []
      const statements = parseDocument(raw_after).sections.flatMap((section) => section.statements)
      const victim = statements[(index * 31) % Math.max(1, statements.length)]
      if (victim === undefined) return []
      const lines = raw_after.split("\n")
      const without = lines.toSpliced(victim.line - 1, 1).join("\n")
      const changed = lines.with(victim.line - 1, `${victim.words.join(" ")}x`).join("\n")
      const repeated = statements.filter(({ words }) => words[0] === victim.words[0]).length > 1
      // Of a setting that is there twice only the last counts.
      return (repeated ? [changed] : [without, changed]).every((text) => textDifference(text, raw_after) !== undefined)
        ? []
        : [`${file}:${victim.line}`]
    })
    assert.deepStrictEqual(missed, [])
  })
})
