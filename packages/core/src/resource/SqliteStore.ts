/**
 * A store in one file: for an operator that needs no cluster and has to remember.
 *
 * @since 0.1.0
 */
import { Effect, Layer, Schedule, type Scope } from "effect"
import { mkdir } from "node:fs/promises"
import { dirname } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import { make, turns, unavailable } from "./LocalStore.ts"
import { LedgerFailed } from "./LocalStore/Ledger.ts"
import { ResourceStore } from "./ResourceStore.ts"
import { isBusy, SqliteLedger } from "./SqliteStore/Ledger.ts"
import { applicationId, formatVersion, tables } from "./SqliteStore/schema.ts"
import { BadRequest, StoreError } from "./StoreError.ts"

/**
 * Settings of a store in a file.
 *
 * @category models
 * @since 0.1.0
 */
export interface SqliteStoreOptions {
  /** The file; it is made, with its folder, if it is not there. */
  readonly path: string
  /** How many of the latest changes a watch can start from; at least this many are kept (10,000 if left out). */
  readonly history?: number
}

/**
 * Provides a `ResourceStore` that keeps everything in a SQLite file.
 *
 * **Details**
 *
 * - It behaves as the store in memory does, garbage collection by owner references included. Versions go on where they
 *   were when the file is opened again, and a watch can be resumed from before, as far as the history reaches.
 * - A write is one transaction, in the write-ahead log and flushed before it is acknowledged: what was acknowledged
 *   survives the end of the program and of the machine, and nothing else does.
 * - Several programs may open the file, so that a command can look while an operator runs. Writes wait for each other, for
 *   at most five seconds; each decides on what is there at that moment, so that two writers conflict as they do in
 *   Kubernetes. A watch learns of another program's changes within a quarter of a second. Who may reconcile is not decided
 *   here: that is what a lease is for.
 *
 * **Gotchas**
 *
 * The file must lie on a disk of this machine: the locks of network file systems can't be relied on. Beside it are two
 * files, `-wal` and `-shm`, while it is open; copy it only with SQLite's own means.
 *
 * **Example** (A store for an operator)
 *
 * ```ts
 * import { ResourceStore, SqliteStore } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const program = ResourceStore.use((store) => Effect.succeed(store)).pipe(
 *   Effect.provide(SqliteStore.layer({ path: "lockstep.db" }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: SqliteStoreOptions): Layer.Layer<ResourceStore, StoreError> =>
  Layer.effect(
    ResourceStore,
    Effect.gen(function* () {
      const db = yield* open(options.path)
      const ledger = new SqliteLedger(db, options.history ?? 10_000)
      yield* Effect.sync(() => ledger.wakeIfChanged()).pipe(
        // A file that can't be read for a moment is looked at again; who reads or writes it is told.
        Effect.ignoreCause,
        Effect.schedule(Schedule.spaced("250 millis")),
        Effect.forkScoped
      )
      return make(ledger)
    })
  )

const open = (path: string): Effect.Effect<DatabaseSync, StoreError, Scope.Scope> =>
  Effect.gen(function* () {
    // Loaded here, so that who keeps nothing in a file needs no SQLite.
    const { DatabaseSync } = yield* Effect.promise(() => import("node:sqlite"))
    yield* orUnavailable(path, () => mkdir(dirname(path), { recursive: true }))
    const db = yield* Effect.acquireRelease(
      orUnavailable(path, async () => new DatabaseSync(path, { timeout: 0 })),
      (opened) => Effect.sync(() => opened.close())
    )
    const problem = yield* orUnavailable(path, async () => prepare(db))
    if (problem !== undefined) {
      return yield* new StoreError({ reason: new BadRequest({ subject: path, because: problem }) })
    }
    return db
  })

const orUnavailable = <A>(path: string, body: () => Promise<A>): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({ try: body, catch: (cause) => new LedgerFailed({ cause }) }).pipe(
    Effect.retry({ schedule: turns, while: ({ cause }) => isBusy(cause) }),
    Effect.mapError(({ cause }) =>
      isNoDatabase(cause)
        ? new StoreError({ reason: new BadRequest({ subject: path, because: noDatabase }) })
        : unavailable(path, cause)
    )
  )

const noDatabase = "this file is no store of Lockstep; name another one"

/** SQLITE_NOTADB: the file holds something else. */
const isNoDatabase = (cause: unknown) => cause instanceof Error && "errcode" in cause && cause.errcode === 26

/** Makes the tables of a new file, or says why an old one can't be used. */
const prepare = (db: DatabaseSync): string | undefined => {
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
  db.exec("BEGIN IMMEDIATE")
  try {
    const number = (pragma: string) => Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0])
    const application = number("application_id")
    if (application === applicationId) {
      return number("user_version") > formatVersion
        ? "this file was written by a newer Lockstep; use that one, or name another file"
        : undefined
    }
    if (application !== 0 || number("schema_version") !== 0) return noDatabase
    db.exec(`${tables} PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${formatVersion}`)
    return undefined
  } finally {
    db.exec("COMMIT")
  }
}
