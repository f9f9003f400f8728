import { ResourceStore, SqliteStore } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { killAgainAndAgain, whileAnotherWrites } from "./killing.ts"
import { Depot } from "./Parcel.ts"

// A few kills with every run of the tests by hand; as many as it takes to believe it where nobody waits.
const kills = process.env["CI"] === "true" ? 200 : 5

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

  it.live(
    "lets two programs write at once, and gives each change a version of its own",
    () =>
      Effect.gen(function* () {
        const path = join(yield* folder, "store.db")
        const theirs = yield* whileAnotherWrites(
          path,
          Effect.gen(function* () {
            const store = yield* ResourceStore
            for (let n = 0; n < 50; n++) {
              yield* store.create(Depot, { metadata: { name: `depot-${n}` }, spec: { town: "Bern" } })
            }
            assert.strictEqual((yield* store.list(Depot)).items.length, 50)
          }).pipe(Effect.provide(SqliteStore.layer({ path }), { local: true }))
        )
        assert.isAbove(theirs.size, 0)
        const db = new DatabaseSync(path, { readOnly: true })
        const counted = db.prepare("SELECT count(*) AS changes, max(version) AS latest FROM changes").get()
        db.close()
        assert.strictEqual(counted?.["changes"], counted?.["latest"])
      }),
    60_000
  )
})
