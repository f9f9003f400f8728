import { assert, describe, it } from "@effect/vitest"
import { sameWords } from "../../src/diff/sameWords.ts"
import { backend, config } from "../support/configs.ts"

const same = (from: string, to: string) => {
  const [before, after] = [config(from).section("backend", "app"), config(to).section("backend", "app")]
  return before !== undefined && after !== undefined && sameWords(before, after)
}

describe("sameWords", () => {
  it.each([
    ["quotes around what has a field only without them", backend("mode http"), backend('mode "http"')],
    ["quotes around a name", 'backend "app"\n', "backend app # b\n"],
    ["comments, blank lines and blanks", backend("mode http"), backend("", "mode  http # why", "# more")],
    ["escapes", backend("acl x path a\\ b"), backend("acl x path 'a b'")]
  ])("holds for %s", (_, from, to) => assert.isTrue(same(from, to)))

  it.each([
    ["another word", backend("mode http"), backend("mode tcp")],
    ["a word more", backend("option httpchk"), backend("option httpchk /")],
    ["a line more", backend("mode http"), backend("mode http", "mode http")],
    ["another order", backend("mode http", "balance first"), backend("balance first", "mode http")],
    ["a reference to the environment and its text", backend('mode "$M"'), backend("mode '$M'")],
    ["another defaults section", "defaults d\nbackend app from d\n", "backend app\n"]
  ])("does not hold for %s", (_, from, to) => assert.isFalse(same(from, to)))
})
