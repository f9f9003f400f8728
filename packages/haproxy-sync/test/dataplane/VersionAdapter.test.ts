import { DataplaneClient, type Transaction, VersionAdapter } from "@lockstep/haproxy-sync"
import { DataplaneEmulator, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"

const backends = { path: "/services/haproxy/configuration/backends", query: {} }

const create = (name: string) => (transaction: Transaction) =>
  DataplaneClient.use((client) => client.write("POST", backends, { transaction: transaction.id }, { name }))

const names = DataplaneClient.use((client) =>
  Effect.map(client.get(backends), (list) => (list as ReadonlyArray<{ readonly name: string }>).map((one) => one.name))
)

const open = DataplaneClient.use((client) => client.transactions)

const against = <A, E>(run: (emulator: DataplaneEmulator["Service"]) => Effect.Effect<A, E, DataplaneClient>) =>
  DataplaneEmulator.use(run).pipe(Effect.provide(DataplaneEmulator.clientLayer({ reloadDelay: 20 })), Effect.scoped)

describe("VersionAdapter.executeTransaction", () => {
  it.live("commits what was written", () =>
    against(() =>
      Effect.gen(function* () {
        const { attempts, commit, value } = yield* VersionAdapter.executeTransaction(create("b1"), 3)
        assert.deepStrictEqual([attempts, value.status, commit.reloadTriggered], [1, 202, true])
        assert.deepStrictEqual([yield* names, yield* open], [["b1"], []])
      })
    )
  )

  it.live("deletes a transaction that nothing was written into", () =>
    against(() =>
      Effect.gen(function* () {
        const client = yield* DataplaneClient
        const { commit, value } = yield* VersionAdapter.executeTransaction(() => Effect.succeed("nothing"), 3)
        assert.deepStrictEqual([value, commit], ["nothing", { status: 204, reloadTriggered: false, version: 1 }])
        assert.deepStrictEqual([yield* client.version, yield* open], [1, []])
      })
    )
  )

  it.live("commits what somebody else wrote into it", () =>
    against(({ password, url, user }) =>
      Effect.gen(function* () {
        const foreign = ({ id }: Transaction) =>
          Effect.promise(() =>
            fetch(`${url}/v3${backends.path}?transaction_id=${id}`, {
              method: "POST",
              headers: {
                authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
                "content-type": "application/json"
              },
              body: JSON.stringify({ name: "theirs" })
            })
          )
        yield* VersionAdapter.executeTransaction(foreign, 0)
        assert.deepStrictEqual(yield* names, ["theirs"])
      })
    )
  )

  it.live("runs again on the new version when somebody was faster", () =>
    against(({ faults }) =>
      Effect.gen(function* () {
        faults.add(Faults.conflictStorm(2))
        const { attempts } = yield* VersionAdapter.executeTransaction(create("b1"), 2)
        assert.strictEqual(attempts, 3)
        assert.deepStrictEqual([yield* names, yield* open], [["b1"], []])
      })
    )
  )

  it.live("counts the attempts behind the first, and none without limit", () =>
    against(({ faults }) =>
      Effect.gen(function* () {
        const off = faults.add(Faults.conflictStorm(2))
        const { reason } = yield* Effect.flip(VersionAdapter.executeTransaction(create("b1"), 1))
        assert.strictEqual(reason, "VersionConflict")
        off()
        faults.add(Faults.conflictStorm(4))
        assert.strictEqual((yield* VersionAdapter.executeTransaction(create("b2"), -1)).attempts, 5)
      })
    )
  )

  it.live("leaves no transaction behind when the function fails or is interrupted", () =>
    against(() =>
      Effect.gen(function* () {
        const failed = yield* Effect.flip(
          VersionAdapter.executeTransaction(
            (transaction) => Effect.andThen(create("b1")(transaction), Effect.fail("no")),
            3
          )
        )
        assert.strictEqual(failed, "no")
        const begun = yield* Deferred.make<void>()
        const stuck = yield* Effect.forkChild(
          VersionAdapter.executeTransaction(
            (transaction) =>
              create("b2")(transaction).pipe(
                Effect.andThen(Deferred.succeed(begun, undefined)),
                Effect.andThen(Effect.never)
              ),
            3
          )
        )
        yield* Deferred.await(begun)
        yield* Fiber.interrupt(stuck)
        assert.deepStrictEqual([yield* names, yield* open], [[], []])
      })
    )
  )

  it.live("waits while the server has as many open as it allows", () =>
    against(({ faults }) =>
      Effect.gen(function* () {
        const client = yield* DataplaneClient
        const others = yield* Effect.forEach(Array.from({ length: 20 }), () => client.begin(1))
        const waiting = yield* Effect.forkChild(VersionAdapter.executeTransaction(create("b1"), 0))
        const seen = faults.requests
        yield* Effect.sync(() => faults.requests).pipe(Effect.repeat({ until: (count) => count >= seen + 2 }))
        yield* Effect.forEach(others, client.abort)
        yield* Fiber.join(waiting)
        assert.deepStrictEqual(yield* names, ["b1"])
      })
    )
  )
})
