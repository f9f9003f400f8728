import { compareVersions, haproxyVersions, versionIn } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"

const inside = (range: Parameters<typeof versionIn>[1]) => haproxyVersions.filter((one) => versionIn(one, range))

describe("compareVersions", () => {
  it("orders release lines by age", () => {
    assert.deepStrictEqual(haproxyVersions.toReversed().toSorted(compareVersions), [...haproxyVersions])
  })
})

describe("versionIn", () => {
  it("counts both ends in, and takes an absent end for open", () => {
    assert.deepStrictEqual(inside({ since: "3.0", until: "3.1" }), ["3.0", "3.1"])
    assert.deepStrictEqual(inside({ since: "3.3" }), ["3.3", "3.4"])
    assert.deepStrictEqual(inside({ until: "2.8" }), ["2.6", "2.8"])
    assert.deepStrictEqual(inside({}), [...haproxyVersions])
  })
})
