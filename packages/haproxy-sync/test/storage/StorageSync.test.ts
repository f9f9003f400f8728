import {
  DataplaneClient,
  RuntimeClient,
  StorageClient,
  type StoredFile,
  storeFiles,
  withFiles
} from "@lockstep/haproxy-sync"
import { DataplaneEmulator, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeAuthority } from "../../../../tools/servers/pki/Certificates.ts"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-storage-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** A server that has a map in use, whose HAProxy has loaded it. */
const server = (api: "2.9" | "3.0" | "3.2", map = "a one\nb two\n") =>
  Layer.unwrap(
    Effect.map(folder, (directory) => {
      mkdirSync(join(directory, "maps"))
      writeFileSync(join(directory, "maps/hosts.map"), map)
      const config = [
        "global",
        `  stats socket ${join(directory, "stats.sock")} level admin`,
        "frontend public",
        "  bind 127.0.0.1:80",
        `  use_backend %[req.hdr(host),map(${join(directory, "maps/hosts.map")})]`,
        ""
      ].join("\n")
      return Layer.mergeAll(RuntimeClient.layer, StorageClient.layer).pipe(
        Layer.provideMerge(
          DataplaneEmulator.clientLayer({ api, config, directory, check: () => undefined, reloadDelay: 10 })
        )
      )
    })
  )

const changesOf = (files: ReadonlyArray<StoredFile>) =>
  Effect.map(storeFiles(files), (changes) => changes.map(({ change, name }) => `${name} ${change}`))

const running = RuntimeClient.use((runtime) =>
  Effect.map(runtime.mapEntries("hosts.map"), (entries) => entries.map(({ key, value }) => `${key} ${value}`))
)

const certificate = (name: string): StoredFile => {
  const { certificate: pem, key } = makeAuthority("tests").issue({ commonName: name, usage: "server", names: [name] })
  return { kind: "ssl_certificates", name: "web.pem", content: `${pem}\n${key}\n` }
}

