import { DataplaneClient, dryRun, VersionAdapter } from "@lockstep/haproxy-sync"
import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"

const backends = { path: "/services/haproxy/configuration/backends", query: {} }

const dry = dryRun.pipe(Layer.provideMerge(DataplaneEmulator.clientLayer()))

describe("dryRun", () => {
  it.live("sends nothing that changes the server", () =>
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const before = yield* client.raw
      const { commit } = yield* VersionAdapter.executeTransaction(
        ({ id }) => client.write("POST", backends, { transaction: id }, { name: "b1" }),
        0
      )
      const pushed = yield* client.pushRaw(`${before.text}backend b1\n`, { version: before.version })
      assert.deepStrictEqual([commit.reloadTriggered, pushed.reloadTriggered], [false, false])
      assert.deepStrictEqual(yield* client.raw, before)
      assert.deepStrictEqual(yield* client.transactions, [])
    }).pipe(Effect.provide(dry), Effect.scoped)
  )

  it.live("reads within a transaction what the server holds", () =>
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const id = yield* client.begin(1)
      assert.deepStrictEqual(yield* client.get({ ...backends, query: { transaction_id: id } }), [])
    }).pipe(Effect.provide(dry), Effect.scoped)
  )

  it.live("meets the versions and the refusals that the server would meet", () =>
    Effect.gen(function* () {
      const client = yield* DataplaneClient
      const stale = yield* Effect.flip(client.begin(7))
      const refused = yield* Effect.flip(client.pushRaw("nonsense\n", { version: 1 }))
      assert.deepStrictEqual([stale.reason, refused.reason], ["VersionConflict", "Refused"])
    }).pipe(Effect.provide(dry), Effect.scoped)
  )
})
