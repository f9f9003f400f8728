import { unifiedDiff } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { expect } from "vitest"
import { patched } from "../support/patched.ts"

const diff = (before: string, after: string, context?: number) =>
  unifiedDiff(before, after, { names: ["a.cfg", "b.cfg"], ...(context === undefined ? {} : { context }) })

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `  line ${index + 1}\n`)

describe("unifiedDiff", () => {
  it("shows changes with the lines around them and the section they are in", () => {
    const lines = ["global\n", ...numbered(4), "backend app\n", ...numbered(9)]
    const changed = lines.with(2, "  other\n").with(12, "  more\n").toSpliced(13, 0, "  new\n")
    expect(diff(lines.join(""), changed.join(""), 2)).toMatchInlineSnapshot(`
      "--- a.cfg
      +++ b.cfg
      @@ -1,5 +1,5 @@
       global
         line 1
      -  line 2
      +  other
         line 3
         line 4
      @@ -11,5 +11,6 @@ backend app
         line 5
         line 6
      -  line 7
      +  more
      +  new
         line 8
         line 9
      "
    `)
  })

  it("is empty where nothing differs", () => {
    assert.strictEqual(diff("a\nb\n", "a\nb\n"), "")
    assert.strictEqual(diff("", ""), "")
  })

  it("is one hunk where changes are near to each other, and two where they are not", () => {
    const lines = numbered(20)
    const hunks = (...places: ReadonlyArray<number>) =>
      diff(lines.join(""), places.reduce((all, place) => all.with(place, "x\n"), lines).join("")).match(/^@@/gm)?.length
    assert.deepStrictEqual([hunks(3, 10), hunks(3, 11)], [1, 2])
  })

  it.each([
    ["everything comes", "", "a\nb\n", "@@ -0,0 +1,2 @@"],
    ["everything goes", "a\n", "", "@@ -1 +0,0 @@"],
    ["one line changes", "a\n", "b\n", "@@ -1 +1 @@"]
  ])("names the place where %s", (_, before, after, place) => {
    assert.strictEqual(diff(before, after).split("\n")[2], place)
  })

  it("says where the last line has no end", () => {
    assert.strictEqual(
      diff("a\nb", "a\nb\n"),
      "--- a.cfg\n+++ b.cfg\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"
    )
  })

  it("compares lines as they are, whatever is shown of them", () => {
    const text = unifiedDiff("x 1\n", "x 2\n", { names: ["a", "b"], show: (line) => line.replace(/\d/, "?") })
    assert.strictEqual(text, "--- a\n+++ b\n@@ -1 +1 @@\n-x ?\n+x ?\n")
  })

  const texts = Arbitrary.map(
    Arbitrary.array(Arbitrary.schema(Schema.Literals(["a\n", "b\n", "  c\n", "\n", "d\r\n", "-x\n", "+x\n"])), {
      maxLength: 30
    }),
    (lines) => lines.join("")
  )

  it.prop("leads from one text to the other", [texts, texts], ([before, after]) => {
    for (const context of [0, 1, 3]) assert.strictEqual(patched(before, diff(before, after, context)), after)
  })
})
