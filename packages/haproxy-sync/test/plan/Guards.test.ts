import { type Guards, formatPlan, plan, planToJson, violatesGuard } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"

const planned = (current: string, desired: string, guards: Guards) => plan(config(current), config(desired), { guards })
const refused = (current: string, desired: string, guards: Guards) =>
  planned(current, desired, guards).refusals.map(({ guard, hint, reason }) => [guard, reason, hint])

const global = section("global", "daemon", "log stdout local0")
const app = (...names: ReadonlyArray<string>) => backend(...names.map((name) => `server ${name} 10.0.0.1:80`))
const old = section("backend old", "server s 10.0.0.1:80", "server t 10.0.0.2:80")

describe("maxDeletes", () => {
  it("counts a deleted section once, and what has a name in those that stay", () => {
    const [current, desired] = [global + old + app("a", "b", "c"), global + app("b")]
    assert.deepStrictEqual(refused(current, desired, { maxDeletes: 3 }), [])
    assert.deepStrictEqual(refused(current, desired, { maxDeletes: 2 }), [
      [
        "max-deletes",
        "the plan deletes 3, and 2 are allowed: server 'a' from backend 'app', server 'c' from backend 'app', backend 'old'",
        "check that the desired configuration is complete; if this is meant, allow 3 deletes"
      ]
    ])
  })

  it("does not count rules, other lines of a list, and fields", () => {
    const rules = backend("mode http", "acl x path /", "http-request deny if x", "http-request set-header A b")
    assert.deepStrictEqual(refused(rules, backend(), { maxDeletes: 0 }), [])
    assert.deepStrictEqual(refused(global, section("global", "daemon"), { maxDeletes: 0 }), [])
  })

  it.each([
    ["global, which the API never deletes", global + old, old, "global section"],
    ["a section that only the text can carry", `${global}listen l\n  bind :1\n`, global, "listen section 'l'"],
    [
      "children that are compared with their section",
      section("ring r", "server a 10.0.0.1:1", "server b 10.0.0.1:2"),
      section("ring r", "server b 10.0.0.1:2"),
      "server 'a' from ring 'r'"
    ]
  ])("counts %s", (_, current, desired, what) => {
    assert.deepStrictEqual(refused(current, desired, { maxDeletes: 1 }), [])
    assert.strictEqual(
      refused(current, desired, { maxDeletes: 0 })[0]?.[1],
      `the plan deletes 1, and 0 are allowed: ${what}`
    )
  })

  it("names the first of many", () => {
    const many = app("a", "b", "c", "d", "e", "f", "g", "h")
    assert.match(
      refused(many, app(), { maxDeletes: 1 })[0]?.[1] ?? "",
      /^the plan deletes 8, and 1 is allowed: .* and 3 more$/
    )
  })
})

describe("protect", () => {
  it("refuses a deletion of a section, and of what is in it", () => {
    const reason = (current: string, desired: string) =>
      refused(current, desired, { protect: ["backend/app", "global"] }).map(([guard, text]) => `${guard}: ${text}`)
    assert.deepStrictEqual(reason(global + app("a") + old, global + old), [
      "protect: what is protected would be deleted: backend 'app'"
    ])
    assert.deepStrictEqual(reason(app("a", "b"), app("b")), [
      "protect: what is protected would be deleted: server 'a' from backend 'app'"
    ])
    assert.deepStrictEqual(reason(backend("http-request deny"), backend("mode http")), [
      "protect: what is protected would be deleted: HTTP request rule (deny) from backend 'app'"
    ])
    assert.deepStrictEqual(reason(global + app("a"), section("global", "daemon") + app("a")), [
      "protect: what is protected would be deleted: 1 log target from global section"
    ])
    assert.deepStrictEqual(reason(global + app("a"), app("a")), [
      "protect: what is protected would be deleted: global section"
    ])
  })

  it("lets fields change, and everything be created or deleted elsewhere", () => {
    const guards = { protect: ["backend/app"] }
    assert.deepStrictEqual(refused(global + backend("mode http") + old, global + app("new"), guards), [])
  })

  it("refuses a pattern that can cover nothing", () => {
    assert.strictEqual(refused(app("a"), app("a"), { protect: ["backends/app"] })[0]?.[0], "pattern")
    assert.strictEqual(refused(app("a"), app("a"), { own: ["servers"] })[0]?.[0], "pattern")
  })
})

describe("an empty desired configuration", () => {
  it("is refused, unless so many deletes are allowed", () => {
    assert.deepStrictEqual(refused(global + old, "# nothing\n", {}), [
      [
        "empty",
        "the desired configuration is empty; this would delete everything",
        "check what it was made from; if this is meant, allow 2 deletes"
      ]
    ])
    assert.deepStrictEqual(refused(global + old, "", { maxDeletes: 2 }), [])
    assert.strictEqual(refused(global + old, "", { maxDeletes: 1 })[0]?.[0], "max-deletes")
  })

  it("is refused where it would delete all that is owned", () => {
    assert.strictEqual(refused(global + old, "", { own: ["backend"] })[0]?.[0], "empty")
  })

  it("is nothing to speak of where there is nothing", () => {
    assert.deepStrictEqual(refused("", "", {}), [])
    assert.deepStrictEqual(refused(global, "", { own: ["backend"] }), [])
  })
})

describe("a plan under guards", () => {
  it("leads to the current text with the owned sections as desired", () => {
    const { desired, operations } = planned(global + app("a") + old, app("b"), { own: ["backend/app"] })
    assert.strictEqual(desired.text, global + app("b") + old)
    assert.deepStrictEqual(new Set(operations.map(({ owner }) => owner)), new Set(["app"]))
  })

  it("tells people and scripts what was left alone, also where there is nothing to do", () => {
    const one = planned(global + app("a"), app("a") + old, { own: ["backend/app"] })
    const notice = "1 section of the desired configuration is not owned and was left alone: backend old"
    assert.strictEqual(formatPlan(one), `note: ${notice}\nIn step: no changes.\n`)
    assert.deepStrictEqual(planToJson(one).notices, [notice])
  })

  it("is not in step where it is refused", () => {
    const one = planned(section("defaults", "mode http") + app("a"), app("a"), { own: ["backend"] })
    assert.deepStrictEqual(one.operations, [])
    assert.isTrue(violatesGuard(one))
    assert.match(
      formatPlan(one),
      /^refused: line 1: backend app inherits from no defaults section .*\n {2}name the defaults .*\n$/
    )
  })

  it("tells what the server would corrupt from what a guard forbids", () => {
    const lua = section("global", "lua-load-per-thread a", "lua-load-per-thread b")
    assert.isFalse(violatesGuard(planned(global, lua, { maxDeletes: 9 })))
    assert.isTrue(violatesGuard(planned(global + old, lua, { maxDeletes: 0 })))
  })
})
