import { type Diagnostic, formatDiagnostic, parseDocument, printDocument } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"
import { mutate, mutations, textOf } from "../support/texts.ts"

const anyText = Arbitrary.schema(Schema.String)
const halves = Arbitrary.map(
  Arbitrary.array(Arbitrary.schema(Schema.Literals(["\ud83d", "\ude00", "\0", "\r", "\n", "\ufeff", "a", '"', "#"]))),
  (parts) => parts.join("")
)

/** The lines of a text as a plain split sees them. */
const linesOf = (text: string): ReadonlyArray<string> => {
  const lines = text.split("\n")
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines
}

const pointsIntoItsLine = (text: string, { column, line }: Diagnostic): void => {
  const lines = linesOf(text)
  assert.isAtLeast(line, 1)
  assert.isAtMost(line, lines.length)
  assert.isAtLeast(column, 1)
  assert.isAtMost(column, (lines[line - 1] ?? "").length + 1)
}

const assertWhole = (text: string): void => {
  const document = parseDocument(text)
  assert.strictEqual(printDocument(document), text)
  assert.strictEqual(document.lineStarts.length - 1, linesOf(text).length)
  assert.strictEqual(document.sections.map((section) => section.text).join(""), text)
  for (const diagnostic of document.diagnostics) pointsIntoItsLine(text, diagnostic)
  let last = 0
  for (const section of document.sections) {
    for (const { end, line, start, starts } of section.statements) {
      assert.isAbove(line, last)
      last = line
      for (const place of [...starts, end]) {
        assert.isAtLeast(document.column(line, place), 1)
        assert.isAtMost(document.column(line, place), (linesOf(text)[line - 1] ?? "").length + 1)
      }
      assert.strictEqual(start, document.lineStarts[line - 1])
    }
  }
}

describe("printDocument", () => {
  it.prop("returns every text as it was", [anyText], ([text]) => assertWhole(text))
  it.prop("returns halves of characters, NUL and CR as they were", [halves], ([text]) => assertWhole(text))
  it.prop("returns broken configurations as they were", [textOf], ([text]) => assertWhole(text))

  describeCorpus("over the corpus", () => {
    const files = corpusTable("configs.tsv").map(({ file = "" }) => file)
    it.each(files)("returns %s as it was", (file) => {
      const text = corpusText(file)
      assertWhole(text)
      assert.isNotEmpty(text)
    })

    const file = Arbitrary.schema(Schema.Literals(files))
    it.prop("returns damaged files as they were", [file, mutations], ([name, changes]) =>
      assertWhole(mutate(corpusText(name), changes))
    )
  })
})

const errors = (text: string) => parseDocument(text, "web.cfg").diagnostics.map(formatDiagnostic)

describe("parseDocument", () => {
  it("reports nothing of a text HAProxy can read", () => {
    assert.deepStrictEqual(errors('global\n  daemon # "\n\nfrontend f\n\tbind :80\r\n'), [])
  })

  it("reports nothing of an empty text", () => {
    assert.deepStrictEqual(errors(""), [])
    assert.deepStrictEqual(parseDocument("").sections, [])
  })

  it("reports an open quote with its line and column", () => {
    assert.deepStrictEqual(errors('global\n  description "my site\n  daemon\n'), [
      "web.cfg:2:15: error: this double quote is not closed (close it on the same line, or write a backslash before it to mean the character itself)"
    ])
  })

  it("reports every line that is wrong", () => {
    assert.deepStrictEqual(
      parseDocument('global\n a \'b\n c \\x\n d "$"\n').diagnostics.map(({ code, column, line }) => [
        code,
        line,
        column
      ]),
      [
        ["syntax.quote", 2, 4],
        ["syntax.escape", 3, 4],
        ["syntax.variable", 4, 6]
      ]
    )
  })

  it("reports the first NUL of each line, also in a comment", () => {
    assert.deepStrictEqual(
      parseDocument("global\n a\0b\0\n#\0\n").diagnostics.map(({ code, column, line }) => [code, line, column]),
      [
        ["syntax.nul", 2, 3],
        ["syntax.nul", 3, 2]
      ]
    )
  })

  it.each([
    ["a directive", "global\n daemon", 2, 8],
    ["blanks", "global\n  ", 2, 3],
    ["a comment", "global\n# end", 2, 6],
    ["a carriage return", "global\r", 1, 8]
  ])("reports %s without a line feed at the end", (_, text, line, column) => {
    assert.deepStrictEqual(
      parseDocument(text).diagnostics.map((one) => [one.code, one.line, one.column]),
      [["syntax.end", line, column]]
    )
  })

  it("reports the 65th word", () => {
    const [first] = parseDocument(`global\n  ${"w ".repeat(65)}\n`).diagnostics
    assert.deepStrictEqual([first?.code, first?.line, first?.column], ["syntax.words", 2, 131])
  })

  it("warns of words behind a carriage return, which HAProxy does not read", () => {
    assert.deepStrictEqual(errors("global\n  daemon\r nbthread 4\n"), [
      "web.cfg:2:9: warning: HAProxy ignores the rest of the line behind this carriage return (end the line with a line feed)"
    ])
  })

  it("does not warn of carriage returns that cut nothing", () => {
    assert.deepStrictEqual(errors('global\r\n  daemon \r nbthread 4\r\n\r\n  log "a" # b\rc\n'), [])
  })

  it("counts columns in UTF-16 units, as editors do", () => {
    const [first] = parseDocument('global\n  é😀 "x\n').diagnostics
    assert.strictEqual(first?.column, 7)
  })
})

