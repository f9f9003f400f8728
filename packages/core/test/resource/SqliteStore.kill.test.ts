import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { killAgainAndAgain } from "./killing.ts"

// A few kills with every run of the tests; LOCKSTEP_KILLS=200 for a thorough one.
const kills = Number(process.env["LOCKSTEP_KILLS"] ?? 5)

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-kill-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

describe("SqliteStore", () => {
  it.live(
    `keeps every acknowledged write whole when its program is killed in the middle of writes, ${kills} times`,
    () =>
      Effect.gen(function* () {
        const writes = yield* killAgainAndAgain(join(yield* folder, "store.db"), kills)
        assert.isAbove(writes, kills)
      }),
    kills * 20_000
  )
})
