import { DataplaneClient, Journal, SyncResult, Synchronizer } from "@lockstep/haproxy-sync"
import { type Emulator, type EmulatorOptions, Faults, startEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Redacted } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { reloadsDone } from "../../src/sync/watchReload.ts"
import { anotherBackend, smallConfig } from "../support/smallConfig.ts"
import { bring, onDisk } from "../support/synchronizing.ts"

const before = smallConfig()
const wanted = smallConfig({ rest: anotherBackend("wanted") })
const commit = /\/transactions\/[^/]+$/

/** A server, and a folder in which programs that change it remember. */
const scene = Effect.fnUntraced(function* (options: EmulatorOptions = {}) {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-left-"))),
    (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
  )
  const emulator = yield* Effect.acquireRelease(
    Effect.promise(() => startEmulator({ config: before, reloadDelay: 20, ...options })),
    ({ stop }) => Effect.promise(stop)
  )
  return { emulator, folder }
})

/** What a program of its own does that remembers in a folder. */
const inProgram =
  ({ password, url, user }: Emulator, folder: string) =>
  <A, E>(run: Effect.Effect<A, E, Synchronizer | DataplaneClient>) =>
    run.pipe(
      Effect.provide(
        Layer.fresh(
          Synchronizer.layer.pipe(
            Layer.provideMerge(
              DataplaneClient.layer({ baseUrl: url, username: user, password: Redacted.make(password) })
            ),
            Layer.provide(Journal.file(folder)),
            Layer.provide(NodeServices.layer)
          )
        )
      )
    )

/** Lets another program bring a text, and kills it when a request of its comes by. */
const killed = (emulator: Emulator, folder: string, text: string, method: string, path: RegExp) =>
  Effect.promise(async () => {
    let child: ChildProcess | undefined
    const exited = Promise.withResolvers<void>()
    const off = emulator.faults.add(
      Faults.times(
        1,
        Faults.on(method, path, {
          meanwhile: async () => {
            child?.kill("SIGKILL")
            await exited.promise
          }
        })
      )
    )
    child = spawn(
      process.execPath,
      ["--conditions=@lockstep/source", join(import.meta.dirname, "../support/killedSync.ts"), emulator.url, folder],
      { stdio: ["pipe", "inherit", "inherit"] }
    )
    child.stdin?.end(text)
    const [, signal] = (await once(child, "exit")) as [number | null, string | null]
    exited.resolve()
    off()
    assert.strictEqual(signal, "SIGKILL")
  })

const statuses = DataplaneClient.use((client) =>
  Effect.map(client.transactions, (all) => all.map(({ status }) => status))
)

const written = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => readFileSync(join(parentPath, name), "utf8"))
    .join("\n")

/** Lets a program be killed while its commit goes through, and then does something in another one. */
const afterKilledCommit = Effect.fnUntraced(function* <A, E>(
  options: EmulatorOptions,
  run: (emulator: Emulator) => Effect.Effect<A, E, Synchronizer | DataplaneClient>
) {
  const { emulator, folder } = yield* scene(options)
  yield* killed(emulator, folder, wanted, "PUT", commit)
  return yield* inProgram(emulator, folder)(run(emulator))
}, Effect.scoped)

