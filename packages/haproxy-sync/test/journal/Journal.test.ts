import { Journal, type JournalRecord } from "@lockstep/haproxy-sync"
import { Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, FileSystem, Layer, Logger, PlatformError } from "effect"
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { against, bring } from "../support/synchronizing.ts"
import { anotherBackend, smallConfig } from "../support/smallConfig.ts"

const inFolder = <A, E>(run: (folder: string) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-journal-"))),
    run,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const file = (folder: string) => Journal.file(folder).pipe(Layer.provide(NodeServices.layer))

const layers = {
  "in memory": (_: string) => Journal.memory,
  "in a folder": file
}

const sent = (id: string, digest = "d"): JournalRecord => ({ kind: "sent", id, digest })

const files = (folder: string): ReadonlyArray<string> =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => join(parentPath, name))

describe.each(Object.entries(layers))("A journal %s", (_, layer) => {
  it.live("holds each record once, by its server, kind and name, until it is removed", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const journal = yield* Journal
        assert.deepStrictEqual(yield* journal.records("a"), [])
        yield* journal.put("a", sent("maps/x"))
        yield* journal.put("a", sent("maps/x", "other"))
        yield* journal.put("a", sent("../y"))
        yield* journal.put("b", sent("maps/x"))
        const byId = (records: ReadonlyArray<JournalRecord>) => records.toSorted((x, y) => (x.id < y.id ? -1 : 1))
        assert.deepStrictEqual(byId(yield* journal.records("a")), [sent("../y"), sent("maps/x", "other")])
        yield* journal.remove("a", sent("maps/x"))
        yield* journal.remove("a", sent("never there"))
        assert.deepStrictEqual(yield* journal.records("a"), [sent("../y")])
        assert.deepStrictEqual(yield* journal.records("b"), [sent("maps/x")])
      }).pipe(Effect.provide(layer(folder)))
    )
  )

  it.live("makes the same digest of the same text, and one that no other journal makes", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const digest = (text: string) => Journal.use((journal) => journal.digest(text))
        const [one, again, other] = yield* Effect.all([digest("a"), digest("a"), digest("b")]).pipe(
          Effect.provide(layer(join(folder, "one")))
        )
        assert.strictEqual(one, again)
        assert.notStrictEqual(one, other)
        assert.notStrictEqual(one, yield* digest("a").pipe(Effect.provide(Layer.fresh(layer(join(folder, "two"))))))
      })
    )
  )
})

describe("A journal in a folder", () => {
  it.live("is for its owner alone, and has nothing but whole files in it", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const place = join(folder, "state")
        yield* Effect.gen(function* () {
          const journal = yield* Journal
          yield* journal.digest("a")
          yield* journal.put("a", sent("x"))
        }).pipe(Effect.provide(file(place)))
        assert.strictEqual(statSync(place).mode & 0o777, 0o700)
        const all = files(place)
        assert.deepStrictEqual(
          all.map((one) => statSync(one).mode & 0o777),
          [0o600, 0o600]
        )
        assert.isFalse(all.some((one) => one.endsWith(".new")))
      })
    )
  )

  it.live("is shared by programs that write at once: they have one key, and lose no record", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const writers = Array.from({ length: 8 }, (_, writer) =>
          Effect.gen(function* () {
            const journal = yield* Journal
            for (let n = 0; n < 5; n++) yield* journal.put("a", sent(`${writer}-${n}`))
            return yield* journal.digest("text")
          }).pipe(Effect.provide(Layer.fresh(file(folder))))
        )
        const digests = yield* Effect.all(writers, { concurrency: "unbounded" })
        assert.strictEqual(new Set(digests).size, 1)
        const records = yield* Journal.use((journal) => journal.records("a")).pipe(Effect.provide(file(folder)))
        assert.strictEqual(records.length, 40)
      })
    )
  )

  it.live("goes on with what can be understood, and says which file can't be", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const journal = yield* Journal
        yield* journal.put("a", sent("x"))
        yield* journal.put("a", sent("y"))
        const [first = ""] = files(folder)
        writeFileSync(first, "{")
        const told: Array<unknown> = []
        const records = yield* journal
          .records("a")
          .pipe(Effect.provide(Logger.layer([Logger.make(({ message }) => void told.push(message))])))
        assert.strictEqual(records.length, 1)
        assert.include(String(told), first)
      }).pipe(Effect.provide(file(folder)))
    )
  )
})

const full = (method: string) =>
  Effect.fail(
    PlatformError.systemError({ _tag: "Unknown", module: "FileSystem", method, description: "no space left" })
  )

describe("A journal whose disk is full", () => {
  const broken = Journal.file("/var/lib/lockstep").pipe(
    Layer.provide(
      Layer.effect(
        FileSystem.FileSystem,
        Effect.map(FileSystem.FileSystem, (fs) => ({
          ...fs,
          open: () => full("open"),
          makeDirectory: () => full("makeDirectory"),
          readDirectory: () => full("readDirectory"),
          readFileString: () => full("readFile"),
          remove: () => full("remove")
        }))
      )
    ),
    Layer.provide(NodeServices.layer)
  )

  it.live("says so with a hint", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Journal.use((journal) => journal.put("a", sent("x"))))
      assert.strictEqual(
        error.message,
        "the journal in /var/lib/lockstep can't be written (no space left); check that the folder is yours and that the disk is not full"
      )
      assert.strictEqual(error.treatment._tag, "retry")
    }).pipe(Effect.provide(broken))
  )

  it.live("lets a synchronization work as without one, and warns once", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const tells = Logger.layer([
        Logger.make(({ logLevel, message }) => void (logLevel === "Warn" && told.push(String(message))))
      ])
      yield* against(
        { config: smallConfig() },
        ({ faults, loaded, restart }) =>
          Effect.gen(function* () {
            const wanted = smallConfig({ rest: anotherBackend("more") })
            faults.add(Faults.times(1, Faults.on("PUT", /\/transactions\/[^/]+$/, { crash: "after" })))
            const open = yield* bring(wanted)
            assert.deepStrictEqual([open.status, open.unsettled], ["failed", "reload"])
            yield* Effect.promise(restart)
            const again = yield* bring(wanted)
            assert.deepStrictEqual([again.status, again.reloads, again.unsettled], ["applied", 1, undefined])
            assert.include(loaded() ?? "", "backend more")
            assert.strictEqual((yield* bring(wanted)).requests, 0)
          }),
        broken
      ).pipe(Effect.provide(tells))
      assert.strictEqual(told.length, 1, told.join("\n"))
      assert.include(told[0] ?? "", "no space left")
    })
  )
})
