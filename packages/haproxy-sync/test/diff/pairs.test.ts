import { compare, describe as describeOperation } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { config } from "../support/configs.ts"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"
import { pairDifferences } from "./pairDifferences.ts"

/** What the reference implementation made of a pair. */
interface Expected {
  readonly creates?: number
  readonly updates?: number
  readonly deletes?: number
  readonly operations?: ReadonlyArray<string>
}

describeCorpus("a pair of the corpus", () => {
  const names = corpusTable("pairs.tsv").map(({ name = "" }) => name)

  describe.each(names)("%s", (name) => {
    const [from, to] = ["initial", "desired"].map((side) => config(corpusText(`pairs/${name}/${side}.cfg`)))
    const expected = JSON.parse(corpusText(`pairs/${name}/expected.json`)) as Expected
    const operations = from === undefined || to === undefined ? [] : compare(from, to).operations

    it("is described in the words of the reference, but for what the table tells", () => {
      const known = pairDifferences.find(({ pair }) => pair === name)
      const told = (expected.operations ?? []).filter((one) => known?.theirs.includes(one) !== true)
      assert.sameMembers(operations.map(describeOperation), [...told, ...(known?.ours ?? [])])
    })

    it("takes no more operations than the reference needs", () => {
      const { creates = 0, deletes = 0, updates = 0 } = expected
      assert.isAtMost(operations.length, creates + updates + deletes)
    })
  })

  it.each(pairDifferences)("$pair differs as the table tells", ({ ours, pair, theirs }) => {
    assert.include(names, pair)
    assert.isNotEmpty([...ours, ...theirs])
    const expected = JSON.parse(corpusText(`pairs/${pair}/expected.json`)) as Expected
    assert.includeMembers([...(expected.operations ?? [])], [...theirs])
  })
})
