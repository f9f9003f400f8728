import { expandWords, maxWords, splitWords, unquote } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { lineOf } from "../support/texts.ts"

const split = (line: string) => splitWords(line, 0, line.length)
const words = (line: string) => split(line).raw.map(unquote)

describe("splitWords", () => {
  it.each<[title: string, line: string, expected: ReadonlyArray<string>]>([
    ["words at blanks", "bind  :80\talpn\vh2\fx", ["bind", ":80", "alpn", "h2", "x"]],
    ["nothing of an empty line", "", []],
    ["nothing of blanks", " \t ", []],
    ["nothing of a comment", "  # bind :80", []],
    ["no comment", "mode http # web", ["mode", "http"]],
    ["no comment inside a word", "daemon#x y", ["daemon"]],
    ["an escaped #", "a\\#b c", ["a#b", "c"]],
    ["a # in double quotes", 'a "b # c"', ["a", "b # c"]],
    ["a # in single quotes", "a 'b # c'", ["a", "b # c"]],
    ["double quotes as one word", '"a b" c', ["a b", "c"]],
    ["single quotes as one word", "'a b' c", ["a b", "c"]],
    ["quotes inside a word", `a"b c"'d'`, ["ab cd"]],
    ["one kind of quotes in the other", `"it's" 'say "x"'`, ["it's", 'say "x"']],
    ["an empty quoted word", `a "" '' b`, ["a", "", "", "b"]],
    ["an escaped blank", "a\\ b c", ["a b", "c"]],
    ["a word that ends in a backslash", "a\\\\ b", ["a\\", "b"]],
    ["a backslash at the end of the line", "a b\\", ["a", "b\\"]],
    ["no line continuation", "a \\", ["a", "\\"]],
    ["a tab behind a backslash as a blank", "a\\\tb", ["a\\", "b"]],
    ["escaped quotes", `a\\"b \\'c`, ['a"b', "'c"]],
    ["an escaped quote in double quotes", '"a\\"b"', ['a"b']],
    ["no escape in single quotes", "'a\\' b", ["a\\", "b"]],
    ["tab, line feed and carriage return", '"a\\tb" a\\nb a\\rb', ["a\tb", "a\nb", "a\rb"]],
    ["hexadecimal bytes", "\\x41\\x7e", ["A~"]],
    ["bytes of one character", "caf\\xc3\\xa9", ["café"]],
    ["bytes that are no character apart from the character", "\\xff ÿ", ["\udcff", "ÿ"]],
    ["a NUL as the end of the word", "a\\x00b c", ["a", "c"]],
    ["unknown escapes as they are", '\\1 "\\d" \\$x', ["\\1", "\\d", "\\$x"]],
    ["an escaped $ in double quotes", '"\\$x"', ["$x"]],
    ["a reference as it is written", 'a "$B" "${C-d e}" "${F[*]}"', ["a", "$B", "${C-d e}", "${F[*]}"]],
    ["a $ outside of double quotes", "a$ '$' ${", ["a$", "$", "${"]],
    ["references to the place in the file", '"${.FILE}" "$.LINE"', ["${.FILE}", "$.LINE"]],
    ["the line before a carriage return behind a word", "a b\r c", ["a", "b"]],
    ["the words around a carriage return between blanks", "a \r b\t\r", ["a", "b"]],
    ["a word behind a leading carriage return", "\ra", ["a"]],
    ["characters outside of the basic plane", "a 😀b\\ c", ["a", "😀b c"]]
  ])("gives %s", (_, line, expected) => assert.deepStrictEqual(words(line), expected))

  it("gives the words as they are written, with their places", () => {
    const line = `  use_backend  "a b"'c' if x\\ y # why`
    const starts: Array<number> = []
    assert.deepStrictEqual(splitWords(line, 0, line.length, starts), {
      raw: ["use_backend", `"a b"'c'`, "if", "x\\ y"],
      end: 31,
      comment: 32,
      cut: -1,
      error: undefined
    })
    assert.deepStrictEqual(starts, [2, 15, 24, 27])
  })

  it("stays inside the given part of the text", () => {
    assert.deepStrictEqual(splitWords('a "b" c d\n"', 2, 7).raw, ['"b"', "c"])
  })

  it("tells where a carriage return cuts the line", () => {
    assert.strictEqual(split("a b\rc").cut, 3)
    assert.strictEqual(split("a \rb").cut, -1)
  })

  it.each<[title: string, line: string, code: string, at: number]>([
    ["an open double quote", 'a "b c', "syntax.quote", 2],
    ["an open single quote", "a b'c", "syntax.quote", 3],
    ["the last of several quotes that is open", `'a' "b" 'c`, "syntax.quote", 8],
    ["a quote that is only closed behind a carriage return", 'a "b\r"', "syntax.quote", 2],
    ["a quote closed by an escaped one", '"a\\"', "syntax.quote", 0],
    ["\\x without digits", "a \\x", "syntax.escape", 2],
    ["\\x with one digit", "a \\x4", "syntax.escape", 2],
    ["\\x with other letters", "a b\\x4g", "syntax.escape", 3],
    ["\\x with other letters in double quotes", '"\\xyz"', "syntax.escape", 1],
    ["a reference without a name", '"a$ b"', "syntax.variable", 3],
    ["a reference that begins with a digit", '"$1"', "syntax.variable", 2],
    ["an empty reference", '"${}"', "syntax.variable", 3],
    ["a reference with an open brace", '"a ${B c"', "syntax.variable", 4],
    ["a reference with a default and an open brace", '"${B-c"', "syntax.variable", 2],
    ["[*] that is not closed", '"${B[*"', "syntax.variable", 4],
    ["another index than [*]", '"${B[1]}"', "syntax.variable", 4],
    ["a place in the file that does not exist", '"${.NAME}"', "syntax.variable", 3],
    ["a place in the file with more behind it", '"$.LINES"', "syntax.variable", 2]
  ])("refuses %s", (_, line, code, at) => {
    const { error } = split(line)
    assert.deepStrictEqual([error?.code, error?.at], [code, at])
  })

  it("keeps the words before what it refuses", () => {
    assert.deepStrictEqual(split('mode http "x').raw, ["mode", "http"])
  })

  it("takes 64 words and refuses the next one where it begins", () => {
    const line = "w ".repeat(maxWords)
    assert.deepStrictEqual([split(line).raw.length, split(line).error], [64, undefined])
    const { error, raw } = split(`${line}w`)
    assert.deepStrictEqual([raw.length, error?.code, error?.at], [64, "syntax.words", 128])
  })

  it("does not count a comment as a word", () => {
    assert.isUndefined(split(`${"w ".repeat(maxWords)}# and why`).error)
  })

  it.prop("returns words whose places hold what they say, in order and apart", [lineOf], ([line]) => {
    const starts: Array<number> = []
    const { end, raw } = splitWords(line, 0, line.length, starts)
    const ends = raw.map((word, index) => (starts[index] ?? Number.NaN) + word.length)
    assert.strictEqual(starts.length, raw.length)
    assert.strictEqual(end, ends.at(-1) ?? -1)
    for (const [index, start] of starts.entries()) {
      assert.isAbove(start, ends[index - 1] ?? -1)
      assert.strictEqual(line.slice(start, ends[index]), raw[index])
      assert.isNotEmpty(raw[index])
    }
  })

  it.prop("points into the line when it refuses it", [lineOf], ([line]) => {
    const { error } = split(line)
    if (error !== undefined) {
      assert.isAtLeast(error.at, 0)
      assert.isAtMost(error.at, line.length)
    }
  })

  it.prop("gives the same words for words joined by one tab", [lineOf], ([line]) => {
    const { error, raw } = split(line)
    if (error === undefined) assert.deepStrictEqual(split(raw.join("\t")).raw, raw)
  })
})

