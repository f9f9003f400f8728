import { formatForecast, formatPlan, plan, planToJson } from "@lockstep/haproxy-sync"
import { assert, describe, expect, it } from "@effect/vitest"
import { backend, config, section } from "../support/configs.ts"
import { mixedPair } from "../support/mixedPair.ts"

const planned = (current: string, desired: string) => plan(config(current), config(desired))

const mixed = planned(...mixedPair)

describe("formatPlan", () => {
  it("groups operations by section, tells each field from old to new, and counts at the end", () => {
    expect(formatPlan(mixed)).toMatchInlineSnapshot(`
      "global section
        ~ Update global section
            performance_options.maxconn: 1 → 2

      backend app
        ~ Update backend 'app'
            error_files:
              - {"code":503,"file":"/a.http"}
              + {"code":503,"file":"/b.http"}
              + {"code":404,"file":"/c.http"}
        - Delete server 'b' from backend 'app'
        ~ Update server 'a' in backend 'app'
            check: none → enabled
            weight: 1 → 2

      backend new
        + Create backend 'new'
        + Create server 'c' in backend 'new'

      frontend web
        ↕ Move HTTP request rule (deny) in frontend 'web'

      backend old
        - Delete backend 'old'

      Plan: 2 to create, 3 to update, 2 to delete, 1 to move. 9 requests, about 41 ms, 1 reload.
      "
    `)
  })

  it("says why something goes as text", () => {
    expect(formatPlan(planned(backend("no-such-keyword 1"), backend("no-such-keyword 2")))).toMatchInlineSnapshot(`
      "backend app
        ~ Update backend 'app'
            lines:
              - no-such-keyword 1
              + no-such-keyword 2
            as text, since the Data Plane API has no field for "no-such-keyword" on line 2

      Plan: 0 to create, 1 to update, 0 to delete. 1 request, about 41 ms, 1 reload.
      "
    `)
  })

  it("says what is refused, where, and what to do", () => {
    expect(formatPlan(planned("global\n", section("global", "lua-load-per-thread a", "lua-load-per-thread b"))))
      .toMatchInlineSnapshot(`
      "global section
        ~ Update global section
            lua_options: none → {"load_per_thread":"b"}
            lines:
              + lua-load-per-thread a
            as text, since the Data Plane API has no field for "lua-load-per-thread" on line 2

      refused: line 3: the Data Plane API keeps only the last lua-load-per-thread line
        load one Lua file that requires the others
      Plan: 0 to create, 1 to update, 0 to delete. 1 request, about 41 ms, 1 reload.
      "
    `)
  })

  it("says what comes into force only with the next reload", () => {
    expect(formatPlan(planned(backend("server s 127.0.0.1:1 disabled"), backend("server s 10.0.0.1:80 check"))))
      .toMatchInlineSnapshot(`
      "backend app
        ~ Update server 's' in backend 'app'
            address: 127.0.0.1 → 10.0.0.1
            check: none → enabled
            maintenance: enabled → none
            port: 1 → 80
            check: in force from the next reload on

      Plan: 0 to create, 1 to update, 0 to delete. 1 request, about 43 ms, no reload.
      "
    `)
  })

  it("says so where only the order of lines differs", () => {
    expect(
      formatPlan(
        planned(backend("http-request x", "http-request deny"), backend("http-request deny", "http-request x"))
      )
    ).toMatchInlineSnapshot(`
      "backend app
        ~ Update backend 'app'
            lines:
              in another order
            as text, since the Data Plane API has no field for "http-request" on line 3

      Plan: 0 to create, 1 to update, 0 to delete. 1 request, about 41 ms, 1 reload.
      "
    `)
  })

  it("says so where there is nothing to do", () => {
    assert.strictEqual(formatPlan(planned(backend(), backend())), "In step: no changes.\n")
  })

  it("paints only where it is asked to", () => {
    assert.notInclude(formatPlan(mixed), "\u001b")
    assert.include(formatPlan(mixed, { colors: true }), "  \u001b[32m+\u001b[0m Create backend 'new'")
    assert.strictEqual(formatPlan(mixed, { colors: true }).replaceAll(/\u001b\[\d+m/g, ""), formatPlan(mixed))
  })
})

describe("formatForecast", () => {
  it("tells requests, time and reloads", () => {
    assert.strictEqual(
      formatForecast(planned(backend("server s 10.0.0.1:80 weight 1"), backend("server s 10.0.0.1:80 weight 2"))),
      "Plan: 0 to create, 1 to update, 0 to delete. 1 request, about 36 ms, no reload."
    )
  })

  it("tells seconds where there are any", () => {
    assert.strictEqual(
      formatForecast({ ...mixed, forecast: { requests: 2, reloads: 1, seconds: 2.345 } }),
      "Plan: 2 to create, 3 to update, 2 to delete, 1 to move. 2 requests, about 2.3 s, 1 reload."
    )
  })
})

describe("planToJson", () => {
  it("has the shape that scripts build on", () => {
    expect(
      planToJson(
        planned(
          section("frontend web", "http-request deny", "http-request allow"),
          section("frontend web", "bind :80 name a", "http-request allow", "http-request deny")
        )
      )
    ).toMatchInlineSnapshot(`
      {
        "base": {
          "sha256": "c5efd75e3e1262fa2bea175baf0a3967daa3f27f30206e2c316a2bcb77c70d51",
        },
        "desired": {
          "sha256": "47a0d851fb39b9223a085eb1f2251f831db52eb8ee691cf0c4c6d4e8b5f1e65a",
        },
        "forecast": {
          "reloads": 1,
          "requests": 4,
          "seconds": 0.028,
        },
        "operations": [
          {
            "after": {
              "name": "a",
              "port": 80,
            },
            "changed": [],
            "description": "Create bind '*:80' in frontend 'web'",
            "name": "a",
            "parent": {
              "name": "web",
              "section": "frontend",
            },
            "reload": true,
            "reloadBecause": [
              "create",
            ],
            "route": "item",
            "section": "bind",
            "stage": 1,
            "type": "create",
          },
          {
            "after": {
              "type": "deny",
            },
            "before": {
              "type": "deny",
            },
            "changed": [],
            "description": "Move HTTP request rule (deny) in frontend 'web'",
            "index": 0,
            "parent": {
              "name": "web",
              "section": "frontend",
            },
            "reload": true,
            "reloadBecause": [
              "move",
            ],
            "route": "list",
            "section": "http_request_rule",
            "stage": 1,
            "toIndex": 1,
            "type": "move",
          },
        ],
        "summary": {
          "creates": 1,
          "deletes": 0,
          "moves": 1,
          "updates": 0,
        },
      }
    `)
  })

  it("tells what is refused, and leaves that out where nothing is", () => {
    assert.isUndefined(planToJson(mixed).refused)
    assert.deepStrictEqual(planToJson(planned("global\n", "defaults d mode http\n")).refused, [
      {
        reason: 'the Data Plane API drops what stands behind the name of defaults "d"',
        hint: "write it as a line of its own in the section",
        line: 1
      }
    ])
  })

  it("rounds the forecast to milliseconds", () => {
    const { seconds } = planToJson(mixed).forecast
    assert.strictEqual(seconds, Math.round(seconds * 1000) / 1000)
  })
})