describe("What a synchronization that was killed has left behind", () => {
  it.live(
    "is deleted by the next one where it is a transaction, while those of others stay",
    () =>
      Effect.gen(function* () {
        const { emulator, folder } = yield* scene()
        const program = inProgram(emulator, folder)
        const theirs = yield* program(
          DataplaneClient.use((client) =>
            client.send({
              kind: "begin",
              method: "POST",
              path: "/services/haproxy/transactions",
              query: { version: "1" }
            })
          )
        )
        yield* killed(emulator, folder, wanted, "POST", /\/backends$/)
        yield* program(
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* statuses, ["in_progress", "in_progress"])
            const result = yield* bring(before)
            assert.strictEqual(result.status, "applied", result.message)
            const client = yield* DataplaneClient
            const [left, ...more] = yield* client.transactions
            assert.deepStrictEqual([more, JSON.parse(theirs.text).id], [[], left?.id])
          })
        )
        assert.notInclude(written(folder), '"transaction"')
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "is made certain by a reload where nobody saw the end of one",
    () =>
      afterKilledCommit({}, (emulator) =>
        Effect.gen(function* () {
          assert.include(yield* onDisk, "backend wanted")
          const result = yield* bring(wanted)
          assert.deepStrictEqual([result.status, result.reloads], ["applied", 1], result.message)
          assert.deepStrictEqual([(yield* bring(wanted)).requests, yield* statuses], [0, []])
          assert.include(emulator.loaded() ?? "", "backend wanted")
        })
      ),
    60_000
  )

  it.live(
    "is taken back where HAProxy can't load it and the server keeps a backup of what there was",
    () =>
      afterKilledCommit({ backups: 5 }, (emulator) =>
        Effect.gen(function* () {
          yield* reloadsDone
          emulator.faults.failReloads(1, "cannot bind\n")
          const result = yield* bring(wanted)
          assert.deepStrictEqual([result.status, result.success], ["rolled-back", false], result.message)
          assert.notInclude(yield* onDisk, "backend wanted")
          assert.strictEqual((yield* bring(before)).requests, 0)
        })
      ),
    60_000
  )

  it.live(
    "is no reason to take back what somebody else has stored since",
    () =>
      afterKilledCommit({ backups: 5 }, (emulator) =>
        Effect.gen(function* () {
          const client = yield* DataplaneClient
          const { text, version } = yield* client.raw
          yield* client.pushRaw(`${text}${anotherBackend("theirs")}\n`, { version })
          yield* reloadsDone
          emulator.faults.failReloads(1, "cannot bind\n")
          const result = yield* bring(`${before}${anotherBackend("theirs")}\n${anotherBackend("mine")}\n`)
          assert.strictEqual(result.status, "rolled-back", result.message)
          const held = yield* onDisk
          assert.include(held, "backend theirs")
          assert.notInclude(held, "backend mine")
        })
      ),
    60_000
  )

  it.live("is still open behind a synchronization that came to nothing, and behind one that needed no reload", () =>
    Effect.gen(function* () {
      const { emulator, folder } = yield* scene()
      const { faults, restart } = emulator
      const program = inProgram(emulator, folder)
      faults.add(Faults.times(1, Faults.on("PUT", commit, { crash: "after" })))
      const open = yield* program(bring(wanted))
      assert.deepStrictEqual([open.status, open.unsettled], ["failed", "reload"])
      yield* Effect.promise(restart)
      const off = faults.add(Faults.on("POST", /\/raw$/, Faults.status(400, "refused")))
      assert.isFalse((yield* program(bring(`${wanted}\nbackend third from main\n`))).success)
      off()
      const weight = yield* program(bring(wanted.replace("weight 10", "weight 20")))
      assert.deepStrictEqual([weight.status, weight.reloads], ["applied", 1], SyncResult.toString(weight))
      assert.strictEqual((yield* program(bring(wanted.replace("weight 10", "weight 20")))).requests, 0)
    }).pipe(Effect.scoped)
  )

  it.live("is a roll back that is due where the server was gone in the middle of it", () =>
    Effect.gen(function* () {
      const { emulator, folder } = yield* scene({ backups: 5 })
      const { faults, restart } = emulator
      const program = inProgram(emulator, folder)
      faults.failReloads(1, "cannot bind\n")
      let watched = false
      faults.add(({ method, path }) => {
        watched ||= path.includes("/reloads/")
        return watched && method === "POST" && path.endsWith("/configuration/raw") ? { crash: "before" } : undefined
      })
      const open = yield* program(bring(wanted))
      assert.deepStrictEqual([open.status, open.unsettled], ["failed", "rollback"], open.message)
      faults.clear()
      yield* Effect.promise(restart)
      const next = yield* program(bring(before))
      assert.deepStrictEqual([next.success, next.unsettled], [true, undefined], next.message)
      assert.strictEqual((yield* program(bring(before))).requests, 0)
    }).pipe(Effect.scoped)
  )
})

describe("A transaction whose beginning was not answered", () => {
  /** Brings a text while the connection of the request that begins breaks; tells what the server has then. */
  const withoutAnswer = Effect.fnUntraced(function* (drop: "before" | "after") {
    const { emulator, folder } = yield* scene()
    emulator.faults.add(Faults.times(1, Faults.on("POST", /\/transactions$/, { drop })))
    const program = inProgram(emulator, folder)
    const result = yield* program(bring(wanted))
    return { result, transactions: yield* program(DataplaneClient.use((client) => client.transactions)) }
  }, Effect.scoped)

  it.live("is left alone, and named in the result, since somebody else may have begun it", () =>
    Effect.map(withoutAnswer("after"), ({ result, transactions: [left] }) => {
      assert.deepStrictEqual([result.status, result.retries, result.notices.length], ["applied", 1, 1])
      assert.include(result.notices[0] ?? "", left?.id ?? "none")
      assert.include(SyncResult.toString(result), "or by somebody else; it was left alone")
    })
  )

  it.live("is not suspected where none has come", () =>
    Effect.map(withoutAnswer("before"), ({ result, transactions }) =>
      assert.deepStrictEqual([result.status, result.notices, transactions], ["applied", [], []])
    )
  )
})

describe("The folder in which a synchronization remembers", () => {
  it.live("holds no secret", () =>
    Effect.gen(function* () {
      const { emulator, folder } = yield* scene()
      const secret = "hunter2-hunter2"
      emulator.faults.add(Faults.times(1, Faults.on("PUT", commit, { crash: "after" })))
      const result = yield* inProgram(
        emulator,
        folder
      )(bring(`${wanted}\nuserlist people\n  user joe insecure-password ${secret}\n`))
      assert.strictEqual(result.unsettled, "reload")
      const all = written(folder)
      assert.include(all, '"change"')
      for (const one of [secret, emulator.password]) assert.notInclude(all.replace(/[0-9a-f]{32,}/g, ""), one)
    }).pipe(Effect.scoped)
  )
})
