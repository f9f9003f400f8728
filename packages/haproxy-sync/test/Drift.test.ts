import { driftFrom, hasDrifted, parse, RuntimeClient } from "@lockstep/haproxy-sync"
import { DataplaneEmulator, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"

const config = (weight = 1, socket = "  stats socket /tmp/lockstep-drift.sock level admin") =>
  [
    "global",
    socket,
    "defaults main",
    "  mode http",
    "backend app from main",
    `  server s1 10.0.0.1:80 weight ${weight}`,
    "  server s2 db.example:80",
    "backend off from main",
    "  default-server disabled",
    "  server s1 10.0.0.2:80",
    ""
  ].join("\n")

const desired = (weight?: number) => Result.getOrThrow(parse(config(weight)))

const against = (held = config()) =>
  RuntimeClient.layer.pipe(Layer.provideMerge(DataplaneEmulator.clientLayer({ api: "3.4", config: held })))

describe("driftFrom", () => {
  it.live("finds none where the server is in step", () =>
    Effect.gen(function* () {
      yield* RuntimeClient.use((runtime) => runtime.setServer("off", "s1", { admin: "maint" }))
      const drift = yield* driftFrom(desired())
      assert.deepStrictEqual([drift.running, hasDrifted(drift)], [[], false])
    }).pipe(Effect.provide(against()), Effect.scoped)
  )

  it.live("tells what is stored otherwise apart from what runs otherwise", () =>
    Effect.gen(function* () {
      const runtime = yield* RuntimeClient
      yield* runtime.setServer("off", "s1", { admin: "maint" })
      yield* runtime.setServer("app", "s1", { admin: "maint" })
      yield* runtime.addServer("app", { name: "extra", address: "10.0.0.9", port: 80 })
      const drift = yield* driftFrom(desired(5))
      assert.strictEqual(drift.configuration.operations.length, 1)
      assert.deepStrictEqual(drift.running, [
        { backend: "app", server: "s1", difference: "its state is maint instead of ready" },
        { backend: "app", server: "extra", difference: "the stored configuration does not have it" }
      ])
    }).pipe(Effect.provide(against()), Effect.scoped)
  )

  it.live("says of HAProxy nothing where it can't be asked", () =>
    Effect.gen(function* () {
      const drift = yield* driftFrom(desired())
      assert.isUndefined(drift.running)
    }).pipe(Effect.provide(against(config(1, "  daemon"))), Effect.scoped)
  )

  it.live("finds a server whose memory and disk have come apart", () =>
    Effect.gen(function* () {
      const { faults, readFile } = yield* DataplaneEmulator
      yield* Effect.promise(readFile)
      faults.add(Faults.on("GET", /\/raw$/, { reply: { status: 200, text: config(), headers: {} } }))
      assert.isTrue((yield* driftFrom(desired())).apart)
    }).pipe(Effect.provide(against()), Effect.scoped)
  )
})