describe("unquote", () => {
  it.prop("undoes double quotes with escapes", [Arbitrary.schema(Schema.String)], ([text]) => {
    const clean = text.replaceAll("\0", "")
    assert.strictEqual(unquote(`"${clean.replace(/["\\$]/g, "\\$&")}"`), clean)
  })

  it.prop("undoes single quotes", [Arbitrary.schema(Schema.String)], ([text]) => {
    const clean = text.replace(/['\0]/g, "")
    assert.strictEqual(unquote(`'${clean}'`), clean)
  })
})

const environment = (name: string) =>
  ({ SET: "a b", EMPTY: "", LIST: "p q\tr", AHEAD: " x", BEHIND: "x ", "NO-NAME": "never" })[name]
const expanded = (line: string, version: "3.2" | "3.4") => expandWords(split(line).raw, environment, version)

describe("expandWords", () => {
  it.each<[title: string, line: string, expected: ReadonlyArray<string>]>([
    ["the value", '"$SET" "${SET}"', ["a b", "a b"]],
    ["the value inside a word", 'x"$SET"y', ["xa by"]],
    ["the default of an unset variable", '"${UNSET-d e}" x', ["d e", "x"]],
    ["an empty default", '"${UNSET-}" x', ["", "x"]],
    ["the value, not the default, of a set one", '"${SET-d}" "${EMPTY-d}" x', ["a b", "", "x"]],
    ["the longest name", '"$SETS-" x', ["-", "x"]],
    ["the words of a value", '"${LIST[*]}" x', ["p", "q", "r", "x"]],
    ["the words of a value inside a word", 'a"${LIST[*]}"b x', ["ap", "q", "rb", "x"]],
    ["the words of a default", '"${UNSET[*]-p q}" x', ["p", "q", "x"]],
    ["another word where a value begins with a blank", '"a${AHEAD[*]}" x', ["a", "x", "x"]],
    ["the words behind a value that ends in a blank", '"${BEHIND[*]}b" x', ["x", "b", "x"]],
    ["nothing outside of double quotes", "$SET '${SET}' \\$SET", ["$SET", "${SET}", "\\$SET"]],
    ["an escaped reference", '"\\$SET"', ["$SET"]],
    ["quotes in a value as characters", '"$SET\\""', ['a b"']]
  ])("gives %s", (_, line, expected) => {
    assert.deepStrictEqual(expanded(line, "3.2"), expected)
    assert.deepStrictEqual(expanded(line, "3.4"), expected)
  })

  it.each<[title: string, line: string, old: ReadonlyArray<string>, now: ReadonlyArray<string>]>([
    ["an unset variable glues the next word", '"$UNSET" x', ["x"], ["", "x"]],
    ["an unset variable at the end of a quote glues", '"a ${UNSET}"  b', ["a b"], ["a ", "b"]],
    ["an unset variable before other text does not glue", '"${UNSET} a" b', [" a", "b"], [" a", "b"]],
    ["an unset variable before more of its word does not glue", '"${UNSET}"a b', ["a", "b"], ["a", "b"]],
    ["no words of an unset variable", 'x "${UNSET[*]}"', ["x", ""], ["x"]],
    ["no words of an empty variable", '"${EMPTY[*]}" x', ["", "x"], ["x"]],
    ["a blank before the words of a value", '"${AHEAD[*]}" y', ["", "x", "y"], ["x", "y"]],
    ["a blank behind the words of a value", '"${BEHIND[*]}" y', ["x", "", "y"], ["x", "y"]]
  ])("by 3.2 and by 3.4: %s", (_, line, old, now) => {
    assert.deepStrictEqual(expanded(line, "3.2"), old)
    assert.deepStrictEqual(expanded(line, "3.4"), now)
  })
})
