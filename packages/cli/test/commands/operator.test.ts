import { assert, describe, it } from "@effect/vitest"
import { fromSource } from "../support/program.ts"

describe("lockstep operator run", () => {
  it("refuses to look again without a pause", () => {
    const { status, stderr } = fromSource(["operator", "run", "--interval", "0"])
    assert.deepStrictEqual([status, stderr], [64, "error: 0 is no interval\n  wait a second at least: --interval 1\n"])
  })
})
