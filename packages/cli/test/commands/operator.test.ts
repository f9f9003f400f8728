import { assert, describe, it } from "@effect/vitest"
import { fromSource } from "../support/program.ts"

describe("lockstep operator run", () => {
  it("refuses to look again without a pause", { timeout: 60_000 }, () => {
    const { status, stderr } = fromSource(["operator", "run", "--interval", "0"])
    assert.deepStrictEqual([status, stderr], [64, "error: 0 is no interval\n  wait a second at least: --interval 1\n"])
  })

  it("refuses to take webhooks that nobody has signed", { timeout: 60_000 }, () => {
    const run = (...args: ReadonlyArray<string>) =>
      fromSource(["operator", "run", "--webhook-listen", "127.0.0.1:0", ...args])
    assert.deepInclude(run(), {
      status: 64,
      stderr: "error: webhooks can't be taken without a secret\n  name a file: --webhook-secret-file FILE\n"
    })
    assert.strictEqual(run("--webhook-secret-file", "/nowhere/secret").status, 1)
  })
})