describe.each(["2.9", "3.0", "3.2"] as const)("storeFiles on %s", (api) => {
  const test = <A, E>(title: string, body: Effect.Effect<A, E, Layer.Success<ReturnType<typeof server>>>) =>
    it.live(title, () => body.pipe(Effect.provide(server(api)), Effect.scoped))

  test(
    "creates what is not there, under the server's name, and leaves alone what is",
    Effect.gen(function* () {
      const files: ReadonlyArray<StoredFile> = [
        { kind: "general", name: "not found.http", content: "HTTP/1.0 404 Not Found\r\n\r\n" },
        { kind: "maps", name: "shop.hosts", content: "x y\n" },
        certificate("one.test")
      ]
      assert.deepStrictEqual(yield* changesOf(files), [
        "not_found.http created",
        "shop_hosts.map created",
        "web.pem created"
      ])
      assert.deepStrictEqual(yield* changesOf(files), [
        "not_found.http unchanged",
        "shop_hosts.map unchanged",
        "web.pem unchanged"
      ])
    })
  )

  test(
    "refuses two files that the server would store under one name",
    Effect.gen(function* () {
      const file = (name: string): StoredFile => ({ kind: "general", name, content: name })
      const error = yield* Effect.flip(storeFiles([file("a b"), file("a_b")]))
      assert.include(error.message, "rename one")
    })
  )

  test(
    "changes the entries of a map that HAProxy has loaded, without a reload",
    Effect.gen(function* () {
      const { directory, faults } = yield* DataplaneEmulator
      const content = "a first\nc three\nd four\n"
      const [change] = yield* storeFiles([{ kind: "maps", name: "hosts", content }])
      assert.deepStrictEqual([change?.change, change?.requests, change?.reloadId], ["changed at runtime", 4, undefined])
      assert.deepStrictEqual(yield* running, ["a first", "c three", "d four"])
      assert.strictEqual(readFileSync(join(directory, "maps/hosts.map"), "utf8"), content)
      assert.isAbove(faults.requests, 0)
    })
  )

  test(
    "replaces a map as a whole where HAProxy does not take a change, and lets it be reloaded",
    Effect.gen(function* () {
      const { faults } = yield* DataplaneEmulator
      faults.add(Faults.on("DELETE", /entries\//, Faults.status(500, "no")))
      const [change] = yield* storeFiles([{ kind: "maps", name: "hosts", content: "a one\n" }])
      assert.deepStrictEqual(change?.change, "replaced")
      assert.isString(change?.reloadId)
    })
  )

  test(
    "replaces a certificate that differs, by what the server shows of it",
    Effect.gen(function* () {
      yield* storeFiles([certificate("one.test")])
      const [change] = yield* storeFiles([certificate("two.test")])
      assert.strictEqual(change?.change, "replaced")
      const shown = yield* StorageClient.use((storage) => storage.certificate("web.pem"))
      assert.strictEqual(shown.subject, "two.test")
      assert.notInclude(JSON.stringify(shown), "PRIVATE")
    })
  )
})

describe("A certificate whose key was replaced", () => {
  const first = certificate("one.test")
  // What the server shows of the two is the same.
  const other: StoredFile = { ...first, content: first.content.replace(/(KEY-----\n)./, "$1Z") }

  it.live("is stored again, since the journal knows what was stored last, by a digest", () =>
    Effect.gen(function* () {
      yield* storeFiles([first])
      const changes = yield* Effect.forEach([first, other, other, first], (file) => storeFiles([file]))
      assert.deepStrictEqual(
        changes.flat().map(({ change, keysNotCompared }) => [change, keysNotCompared]),
        [
          ["unchanged", undefined],
          ["replaced", undefined],
          ["unchanged", undefined],
          ["replaced", undefined]
        ]
      )
      const { journal } = yield* DataplaneClient
      assert.notInclude(JSON.stringify(yield* journal.records), "KEY")
    }).pipe(Effect.provide(server("3.2")), Effect.scoped)
  )

  it.live("is left alone where somebody else has stored it, and it is said that keys were not compared", () =>
    Effect.gen(function* () {
      yield* StorageClient.use((storage) => storage.create("ssl_certificates", "web.pem", first.content))
      const [change] = yield* storeFiles([other])
      assert.deepStrictEqual([change?.change, change?.keysNotCompared], ["unchanged", true])
    }).pipe(Effect.provide(server("3.2")), Effect.scoped)
  )
})

describe("A list of certificates that the server does not list", () => {
  it.live("is found all the same, and not created a second time", () =>
    Effect.gen(function* () {
      const list = (content: string): StoredFile => ({ kind: "ssl_crt_lists", name: "web.crt_list", content })
      const changes = yield* Effect.forEach(["a.pem\n", "a.pem\n", "b.pem\n"], (one) => storeFiles([list(one)]))
      assert.deepStrictEqual(
        changes.flat().map(({ change }) => change),
        ["created", "unchanged", "replaced"]
      )
    }).pipe(Effect.provide(server("3.2")), Effect.scoped)
  )
})

describe("withFiles", () => {
  it.live("stores before, deletes behind, and keeps what the configuration refers to", () =>
    Effect.gen(function* () {
      const storage = yield* StorageClient
      yield* storage.create("maps", "old", "x y\n")
      const seen: Array<string> = []
      const apply = Effect.gen(function* () {
        seen.push(...(yield* storage.list("maps")))
        return { success: true, reloads: 1 }
      })
      const file: StoredFile = { kind: "maps", name: "new", content: "k v\n" }
      const { files } = yield* withFiles([file], apply, { remove: ["maps"] })
      assert.deepStrictEqual(seen.toSorted(), ["hosts.map", "new.map", "old.map"])
      assert.deepStrictEqual(
        files.map(({ change, name }) => `${name} ${change}`),
        ["new.map created", "hosts.map kept", "old.map deleted"]
      )
    }).pipe(Effect.provide(server("3.2")), Effect.scoped)
  )

  it.live("deletes nothing when what needs the files has failed", () =>
    Effect.gen(function* () {
      const storage = yield* StorageClient
      yield* storage.create("maps", "old", "x y\n")
      yield* withFiles([], Effect.succeed({ success: false, reloads: 0 }), { remove: ["maps"] })
      assert.include(yield* storage.list("maps"), "old.map")
    }).pipe(Effect.provide(server("3.2")), Effect.scoped)
  )

  it.live("reloads HAProxy once for what it has not, where nothing else did", () =>
    Effect.gen(function* () {
      const { loaded } = yield* DataplaneEmulator
      const before = loaded()
      const blocked = (content: string): StoredFile => ({ kind: "general", name: "blocked.acl", content })
      yield* storeFiles([blocked("/x\n")])
      const { files } = yield* withFiles([blocked("/y\n")], Effect.succeed({ success: true, reloads: 0 }))
      assert.deepStrictEqual(
        files.map(({ change, waits }) => [change, waits]),
        [["replaced", true]]
      )
      assert.isDefined(before)
    }).pipe(Effect.provide(server("3.2")), Effect.scoped)
  )
})

describe("A map of 100,000 entries", () => {
  const text = (change: (key: number) => string | undefined) =>
    Array.from({ length: 100_000 }, (_, key) => change(key))
      .flatMap((value, key) => (value === undefined ? [] : [`key-${key} ${value}\n`]))
      .join("")
  const plain = text((key) => `value-${key}`)

  it.live(
    "is updated by its difference: a request for each entry that changes, and one for the file",
    () =>
      Effect.gen(function* () {
        const wanted = text((key) => (key === 5 ? undefined : key % 20_000 === 7 ? "other" : `value-${key}`))
        const [change] = yield* storeFiles([{ kind: "maps", name: "hosts", content: `${wanted}new-key new\n` }])
        assert.deepStrictEqual([change?.change, change?.requests], ["changed at runtime", 1 + 5 + 1 + 1])
        const entries = yield* running
        assert.strictEqual(entries.length, 100_000)
        assert.include(entries, "key-7 other")
        assert.include(entries, "new-key new")
        assert.notInclude(entries, "key-5 value-5")
      }).pipe(Effect.provide(server("3.2", plain)), Effect.scoped),
    30_000
  )
})
