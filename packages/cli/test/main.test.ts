import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { join } from "node:path"

/** The packages that the program loads, run from its sources. */
const loadedBy = (args: ReadonlyArray<string>): unknown => {
  const { stderr } = spawnSync(
    process.execPath,
    [
      "--conditions=@lockstep/source",
      `--import=${join(import.meta.dirname, "support/loaded.mjs")}`,
      join(import.meta.dirname, "../src/main.ts"),
      ...args
    ],
    { encoding: "utf8", input: "global\n" }
  )
  return JSON.parse(stderr)
}

describe("lockstep", () => {
  it.each([[["--help"]], [["github", "check", "--help"]], [["haproxy", "print", "-"]]])(
    "loads nothing of pull requests and operators for %s",
    (args) => {
      assert.deepStrictEqual(loadedBy(args), ["cli", "core", "haproxy-sync"])
    }
  )
})
