import { assert, describe, it } from "@effect/vitest"
import { haproxyVersionIn } from "../../servers/haproxy/Install.ts"

describe("haproxyVersionIn", () => {
  it.each([
    ["HAProxy version 3.2.26-1 2026/10/14 - https://haproxy.org/\nStatus: long-term supported", "3.2.26-1"],
    ["HAProxy version 3.0.11-1+deb13u5 2026/11/18 - https://haproxy.org/", "3.0.11-1+deb13u5"],
    ["HAProxy version 3.5-dev2-1 2026/11/18", "3.5-dev2-1"],
    ["no such program", undefined]
  ])("%s -> %s", (banner, version) => {
    assert.strictEqual(haproxyVersionIn(banner), version)
  })
})
