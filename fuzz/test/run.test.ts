import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

const fuzz = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, ["--conditions=@lockstep/source", "fuzz/run.ts", ...args], {
    cwd: root,
    encoding: "utf8"
  })

describe("npm run fuzz", () => {
  it.each(["parse", "roundtrip", "plan", "labels"])(
    "tries %s and says with which seed",
    (target) => {
      const { status, stderr, stdout } = fuzz(target, "--rounds", "30", "--seed", "7")
      assert.strictEqual(status, 0, stdout + stderr)
      assert.match(stdout, new RegExp(`^${target}: 30 rounds, seed 7\n30 passed in \\d+ s\n$`))
    },
    60_000
  )

  it.each([[[]], [["nothing"]], [["parse", "--rounds", "0"]], [["parse", "--nope"]], [["parse", "plan"]]])(
    "says how it is called when it is called as %j",
    (args) => {
      const { status, stderr } = fuzz(...args)
      assert.strictEqual(status, 64)
      assert.match(stderr, /^usage: npm run fuzz -- TARGET/)
    }
  )
})