const sections = (text: string) => parseDocument(text).sections.map(({ from, keyword, name }) => [keyword, name, from])

describe("Document.sections", () => {
  it("begin at the headers, with what stands before the first one apart", () => {
    assert.deepStrictEqual(sections("# top\n\nglobal\n daemon\nfrontend f\nbackend b\n"), [
      ["", "", undefined],
      ["global", "", undefined],
      ["frontend", "f", undefined],
      ["backend", "b", undefined]
    ])
  })

  it("know name and parent as HAProxy sees them", () => {
    assert.deepStrictEqual(
      sections(
        [
          "defaults",
          "defaults d",
          "defaults from d",
          "defaults e from d",
          "defaults from from d",
          'frontend "a b" from "d"',
          "backend from",
          "backend b from e # from x",
          "listen l\n"
        ].join("\n")
      ),
      [
        ["defaults", "", undefined],
        ["defaults", "d", undefined],
        ["defaults", "", "d"],
        ["defaults", "e", "d"],
        ["defaults", "", "from"],
        ["frontend", "a b", "d"],
        ["backend", "from", undefined],
        ["backend", "b", "e"],
        ["listen", "l", undefined]
      ]
    )
  })

  it.each([
    ["indented", "  global\n", "global"],
    ["in quotes", '"frontend" f\n', "frontend"],
    ["partly in quotes", 'back"end" b\n', "backend"],
    ["with an escape", "glo\\x62al\n", "global"],
    ["with a comment at it", "global#x\n", "global"],
    ["before a carriage return", "global\r\n", "global"],
    ["as a part of another word", "globals\n", ""],
    ["as a part of a word in quotes", 'global"s"\n', ""],
    ["as a part of a word with an escaped blank", "global\\ x\n", ""],
    ["in another case", "Global\n", ""],
    ["in a comment", "# global\n", ""]
  ])("recognise a keyword %s only if it is the whole word", (_, text, keyword) => {
    assert.deepStrictEqual(
      parseDocument(text).sections.map((section) => section.keyword),
      [keyword]
    )
  })

  it("do not begin at a keyword that is no first word", () => {
    assert.strictEqual(parseDocument("backend b\n  use global\n").sections.length, 1)
  })
})

describe("Section.statements", () => {
  it("carry the comments above and behind them", () => {
    const [section] = parseDocument(
      "backend b # mine\n\n  # one\n\n  #two\n  mode http #  now\n  balance first\n"
    ).sections
    assert.strictEqual(section?.header?.comment, "mine")
    assert.deepStrictEqual(
      section?.statements.map(({ above, comment, line, words }) => ({ above, comment, line, words })),
      [
        { above: ["one", "two"], comment: "now", line: 6, words: ["mode", "http"] },
        { above: [], comment: undefined, line: 7, words: ["balance", "first"] }
      ]
    )
  })

  it("leave out blank lines and comments", () => {
    assert.deepStrictEqual(parseDocument("global\n\n \t\n# x\n\r\n").sections[0]?.statements, [])
  })
})

/** The seconds of processor time a function takes, the least of three runs. */
const cost = (run: () => unknown): number =>
  Math.min(
    ...[1, 2, 3].map(() => {
      const { system, user } = process.cpuUsage()
      run()
      const after = process.cpuUsage({ system, user })
      return (after.system + after.user) / 1e6
    })
  )

/** Reads all there is in a text. */
const read = (text: string) => (): number =>
  parseDocument(text).sections.reduce((sum, { statements }) => sum + statements.length, 0)

describe("parseDocument with large texts", () => {
  const section = 'backend b\n  server "s" 10.0.0.1:80 weight 1 # x\n  http-request deny if { path "/a b" }\n'
  const shapes: ReadonlyArray<[title: string, text: (size: number) => string]> = [
    ["one long line", (size) => `global\n  ${"x".repeat(size)}\n`],
    ["many sections", (size) => section.repeat(size / section.length)],
    ["one long word with escapes", (size) => `global\n  ${"\\x41b".repeat(size / 5)}\n`],
    ["one long quoted word", (size) => `global\n  "${" x".repeat(size / 2)}"\n`],
    ["many references in one word", (size) => `global\n  "${"${A-b}".repeat(size / 6)}"\n`],
    ["blanks alone", (size) => " ".repeat(size)],
    ["one long comment", (size) => `global\n  # ${"x y ".repeat(size / 4)}\n`],
    ["many NULs", (size) => `global\n${"\0\n".repeat(size / 2)}`],
    ["many open quotes", (size) => `global\n${'"\n'.repeat(size / 2)}`],
    ["many empty lines", (size) => "\n".repeat(size)],
    ["many carriage returns", (size) => `global\n${"a\rb\n".repeat(size / 4)}`]
  ]
  it.each(shapes)("takes time in proportion to the size: %s", (_, text) => {
    const [small, large] = [text(20_000), text(160_000)]
    read(small)()
    const ratio = cost(read(large)) / Math.max(cost(read(small)), 0.002)
    assert.isBelow(ratio, 8 * 4)
  })

  it.each(shapes.slice(0, 6))("reads 10 MB without deep recursion: %s", (_, text) => {
    const large = text(10_000_000)
    assert.strictEqual(printDocument(parseDocument(large)).length, large.length)
  })
})
