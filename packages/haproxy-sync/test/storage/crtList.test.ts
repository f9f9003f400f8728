import { crtListDifference, crtListEntries } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { crtListLine } from "../../src/storage/crtList.ts"

describe("crtListEntries", () => {
  it("reads certificates, options and names, and passes over comments and empty lines", () => {
    assert.deepStrictEqual(crtListEntries("# all\n\n/a.pem\n /b.pem [alpn  h2 ciphers X]  b.test !c.b.test\n"), [
      { certificate: "/a.pem", options: "", filters: [] },
      { certificate: "/b.pem", options: "alpn h2 ciphers X", filters: ["b.test", "!c.b.test"] }
    ])
  })

  it.each(["/a.pem [alpn h2 a.test", "/a.pem alpn] a.test", "[alpn h2]"])(
    "reads nothing where a line is %s",
    (line) => {
      assert.isUndefined(crtListEntries(`/a.pem\n${line}\n`))
    }
  )
})

describe("crtListDifference", () => {
  const [first, two, three] = ["/1.pem", "/2.pem two.test", "/3.pem [alpn h2]"]

  it.each([
    ["an entry that comes behind all others", [first, two], [first, two, three], [three], []],
    ["one that goes", [first, two, three], [first, three], [], [two]],
    [
      "one that is written otherwise, and comes behind all others",
      [first, two],
      [first, `${two} x`],
      [`${two} x`],
      [two]
    ]
  ])("tells %s", (_, from, to, added, removed) => {
    const difference = crtListDifference(from.join("\n"), to.join("\n"))
    assert.deepStrictEqual([difference?.added.map(crtListLine), difference?.removed.map(crtListLine)], [added, removed])
  })

  it.each([
    ["another first entry", [first, two], [two]],
    ["another order", [first, two, three], [first, three, two]],
    ["one that comes before others", [first, two], [first, three, two]],
    ["the same entry twice", [first], [first, two, two]]
  ])("leaves %s to the whole file", (_, from, to) => {
    assert.isUndefined(crtListDifference(from.join("\n"), to.join("\n")))
  })

  const lists = Arbitrary.array(Arbitrary.schema(Schema.Literals(["/1.pem", "/2.pem", "/3.pem x", "/4.pem [a b] y"])), {
    maxLength: 5
  })

  it.prop("leads from the one to the other wherever it tells something", [lists, lists], ([from, to]) => {
    const difference = crtListDifference(from.join("\n"), to.join("\n"))
    if (difference === undefined) return
    const removed = new Set(difference.removed.map(crtListLine))
    assert.deepStrictEqual([...from.filter((line) => !removed.has(line)), ...difference.added.map(crtListLine)], to)
  })
})
