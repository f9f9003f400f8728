import { compare, parse } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Result, Schema } from "effect"
import { compareServerLines } from "../../src/diff/compareServerLines.ts"
import { config, section } from "../support/configs.ts"

const backend = (...lines: ReadonlyArray<string>) => config(section("backend app", ...lines))

const compared = (before: ReadonlyArray<string>, after: ReadonlyArray<string>) => {
  const [a, b] = [backend(...before).section("backend", "app"), backend(...after).section("backend", "app")]
  return a === undefined || b === undefined ? undefined : compareServerLines(a, b)
}

const one = (...values: ReadonlyArray<string>) => Arbitrary.schema(Schema.Literals(values))

interface Line {
  readonly head: string
  readonly behind: string
}

const words = one(
  "10.0.0.1:80",
  "10.0.0.1:80 weight 2",
  "10.0.0.1:80 weight 2 # a comment",
  "10.0.0.1:81 check inter 5s",
  "10.0.0.1:81 check inter 5000ms",
  '10.0.0.1:80 cookie "a"',
  "10.0.0.1:80 cookie a",
  '10.0.0.1:80 weight "$W"',
  "10.0.0.1:80 what",
  "path /"
)

/** Lines among which what a server means may depend on others, or can't be told by its first words. */
const line: Arbitrary.Arbitrary<Line> = Arbitrary.all({
  head: one("server a", "server a", "server b", "server c", '"server" a', "server 'a'", "default-server", "acl x"),
  behind: words
})

const textOf = (lines: ReadonlyArray<Line>): ReadonlyArray<string> =>
  lines.map(({ behind, head }) => (head === "default-server" ? `${head} weight ${behind.length}` : `${head} ${behind}`))

const lines = Arbitrary.array(line, { minLength: 1, maxLength: 5 })

const changes = Arbitrary.array(
  Arbitrary.all({
    at: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))),
    behind: words
  }),
  { minLength: 1, maxLength: 3 }
)

describe("compareServerLines", () => {
  it("reads only the lines that differ", () => {
    const [before, after] = [
      backend("server a 10.0.0.1:80", "acl x path /", "server b 10.0.0.2:80 weight 1 # old"),
      backend("server a 10.0.0.1:80", "acl x path /", "server b 10.0.0.2:80 weight 2")
    ]
    assert.deepStrictEqual(
      compare(before, after).operations.map(({ changed, name, type }) => ({ changed, name, type })),
      [{ type: "update", name: "b", changed: [{ field: "weight", before: 1, after: 2 }] }]
    )
  })

  it("finds nothing where other words mean the same", () => {
    assert.deepStrictEqual(
      compared(["server a 10.0.0.1:80 check inter 5s"], ["server a 10.0.0.1:80 check inter 5000ms"]),
      []
    )
  })

  it.each<[what: string, before: ReadonlyArray<string>, after: ReadonlyArray<string>]>([
    ["another line", ["mode tcp"], ["mode http"]],
    ["one line more", ["server a 10.0.0.1:80"], ["server a 10.0.0.1:80", ""]],
    ["another name", ["server a 10.0.0.1:80"], ["server b 10.0.0.1:80"]],
    [
      "a name for the second time",
      ["server a 10.0.0.1:80", "server a 10.0.0.2:80"],
      ["server a 10.0.0.1:80", "server a 10.0.0.3:80"]
    ],
    ["a server with words of no field", ["server a 10.0.0.1:80"], ["server a 10.0.0.1:80 what"]],
    [
      "default-server",
      ["default-server weight 2", "server a 10.0.0.1:80"],
      ["default-server weight 2", "server a 10.0.0.1:81"]
    ]
  ])("leaves %s to the comparison of the whole", (_, before, after) => assert.isUndefined(compared(before, after)))

  it.prop(
    "says what the comparison of the whole says",
    [lines, changes],
    ([old, edits]) => {
      const wanted = edits.reduce<ReadonlyArray<Line>>(
        (all, { at, behind }) => all.map((one, index) => (index === at ? { ...one, behind } : one)),
        old
      )
      const parsed = (all: ReadonlyArray<Line>, ...more: ReadonlyArray<string>) =>
        parse(section("backend app", "balance source", ...textOf(all), ...more))
      // With one line more, the sections are read as a whole.
      const sides = [parsed(old), parsed(wanted), parsed(wanted, "# the end")] as const
      if (sides.some(Result.isFailure)) return
      const [from, to, longer] = sides.map((side) => Result.getOrThrow(side))
      if (from === undefined || to === undefined || longer === undefined) return
      assert.deepStrictEqual(compare(from, to), compare(from, longer))
    },
    { arbitrary: { runs: 2000 } }
  )
})
