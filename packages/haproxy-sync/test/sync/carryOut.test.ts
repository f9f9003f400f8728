import { DataplaneClient, describe as describeOperation, plan } from "@lockstep/haproxy-sync"
import { DataplaneEmulator, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { carryOut } from "../../src/sync/carryOut.ts"
import { readHeld } from "../../src/sync/verify.ts"
import { config, section } from "../support/configs.ts"

const names = ["a", "b", "c", "d", "e", "f"]
const text = (mode: string, servers: ReadonlyArray<string> = []) =>
  [
    section("frontend public", "bind 127.0.0.1:18080 name public", "mode tcp"),
    ...names.map((name) => section(`backend ${name}`, `mode ${mode}`)),
    section("backend app", "mode tcp", ...servers.map((name) => `server ${name} 127.0.0.1:80`))
  ].join("")

/** Counts the writes that are under way at once; the first waits until there are `awaited`, or for nothing. */
const watching = Effect.fnUntraced(function* (awaited: number) {
  const client = yield* DataplaneClient
  const met = yield* Deferred.make<void>()
  let now = 0
  let most = 0
  const write: typeof client.write = (...request) =>
    Effect.gen(function* () {
      most = Math.max(most, ++now)
      if (now >= awaited) yield* Deferred.succeed(met, undefined)
      yield* Deferred.await(met)
      return yield* client.write(...request)
    }).pipe(Effect.ensuring(Effect.sync(() => now--)))
  return { client: DataplaneClient.of({ ...client, write }), most: () => most }
})

const carriedOut = Effect.fnUntraced(function* (desired: string, awaited: number, continueOnError = false) {
  const held = yield* readHeld
  const planned = plan(held.config, config(desired))
  const { client, most } = yield* watching(awaited)
  const outcome = yield* carryOut(planned, held.raw, { continueOnError }).pipe(
    Effect.provideService(DataplaneClient, client)
  )
  return { planned, outcome, most: most() }
})

const server = (servers: ReadonlyArray<string> = []) =>
  DataplaneEmulator.clientLayer({ config: text("tcp", servers), reloadDelay: 1, check: () => undefined })

const refuse = (name: string) =>
  Faults.on("PUT", new RegExp(`/backends/${name}$`), Faults.status(422, `it doesn't like ${name}`))

describe("carryOut", () => {
  it.live("sends what does not depend on each other side by side, and no more than four requests at once", () =>
    Effect.gen(function* () {
      const { most, outcome, planned } = yield* carriedOut(text("http"), 4)
      assert.strictEqual(most, 4)
      assert.strictEqual(outcome.requests, planned.forecast.requests)
      assert.deepStrictEqual(outcome.applied, planned.operations)
      assert.deepStrictEqual(plan((yield* readHeld).config, config(text("http"))).operations, [])
    }).pipe(Effect.provide(server()), Effect.scoped)
  )

  it.live("sends the items of one collection one after the other, in their order", () =>
    Effect.gen(function* () {
      const desired = text("tcp", ["z", "y", "x"])
      const { most } = yield* carriedOut(desired, 1)
      assert.strictEqual(most, 1)
      const held = (yield* readHeld).config.section("backend", "app")
      assert.deepStrictEqual(
        held?.named("servers").map(([name]) => name),
        ["z", "y", "x"]
      )
    }).pipe(Effect.provide(server()), Effect.scoped)
  )

  it.live("commits nothing when one of them is refused, and tells which", () =>
    Effect.gen(function* () {
      const { faults } = yield* DataplaneEmulator
      const before = yield* DataplaneClient.use((client) => client.raw)
      faults.add(refuse("b"))
      const { outcome } = yield* carriedOut(text("http"), 1)
      assert.deepStrictEqual(outcome.applied, [])
      assert.deepStrictEqual(
        outcome.failed.map(({ operation }) => describeOperation(operation)),
        ["Update backend 'b'"]
      )
      assert.strictEqual(outcome.error?.serverMessage, "it doesn't like b")
      assert.deepStrictEqual(yield* DataplaneClient.use((client) => client.raw), before)
      assert.deepStrictEqual(yield* DataplaneClient.use((client) => client.transactions), [])
    }).pipe(Effect.provide(server()), Effect.scoped)
  )

  it.live("goes on where that was asked for, and tells what was done in the order of the plan", () =>
    Effect.gen(function* () {
      const { faults } = yield* DataplaneEmulator
      faults.add(refuse("b"))
      faults.add(refuse("e"))
      const { outcome } = yield* carriedOut(text("http"), 1, true)
      const told = (operations: ReadonlyArray<Parameters<typeof describeOperation>[0]>) =>
        operations.map(({ owner }) => owner).join("")
      assert.deepStrictEqual(
        [told(outcome.applied), told(outcome.failed.map(({ operation }) => operation))],
        ["acdf", "be"]
      )
      assert.isUndefined(outcome.error)
    }).pipe(Effect.provide(server()), Effect.scoped)
  )
})
