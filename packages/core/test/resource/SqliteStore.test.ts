import { ResourceStore, SqliteStore } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { contract } from "./contract.ts"
import { create, get, list, names, refused, update } from "./contract/parcels.ts"
import { Depot, Parcel } from "./Parcel.ts"

const history = 10

/** A folder for the scope. */
const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-sqlite-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

const forget = Effect.gen(function* () {
  const store = yield* ResourceStore
  for (let n = 0; n < 2 * history; n++) {
    yield* Effect.orDie(store.create(Depot, { metadata: { name: `depot-${n}` }, spec: { town: "Bern" } }))
  }
})

contract(
  "SqliteStore",
  Layer.orDie(Layer.unwrap(Effect.map(folder, (path) => SqliteStore.layer({ path: join(path, "store.db"), history })))),
  { collectsGarbage: true, testClock: true, forget }
)

/** Runs something on a store of its own, as another program would. */
const opened = <A, E, R>(path: string, effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, SqliteStore.layer({ path, history }), { local: true })

describe("SqliteStore", () => {
  it.effect("remembers everything when it is opened again, and goes on with its versions", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "deep/inside/store.db")
      const parcel = yield* opened(path, create("a", { labels: { a: "b" } }))
      const [again, next] = yield* opened(path, Effect.all([get("a"), create("b")]))
      assert.deepStrictEqual(again, parcel)
      assert.isAbove(Number(next.metadata.resourceVersion), Number(parcel.metadata.resourceVersion))
    })
  )

  it.effect("remembers who owns which field", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const apply = (fieldManager: string, spec: { readonly [field: string]: string | number }) =>
        ResourceStore.use((store) =>
          store.apply(Parcel, { metadata: { name: "a", namespace: "default" }, spec }, { fieldManager })
        )
      yield* opened(path, apply("one", { address: "here", weight: 1 }))
      yield* opened(path, refused(apply("two", { weight: 2 }), "FieldConflict"))
    })
  )

  it.effect("resumes a watch from before it was closed without a gap", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const { resourceVersion } = yield* opened(path, list())
      yield* opened(path, Effect.all([create("a"), create("b")]))
      const events = yield* opened(
        path,
        ResourceStore.use((store) =>
          store.watch(Parcel, { from: resourceVersion }).pipe(Stream.take(2), Stream.runCollect)
        )
      )
      assert.deepStrictEqual(
        events.map((event) => ("object" in event ? event.object.metadata.name : "")),
        ["a", "b"]
      )
    })
  )

  it.effect("lets two programs write in turn, and each see what the other wrote", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const mine = yield* opened(
        path,
        Effect.gen(function* () {
          const parcel = yield* create("a")
          yield* opened(
            path,
            Effect.flatMap(get("a"), (theirs) =>
              update({ ...theirs, metadata: { ...theirs.metadata, labels: { by: "them" } } })
            )
          )
          yield* refused(update({ ...parcel, spec: { ...parcel.spec, weight: 2 } }), "Conflict")
          return yield* get("a")
        })
      )
      assert.deepStrictEqual(mine.metadata.labels, { by: "them" })
    })
  )

  it.effect("tells a watch of another program's changes", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const seen = yield* opened(
        path,
        Effect.gen(function* () {
          const store = yield* ResourceStore
          const watching = yield* Effect.forkChild(store.watch(Parcel, {}).pipe(Stream.take(1), Stream.runCollect), {
            startImmediately: true
          })
          yield* opened(path, create("a"))
          yield* TestClock.adjust("1 second")
          return yield* Fiber.join(watching)
        })
      )
      assert.strictEqual(seen[0]?._tag, "added")
    })
  )

  it.effect("keeps no more of the history than it was told, and expires what goes further back", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      const { resourceVersion } = yield* opened(path, list())
      yield* opened(path, forget)
      yield* opened(
        path,
        refused(
          ResourceStore.use((store) => Stream.runDrain(store.watch(Parcel, { from: resourceVersion }))),
          "Expired"
        )
      )
      const db = new DatabaseSync(path, { readOnly: true })
      const kept = db.prepare("SELECT count(*) AS count FROM changes").get()?.["count"]
      db.close()
      assert.isAtMost(Number(kept), 2 * history)
    })
  )

  it.effect("waits for a program that writes, and says so when it takes too long", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      yield* opened(path, create("a"))
      const other = new DatabaseSync(path)
      yield* opened(
        path,
        Effect.gen(function* () {
          other.exec("BEGIN IMMEDIATE")
          const late = yield* Effect.forkChild(refused(create("b"), "Unavailable"), { startImmediately: true })
          yield* TestClock.adjust("6 seconds")
          const error = yield* Fiber.join(late)
          assert.strictEqual(error.treatment._tag, "retry")
          assert.deepStrictEqual(names(yield* list()), ["a"])
          const patient = yield* Effect.forkChild(create("c"), { startImmediately: true })
          yield* TestClock.adjust("1 second")
          other.exec("ROLLBACK")
          yield* TestClock.adjust("1 second")
          yield* Fiber.join(patient)
          assert.deepStrictEqual(names(yield* list()), ["a", "c"])
        })
      )
      other.close()
    })
  )

  it.effect("leaves a file alone that is none of its own", () =>
    Effect.gen(function* () {
      const path = yield* folder
      writeFileSync(join(path, "text.db"), "not a database, but long enough to look like one".repeat(100))
      const theirs = new DatabaseSync(join(path, "theirs.db"))
      theirs.exec("CREATE TABLE things (name TEXT)")
      theirs.close()
      for (const file of ["text.db", "theirs.db"]) {
        const error = yield* Effect.flip(opened(join(path, file), list()))
        assert.strictEqual(error.reason._tag, "BadRequest")
        assert.include(error.message, file)
      }
    })
  )

  it.effect("refuses a file that a newer Lockstep wrote", () =>
    Effect.gen(function* () {
      const path = join(yield* folder, "store.db")
      yield* opened(path, create("a"))
      const db = new DatabaseSync(path)
      db.exec("PRAGMA user_version = 99")
      db.close()
      assert.include((yield* Effect.flip(opened(path, list()))).message, "newer Lockstep")
    })
  )
})
