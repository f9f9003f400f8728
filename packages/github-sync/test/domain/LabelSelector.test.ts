import { LabelSelector } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { named } from "../fixtures/labels.ts"

type Row = readonly [selector: LabelSelector.LabelSelector, labels: ReadonlyArray<string>, matches: boolean]

const rows: ReadonlyArray<Row> = [
  [{}, [], true],
  [{ all: ["a", "b"] }, ["B", "A", "c"], true],
  [{ all: ["a", "b"] }, ["a"], false],
  [{ any: ["a", "b"] }, ["b"], true],
  [{ any: ["a", "b"] }, ["c"], false],
  [{ any: [] }, ["c"], false],
  [{ none: ["Hold"] }, ["hold"], false],
  [{ none: ["hold"] }, ["other"], true],
  [{ all: ["a"], any: ["b", "c"], none: ["d"] }, ["a", "c"], true],
  [{ all: ["a"], any: ["b", "c"], none: ["d"] }, ["a", "c", "d"], false]
]

describe("LabelSelector.matches", () => {
  for (const [selector, labels, matches] of rows) {
    it(`says ${matches ? "yes" : "no"} to [${labels.join(", ")}] for ${JSON.stringify(selector)}`, () =>
      assert.strictEqual(LabelSelector.matches(selector, named(labels)), matches))
  }
})
