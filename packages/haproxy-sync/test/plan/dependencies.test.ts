import { describe as describeOperation, plan, stagesOf } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { config, section } from "../support/configs.ts"
import { describeCorpus } from "../support/corpus.ts"
import { assertPrefixesHold, inParts } from "../support/laws/prefixes.ts"
import { corpusPair } from "../support/randomPairs.ts"
import { referringPair } from "../support/referringPair.ts"

const structured = (current: string, desired: string) => plan(config(current), config(desired), inParts)

const order = (current: string, desired: string) =>
  structured(current, desired).steps.map(({ operations }) => operations.map(describeOperation).join(" + "))

const frontend = (...lines: ReadonlyArray<string>) => section("frontend f", ...lines)
const app = (...lines: ReadonlyArray<string>) => section("backend app", "server s 10.0.0.1:80", ...lines)

/** What is there without which the rest could not be. */
const cases: ReadonlyArray<
  readonly [
    title: string,
    without: string,
    included: string,
    create: ReadonlyArray<string>,
    remove: ReadonlyArray<string>
  ]
> = [
  [
    "an ACL and the rule that asks it",
    frontend(),
    frontend("acl a path /a", "http-request deny if a"),
    ["Create ACL 'a' in frontend 'f'", "Create HTTP request rule (deny) in frontend 'f'"],
    ["Delete HTTP request rule (deny) from frontend 'f'", "Delete ACL 'a' from frontend 'f'"]
  ],
  [
    "an ACL and what the section itself asks it for",
    frontend(),
    frontend("acl a path /a", "monitor-uri /m", "monitor fail if a"),
    ["Create ACL 'a' in frontend 'f'", "Update frontend 'f'"],
    ["Update frontend 'f'", "Delete ACL 'a' from frontend 'f'"]
  ],
  [
    "a backend and the rule that chooses it",
    frontend(),
    frontend("use_backend app if TRUE") + app(),
    [
      "Create backend 'app' + Create server 's' in backend 'app'",
      "Create backend switching rule (app) in frontend 'f'"
    ],
    ["Delete backend switching rule (app) from frontend 'f'", "Delete backend 'app'"]
  ],
  [
    "a backend and an earlier one that tracks its server",
    section("backend a", "server s 10.0.0.1:80"),
    section("backend a", "server s 10.0.0.1:80 track z/t") + section("backend z", "server t 10.0.0.1:80 check"),
    ["Create backend 'z' + Create server 't' in backend 'z'", "Update server 's' in backend 'a'"],
    ["Update server 's' in backend 'a'", "Delete backend 'z'"]
  ],
  [
    "a server and an earlier backend's that tracks it",
    section("backend a", "server s 10.0.0.1:80") + section("backend z"),
    section("backend a", "server s 10.0.0.1:80 track z/t") + section("backend z", "server t 10.0.0.1:80 check"),
    ["Create server 't' in backend 'z'", "Update server 's' in backend 'a'"],
    ["Update server 's' in backend 'a'", "Delete server 't' from backend 'z'"]
  ],
  [
    "a frontend's table and the backend that looks into it",
    app(),
    section("frontend f", "stick-table type ip size 1k store gpc0") +
      app("http-request deny if { src_get_gpc0(f) gt 1 }"),
    ["Create frontend 'f'", "Create HTTP request rule (deny) in backend 'app'"],
    ["Delete HTTP request rule (deny) from backend 'app'", "Delete frontend 'f'"]
  ],
  [
    "a defaults section and what inherits from it",
    section("defaults a", "mode http") + section("backend app from a"),
    section("defaults a", "mode http") + section("defaults b", "mode http") + section("backend app from b"),
    ["Create defaults section 'b'", "Update backend 'app'"],
    ["Update backend 'app'", "Delete defaults section 'b'"]
  ],
  [
    "a ring and the log target that names it",
    frontend(),
    section("ring r", "format raw") + frontend("log ring@r local0"),
    ["Create ring 'r'", "Create log target (ring@r) in frontend 'f'"],
    ["Delete log target (ring@r) from frontend 'f'", "Delete ring 'r'"]
  ]
]

describe("the order of a plan", () => {
  it.each(cases)("creates %s in this order, and deletes them in the other", (_, without, included, create, remove) => {
    assert.deepStrictEqual(order(without, included), create)
    assert.deepStrictEqual(order(included, without), remove)
  })

  it("has steps that depend on each other in different stages", () => {
    const { steps } = structured(
      section("backend a", "server s 10.0.0.1:80") + section("backend b", "server t 10.0.0.2:80"),
      section("backend a", "server s 10.0.0.1:80 track b/u") +
        section("backend b", "server t 10.0.0.2:80", "server u 10.0.0.3:80 check")
    )
    assert.deepStrictEqual(
      stagesOf(steps).map((stage) => stage.length),
      [1, 1]
    )
  })

  it("tells of changes that need each other, and keeps their order", () => {
    const { notices, steps } = structured(
      frontend("acl a path /a", "http-request deny if a"),
      frontend("acl b path /a", "http-request deny if b")
    )
    assert.strictEqual(steps.length, 2)
    assert.deepStrictEqual(notices, [
      "each of these needs the other first, so they are only right together, as the transaction's end: Update ACL 'b' in frontend 'f' ↔ Update HTTP request rule (deny) in frontend 'f'"
    ])
  })

  it("keeps the order within a collection where changes need each other", () => {
    const a = (...more: ReadonlyArray<string>) => section("backend a", "server m 10.0.0.1:80", ...more)
    const z = (behind: string, ...more: ReadonlyArray<string>) =>
      section("backend z", `server s 10.0.0.2:80${behind}`, ...more)
    const from = a() + z("")
    const to = a("server n 10.0.0.1:80 track z/t") + z(" track a/n", "server t 10.0.0.2:80 check")
    const steps = order(from, to)
    const places = ["Update server 's' in backend 'z'", "Create server 't' in backend 'z'"].map((one) =>
      steps.indexOf(one)
    )
    assert.deepStrictEqual(
      places,
      places.toSorted((one, other) => one - other)
    )
    assert.strictEqual(structured(from, to).notices.length, 1)
  })

  it("does not take an ACL for gone of which another line stays", () => {
    const { notices } = structured(
      frontend("acl a path /a", "acl a path /b", "http-request deny if a"),
      frontend("acl a path /b", "http-request deny if !a")
    )
    assert.deepStrictEqual(notices, [])
  })
})

describe("every beginning of a plan", () => {
  it.prop(
    "between configurations that name much names nothing that isn't there",
    [referringPair],
    ([pair]) => assertPrefixesHold(pair),
    { arbitrary: { runs: 300 }, timeout: 60_000 }
  )
  describeCorpus("of the corpus", () => {
    it.prop(
      "with some lines changed names nothing that isn't there",
      [corpusPair()],
      ([pair]) => assertPrefixesHold(pair),
      { arbitrary: { runs: 300 }, timeout: 60_000 }
    )
  })
})
