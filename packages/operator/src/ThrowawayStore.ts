/**
 * A store that begins with what a file holds, and is thrown away at the end.
 *
 * @since 0.1.0
 */
import { MemoryStore, SqliteStore, StoreError, type ResourceStore } from "@lockstep/core"
import { Effect, Layer, Schema } from "effect"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"

/**
 * Provides a store that holds what the file of a `SqliteStore` holds at the start. What is written to it is seen through it, and is
 * never written to the file.
 *
 * **When to use**
 *
 * For a dry run, which works on what is known and must not make others believe that it happened.
 *
 * **Details**
 *
 * It is a copy in a folder for temporary files that only the user may read, and that is deleted at the end. The file may be in use
 * by another program. Where there is no file, it begins with nothing, and none is made.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (path: string): Layer.Layer<ResourceStore, StoreError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      if (!existsSync(path)) return MemoryStore.layer()
      const folder = yield* Effect.acquireRelease(
        attempt(path, () => mkdtemp(join(tmpdir(), "lockstep-dry-run-"))),
        (made) => Effect.ignore(Effect.tryPromise(() => rm(made, { recursive: true, force: true })))
      )
      const copy = join(folder, "store.db")
      yield* copyInto(path, copy)
      return SqliteStore.layer({ path: copy })
    })
  )

const copyInto = (from: string, to: string) =>
  Effect.gen(function* () {
    const { DatabaseSync } = yield* Effect.promise(() => import("node:sqlite"))
    const db = yield* Effect.acquireRelease(
      attempt(from, async () => new DatabaseSync(from, { readOnly: true, timeout: 5000 })),
      (opened) => Effect.sync(() => opened.close())
    )
    yield* attempt(from, async () => db.prepare("VACUUM INTO ?").run(to))
  }).pipe(Effect.scoped)

const attempt = <A>(path: string, body: () => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({ try: body, catch: (cause) => (cause instanceof Error ? cause.message : String(cause)) }).pipe(
    Effect.catch((because) =>
      Effect.flatMap(
        Effect.orDie(
          decode({
            _tag: "StoreError",
            reason: { _tag: "BadRequest", subject: path, because: `it can't be copied for a dry run: ${because}` }
          })
        ),
        Effect.fail
      )
    )
  )

const decode = Schema.decodeUnknownEffect(StoreError)
