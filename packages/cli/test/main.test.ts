import { assert, describe, it } from "@effect/vitest"
import { join } from "node:path"
import { fromSource } from "./support/program.ts"

/** The packages that the program loads. */
const loadedBy = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const { stderr } = fromSource(args, [`--import=${join(import.meta.dirname, "support/loaded.mjs")}`])
  return (JSON.parse(stderr) as ReadonlyArray<string>).toSorted()
}

describe("lockstep", () => {
  it.each([[["--help"]], [["github", "check", "--help"]], [["haproxy", "print", "-"]]])(
    "loads nothing of pull requests and operators for %s",
    (args) => {
      assert.deepStrictEqual(loadedBy(args), ["cli", "core", "haproxy-sync"])
    }
  )
})
