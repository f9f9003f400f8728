import { storedName } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"

describe("storedName", () => {
  it.each([
    ["noext", "maps", "noext.map"],
    ["list.txt", "maps", "list_txt.map"],
    ["a.b c.map", "maps", "a_b_c.map"],
    ["../up.map", "maps", "up.map"],
    ["a.b.pem", "ssl_certificates", "a_b.pem"],
    ["404.http", "general", "404.http"],
    [".hidden", "general", "_hidden"]
  ] as const)("of %s among %s is %s", (name, kind, stored) => {
    assert.strictEqual(storedName(name, kind), stored)
  })

  it("is its own stored name", () => {
    for (const name of ["a b", "x.y.z", "ä", "plain.map"]) {
      const once = storedName(name, "maps")
      assert.strictEqual(storedName(once, "maps"), once)
    }
  })
})
