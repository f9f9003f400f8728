import { execFile } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { checkDocument, formatDiagnostic, type HaproxyVersion, parseDocument } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { changedLine } from "../../support/directives.ts"
import { haproxyBinary } from "../../support/haproxyDump.ts"

/** How many lines are tried on each version; more for a longer search. */
const runs = Number(process.env["LOCKSTEP_CHECK_RUNS"] ?? 300)

/** Whether HAProxy takes a text: it ends with 1 where it refuses one, with 2 where there is only nothing to listen on. */
const takes = async (version: HaproxyVersion, text: string): Promise<boolean> => {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-check-"))
  const file = join(folder, "haproxy.cfg")
  try {
    await writeFile(file, text)
    return await new Promise((resolve, reject) => {
      execFile(haproxyBinary(version), ["-c", "-f", file], { timeout: 30_000 }, (error) => {
        if (error === null) resolve(true)
        else if (typeof error.code === "number") resolve(error.code === 2)
        // It may crash over what it refuses.
        else if (error.signal === "SIGSEGV" || error.signal === "SIGABRT") resolve(false)
        else reject(error)
      })
    })
  } finally {
    await rm(folder, { recursive: true })
  }
}

describe("checkDocument", () => {
  for (const version of ["3.0", "3.2", "3.4"] as const) {
    it.effect.prop(
      `refuses no line that HAProxy ${version} takes`,
      [changedLine],
      ([{ line, text }]) =>
        Effect.gen(function* () {
          const errors = checkDocument(parseDocument(text), { version }).filter(({ severity }) => severity === "error")
          if (errors.length === 0) return
          const taken = yield* Effect.promise(() => takes(version, text))
          assert.isFalse(taken, `${line}\n${errors.map(formatDiagnostic).join("\n")}`)
        }),
      { arbitrary: { runs }, timeout: 60_000 + runs * 200 }
    )
  }
})
