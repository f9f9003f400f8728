import { type HaproxyVersion, parseDocument, tokensOf } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { textOf } from "../support/texts.ts"

const tokens = (text: string, environment?: Record<string, string>, version?: HaproxyVersion) =>
  tokensOf(parseDocument(text, "web.cfg"), environment, version)
const words = (text: string, environment?: Record<string, string>, version?: HaproxyVersion) =>
  tokens(text, environment, version).map((token) => token.words)

describe("tokensOf", () => {
  it("gives each statement with its line and section, headers included", () => {
    assert.deepStrictEqual(tokens('.notice "x y"\nglobal\n\n  daemon # x\nfrontend "a b"\n  bind :80\\ x\n'), [
      { line: 1, section: "", words: [".notice", "x y"] },
      { line: 2, section: "global", words: ["global"] },
      { line: 4, section: "global", words: ["daemon"] },
      { line: 5, section: "frontend a b", words: ["frontend", "a b"] },
      { line: 6, section: "frontend a b", words: ["bind", ":80 x"] }
    ])
  })

  it("leaves references as they are written without an environment", () => {
    assert.deepStrictEqual(words('global\n  log "${A-b}" "$C"\n  setenv A x\n'), [
      ["global"],
      ["log", "${A-b}", "$C"],
      ["setenv", "A", "x"]
    ])
  })

  it("puts the environment in", () => {
    assert.deepStrictEqual(words('global\n  log "${A-b}" "${C-d}"\n', { A: "x y" }), [["global"], ["log", "x y", "d"]])
  })

  it("follows setenv and presetenv from the next line on", () => {
    const text =
      'global\n  log "${A-none}"\n  presetenv A one\n  presetenv A two\n  log "$A"\n  setenv A "$A s"\n  log "$A"\n'
    assert.deepStrictEqual(
      words(text, {}).filter(([first]) => first === "log"),
      [
        ["log", "none"],
        ["log", "one"],
        ["log", "one s"]
      ]
    )
  })

  it("follows unsetenv, which takes several names", () => {
    assert.deepStrictEqual(
      words('global\n  unsetenv A B\n  log "${A-a}" "${B-b}" "${C-c}"\n', { A: "1", B: "2", C: "3" }).at(-1),
      ["log", "a", "b", "3"]
    )
  })

  it("follows resetenv, which keeps the named variables as they were at the start", () => {
    const text = 'global\n  setenv A changed\n  setenv C new\n  resetenv A C\n  log "${A-a}" "${B-b}" "${C-c}"\n'
    assert.deepStrictEqual(words(text, { A: "1", B: "2" }).at(-1), ["log", "1", "b", "c"])
  })

  it("gives the words of a variable, and no statement for a line without any", () => {
    assert.deepStrictEqual(words('global\n  stats "${A[*]}"\n  "${B[*]}"\n', { A: "x y" }, "3.4"), [
      ["global"],
      ["stats", "x", "y"]
    ])
  })

  it("knows file, line and section of a reference", () => {
    const place = '"${.FILE}|${.LINE}|${.SECTION}"'
    assert.deepStrictEqual(
      words(
        `.notice ${place}\nglobal\n .notice ${place}\nfrontend ${place}\n .notice ${place}\ndefaults\n .notice ${place}\n`,
        {}
      )
        .filter(({ length }) => length === 2)
        .map(([, word]) => word),
      [
        "web.cfg|1|",
        "web.cfg|3|global",
        "web.cfg|4|global",
        // The name is not expanded again.
        "web.cfg|5|${.FILE}|${.LINE}|${.SECTION}",
        "web.cfg|7|defaults"
      ]
    )
  })

  it.prop("gives the same lines whether the environment is put in or not", [textOf], ([text]) => {
    const without = new Set(tokens(text).map(({ line }) => line))
    for (const { line } of tokens(text, { A: "x y" })) assert.isTrue(without.has(line))
  })
})
