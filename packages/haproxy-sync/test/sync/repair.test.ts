import { DataplaneClient, readHeld } from "@lockstep/haproxy-sync"
import { Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { appendFileSync } from "node:fs"
import { anotherBackend, smallConfig } from "../support/smallConfig.ts"
import { against, bring, onDisk, openTransactions } from "../support/synchronizing.ts"

const config = (weight: number, rest = "") => smallConfig({ weight, rest })

const backends = { path: "/services/haproxy/configuration/backends", query: {} }

/** Somebody else's change, which HAProxy can't load: it stays in the server's memory and is not on disk. */
const failedReload = Effect.fnUntraced(function* (faults: Faults) {
  const client = yield* DataplaneClient
  faults.failReloads(1)
  const version = yield* client.version
  const { reloadId = "" } = yield* client.write("POST", backends, { version }, { name: "stillborn" })
  yield* client.reload(reloadId).pipe(Effect.repeat({ while: ({ status }) => status === "in_progress" }))
})

describe("A server whose memory and disk have come apart", () => {
  it.live("is known by the version in its memory", () =>
    against({ config: config(10) }, ({ faults }) =>
      Effect.gen(function* () {
        assert.isFalse((yield* readHeld).apart)
        yield* failedReload(faults)
        assert.isTrue((yield* readHeld).apart)
      })
    )
  )

  it.live("gets a whole text, so that nothing of its memory comes to the disk", () =>
    against({ config: config(10) }, ({ faults }) =>
      Effect.gen(function* () {
        yield* failedReload(faults)
        const result = yield* bring(config(20, anotherBackend("wanted")))
        assert.deepStrictEqual([result.status, result.verified], ["applied", true])
        assert.deepStrictEqual(new Set(result.plan?.operations.map(({ route }) => route)), new Set(["raw"]))
        const text = yield* onDisk
        assert.include(text, "backend wanted")
        assert.notInclude(text, "stillborn")
        assert.isFalse((yield* readHeld).apart)
      })
    )
  )

  it.live("is told to forget what it could not load, also where only a weight is to change", () =>
    against({ config: config(10) }, ({ faults }) =>
      Effect.gen(function* () {
        yield* failedReload(faults)
        const result = yield* bring(config(20))
        assert.deepStrictEqual([result.status, result.reloads], ["applied", 0])
        assert.notInclude(yield* onDisk, "stillborn")
        assert.isFalse((yield* readHeld).apart)
      })
    )
  )
})

describe("A text that is stored while HAProxy refuses a runtime action", () => {
  it.live("is brought to HAProxy by a reload", () =>
    against({ config: config(10) }, ({ file, loaded, readFile }) =>
      Effect.gen(function* () {
        // Somebody adds a server by hand and does not reload HAProxy, which can't change what it does not have.
        appendFileSync(file, "  server s2 127.0.0.1:82 weight 10\n")
        yield* Effect.promise(readFile)
        const result = yield* bring(config(20, "  server s2 127.0.0.1:82 weight 20"))
        assert.deepStrictEqual([result.status, result.reloads, result.verified], ["applied", 1, true], result.message)
        assert.deepStrictEqual(new Set(result.plan?.operations.map(({ route }) => route)), new Set(["runtime"]))
        assert.include(loaded() ?? "", "weight 20")
      })
    )
  )
})

describe("A commit whose answer is lost", () => {
  it.live("is no success when HAProxy can't load what it stored", () =>
    against({ config: config(10) }, ({ faults }) =>
      Effect.gen(function* () {
        faults.add(Faults.lostCommit(1))
        faults.failReloads(2, "cannot bind\n")
        const result = yield* bring(config(10, anotherBackend("wanted")))
        assert.isFalse(result.success, result.message)
        assert.notInclude(yield* onDisk, "wanted")
        assert.strictEqual((yield* bring(config(10, anotherBackend("wanted")))).status, "applied")
      })
    )
  )

  it.live("is made certain by another reload, since a server that ends forgets the one it announced", () =>
    against({ config: config(10) }, ({ faults, loaded }) =>
      Effect.gen(function* () {
        faults.add(Faults.times(1, Faults.on("PUT", /\/transactions\/[^/]+$/, { restart: "after" })))
        const result = yield* bring(config(10, anotherBackend("wanted")))
        assert.deepStrictEqual([result.status, result.reloads], ["applied", 1])
        assert.include(loaded() ?? "", "backend wanted")
      })
    )
  )

  it.live(
    "leaves the next synchronization to make it certain, where the server can't be asked any more",
    () =>
      against({ config: config(10) }, ({ faults, loaded, restart }) =>
        Effect.gen(function* () {
          faults.add(Faults.times(1, Faults.on("PUT", /\/transactions\/[^/]+$/, { crash: "after" })))
          const result = yield* bring(config(10, anotherBackend("wanted")))
          assert.deepStrictEqual([result.status, result.unsettled], ["failed", "reload"])
          yield* Effect.promise(restart)
          const again = yield* bring(config(10, anotherBackend("wanted")))
          assert.deepStrictEqual([again.status, again.reloads], ["applied", 1])
          assert.include(loaded() ?? "", "backend wanted")
          assert.strictEqual((yield* bring(config(10, anotherBackend("wanted")))).requests, 0)
        })
      ),
    20_000
  )
})

describe("Rolling back", () => {
  it.live("leaves alone what somebody else has stored since", () =>
    against({ config: config(10) }, ({ faults, file, readFile }) =>
      Effect.gen(function* () {
        faults.failReloads(1, "cannot bind\n")
        const theirs = Faults.times(
          1,
          Faults.on("POST", /\/configuration\/raw$/, {
            meanwhile: () => {
              appendFileSync(file, "\nbackend theirs\n  server s1 127.0.0.1:82\n")
              return readFile()
            }
          })
        )
        const after = { on: false }
        faults.add((request) => (after.on ? theirs(request) : undefined))
        faults.add((request) => {
          if (request.path.includes("/reloads/")) after.on = true
          return undefined
        })
        const result = yield* bring(config(10, anotherBackend("wanted")))
        assert.deepStrictEqual([result.success, result.status], [false, "failed"])
        assert.include(result.message, "somebody else has changed it since")
        assert.include(yield* onDisk, "backend theirs")
      })
    )
  )
})

describe("A refused text", () => {
  it.live("leaves no transaction behind", () =>
    against({ config: config(10) }, () =>
      Effect.gen(function* () {
        const client = yield* DataplaneClient
        const refused = yield* Effect.flip(
          client.pushRaw(config(10).replace("default_backend app", "default_backend nowhere"), { version: 1 })
        )
        assert.strictEqual(refused.reason, "Refused")
        assert.deepStrictEqual(yield* client.transactions, [])
      })
    )
  )
})

describe("A server that has as many transactions open as it allows", () => {
  it.live("is freed of those that nobody can commit any more", () =>
    against({ config: config(10), maxTransactions: 2 }, () =>
      Effect.gen(function* () {
        const client = yield* DataplaneClient
        yield* client.begin(1)
        yield* client.begin(1)
        // A direct change moves the version on and leaves them open.
        yield* client.write("POST", backends, { version: 1 }, { name: "direct" })
        assert.strictEqual(yield* openTransactions, 2)
        const result = yield* bring(config(10, anotherBackend("wanted")))
        assert.strictEqual(result.status, "applied")
        assert.strictEqual(yield* openTransactions, 0)
      })
    )
  )
})
