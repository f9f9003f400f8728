import { assert, describe, it } from "@effect/vitest"
import {
  childAddress,
  childRoutes,
  sectionAddress,
  sectionRouteByKeyword,
  sectionRoutes
} from "../../src/api/Routes.ts"
import { fromVersionTwo, toVersionTwo, unwrapped, type VersionedRequest, wrapped } from "../../src/api/versionTwo.ts"
import type { SectionKeyword } from "../../src/text/SectionKind.ts"

const configuration = "/services/haproxy/configuration"

/** All requests for items of the collections that both versions have. */
const requests: ReadonlyArray<VersionedRequest> = childRoutes.flatMap((child) =>
  Object.entries(child.parents).flatMap(([keyword, { since }]): ReadonlyArray<VersionedRequest> => {
    const parent = sectionRouteByKeyword.get(keyword as SectionKeyword)
    if (parent === undefined || since !== undefined || child.query !== undefined) return []
    const owner = parent.addressing === "singleton" ? "" : "a b/c"
    const item = child.addressing === "index" ? 3 : "x y"
    const at = childAddress(parent, owner, child, item)
    const query = { transaction_id: "t" }
    return [
      { method: "GET", path: childAddress(parent, owner, child).path, query },
      { method: "GET", path: at.path, query },
      { method: "DELETE", path: at.path, query },
      { method: "PUT", path: at.path, query, body: { name: "x" } },
      child.addressing === "index"
        ? { method: "POST", path: at.path, query, body: { name: "x" } }
        : { method: "POST", path: childAddress(parent, owner, child).path, query, body: { name: "x" } }
    ]
  })
)

describe("toVersionTwo and fromVersionTwo", () => {
  it("lead there and back for each request for children", () => {
    assert.isAbove(requests.length, 100)
    for (const request of requests) {
      const two = toVersionTwo(request)
      assert.isDefined(two, request.path)
      assert.notStrictEqual(two?.path, request.path)
      assert.deepStrictEqual(two === undefined ? two : fromVersionTwo(two), request)
    }
  })

  it("lead there and back for each section", () => {
    for (const route of sectionRoutes) {
      const { path, query } = sectionAddress(route, "x")
      const request = { method: "GET", path, query }
      const two = toVersionTwo(request)
      assert.deepStrictEqual(two === undefined ? two : fromVersionTwo(two), request)
    }
  })

  it.each([
    [
      "a rule names its parent by kind and name, and carries its place in the body",
      { method: "POST", path: `${configuration}/frontends/f/http_request_rules/2`, query: {}, body: { type: "deny" } },
      {
        method: "POST",
        path: `${configuration}/http_request_rules`,
        query: { parent_type: "frontend", parent_name: "f" },
        body: { type: "deny", index: 2 }
      }
    ],
    [
      "a stick rule names its backend alone",
      { method: "DELETE", path: `${configuration}/backends/b/stick_rules/0`, query: { version: "1" } },
      { method: "DELETE", path: `${configuration}/stick_rules/0`, query: { version: "1", backend: "b" } }
    ],
    [
      "a log target of the global section has no parent's name",
      { method: "GET", path: `${configuration}/global/log_targets`, query: {} },
      { method: "GET", path: `${configuration}/log_targets`, query: { parent_type: "global" } }
    ],
    [
      "defaults sections have a collection of their own name",
      { method: "GET", path: `${configuration}/defaults/d`, query: {} },
      { method: "GET", path: `${configuration}/named_defaults/d`, query: {} }
    ],
    [
      "a running server names its backend",
      { method: "GET", path: "/services/haproxy/runtime/backends/b/servers/s", query: {} },
      { method: "GET", path: "/services/haproxy/runtime/servers/s", query: { backend: "b" } }
    ]
  ] as ReadonlyArray<[string, VersionedRequest, VersionedRequest]>)(
    "say it as the second version does: %s",
    (_, three, two) => {
      assert.deepStrictEqual(toVersionTwo(three), two)
      assert.deepStrictEqual(fromVersionTwo(two), three)
    }
  )

  it.each([
    ["a list is replaced", { method: "PUT", path: `${configuration}/backends/b/acls`, query: {}, body: [] }],
    [
      "a section is read with its children",
      { method: "GET", path: `${configuration}/backends/b`, query: { full_section: "true" } }
    ]
  ] as ReadonlyArray<[string, VersionedRequest]>)("have no request where %s", (_, request) => {
    assert.isUndefined(toVersionTwo(request))
  })
})

describe("unwrapped", () => {
  it("takes away what wrapped puts around an answer of the configuration", () => {
    for (const body of [[], { name: "x" }, null, [{ a: 1 }]]) {
      const text = JSON.stringify(wrapped(`${configuration}/backends`, 7, body))
      assert.include(text, '"_version":7')
      assert.strictEqual(unwrapped(`${configuration}/backends`, text), JSON.stringify(body))
    }
  })

  it("leaves other answers, errors and the version alone", () => {
    for (const path of ["/info", "/services/haproxy/transactions", `${configuration}/version`]) {
      assert.strictEqual(unwrapped(path, '{"data":1}'), '{"data":1}')
    }
    assert.strictEqual(unwrapped(`${configuration}/backends`, "no JSON"), "no JSON")
  })
})
