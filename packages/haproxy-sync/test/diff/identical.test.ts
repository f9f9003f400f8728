import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { identical } from "../../src/diff/identical.ts"
import { source } from "../../src/grammar/Line.ts"
import { sameMeaning } from "../../src/model/values.ts"

describe("identical", () => {
  it.each<[title: string, a: unknown, b: unknown]>([
    ["the same word", "a", "a"],
    ["the order of fields", { a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 }],
    ["nothing on both sides", undefined, undefined]
  ])("holds for %s", (_, a, b) => assert.isTrue(identical(a, b)))

  it.each<[title: string, a: unknown, b: unknown]>([
    ["another spelling of the same word", '"a"', "a"],
    ["a field more", { a: 1 }, { a: 1, b: 2 }],
    ["another field that is undefined", { a: undefined }, { b: undefined }],
    ["a list and an object", [], {}],
    ["a longer list", ["a"], ["a", "b"]],
    ["an object and null", {}, null],
    ["items with words of their own", { a: 1, [source]: ["x"] }, { a: 1, [source]: ["x"] }]
  ])("does not hold for %s", (_, a, b) => assert.isFalse(identical(a, b)))

  it.prop("holds for a value and its copy", [Schema.Json], ([value]) =>
    assert.isTrue(identical(value, structuredClone(value)))
  )

  it.prop("only holds for what means the same", [Schema.Json, Schema.Json], ([a, b]) =>
    assert.isTrue(!identical(a, b) || sameMeaning(a, b))
  )
})
