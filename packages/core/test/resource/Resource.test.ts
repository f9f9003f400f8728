import { Resource, Selector } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { Parcel } from "./Parcel.ts"

describe("Resource.make", () => {
  it("works out what was left out", () => {
    assert.deepInclude(Parcel, {
      apiVersion: "test.lockstep.dev/v1",
      singular: "parcel",
      scope: "Namespaced",
      categories: []
    })
  })
})

describe("Resource.parseKey", () => {
  it.each([
    ["a", { name: "a" }],
    ["team-a/pr-42", { namespace: "team-a", name: "pr-42" }]
  ])("%s", (text, key) => {
    assert.deepStrictEqual(Resource.parseKey(text), key)
    assert.strictEqual(Resource.formatKey(key), text)
  })
})

describe("Selector.parse", () => {
  it.each(["a b", "a=b=c", "=a", "a in b", "a in (b", "!", "a,,b", "!a=b"])("refuses '%s'", (text) => {
    const result = Selector.parse(text)
    assert.isTrue(Result.isFailure(result))
  })
})
