import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { source } from "../../src/grammar/Line.ts"
import { meaningOf, sameMeaning } from "../../src/model/values.ts"
import { lineOf } from "../support/texts.ts"

describe("sameMeaning", () => {
  it.each<[title: string, a: unknown, b: unknown]>([
    ["quotes that make the same word", '"a b"', "'a b'"],
    ["quotes where none are needed", '"a"', "a"],
    ["escapes of the same character", '"\\x41"', "A"],
    ["blanks between words", "a  b", "a b"],
    ["the order of fields", { a: 1, b: 2 }, { b: 2, a: 1 }],
    ["a field that is null, undefined or absent", { a: 1, b: null, c: undefined }, { a: 1 }],
    ["metadata", { a: 1, metadata: { comment: "x" } }, { a: 1 }],
    ["the same inside of lists and objects", [{ a: { b: '"x"' } }], [{ a: { b: "x" } }]]
  ])("holds for %s", (_, a, b) => assert.isTrue(sameMeaning(a, b)))

  it.each<[title: string, a: unknown, b: unknown]>([
    ["another word", "a", "b"],
    ["one word and two", '"a b"', "a b"],
    ["words that look alike once they are joined", 'a "b c"', '"a b" c'],
    ["another case", "A", "a"],
    ["a number and its text", 1, "1"],
    ["true and its text", true, "true"],
    ["false and an absent field", { a: false }, {}],
    ["the order of a list", ["a", "b"], ["b", "a"]],
    ["an empty list and an absent one", { a: [] }, {}],
    ["a reference and its text", '"$A"', "'$A'"],
    ["a reference with and without a default", '"${A}"', '"${A-b}"'],
    ["another field", { a: 1 }, { b: 1 }],
    ["a broken quote and a sound one", '"a', "a"],
    ["a byte and the character of its number", "\\xff", "ÿ"]
  ])("does not hold for %s", (_, a, b) => assert.isFalse(sameMeaning(a, b)))

  it("goes by the words of an item that has some of its own", () => {
    const item = (words: ReadonlyArray<string>, port?: number) => ({ port, [source]: words })
    assert.isTrue(sameMeaning(item(["s", '"a"']), item(["s", "a"])))
    assert.isFalse(sameMeaning(item(["s", '"${P}"']), item(["s", '"${Q}"'])))
    assert.isFalse(sameMeaning(item(["s", '"${P}"'], 80), { port: 80 }))
  })

  it.prop("holds for every value and itself", [Schema.Json], ([value]) =>
    assert.isTrue(sameMeaning(value, structuredClone(value)))
  )

  it.prop("is what meaningOf says", [lineOf, lineOf], ([a, b]) =>
    assert.strictEqual(sameMeaning(a, b), meaningOf(a) === meaningOf(b))
  )
})
