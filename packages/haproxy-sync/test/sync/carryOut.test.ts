import { DataplaneClient, describe as describeOperation, plan, type Step } from "@lockstep/haproxy-sync"
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

  const ruled = (rules: ReadonlyArray<string>, more = "", mode = "tcp") =>
    text(mode).replace("mode tcp\n", `mode tcp\n${rules.map((rule) => `  ${rule}\n`).join("")}`) + more

  it.live("does not try what needs something that was refused, nor what needs that", () =>
    Effect.gen(function* () {
      const { faults } = yield* DataplaneEmulator
      faults.add(Faults.on("POST", /\/backends$/, Faults.status(422, "it doesn't like new")))
      const desired = ruled(["use_backend new if TRUE"], section("backend new", "mode tcp"), "tcp").replace(
        section("backend c", "mode tcp"),
        section("backend c", "mode http")
      )
      const { outcome } = yield* carriedOut(desired, 1, true)
      assert.isUndefined(outcome.error)
      assert.deepStrictEqual(outcome.applied.map(describeOperation), ["Update backend 'c'"])
      assert.deepStrictEqual(
        outcome.failed.map(({ operation }) => describeOperation(operation)),
        ["Create backend 'new'"]
      )
      assert.deepStrictEqual(
        outcome.skipped.map(({ because, operation }) => [describeOperation(operation), describeOperation(because)]),
        [["Create backend switching rule (new) in frontend 'public'", "Create backend 'new'"]]
      )
    }).pipe(Effect.provide(server()), Effect.scoped)
  )

  it.live("does not try what would come to another place in a list, since one before it was refused", () =>
    Effect.gen(function* () {
      const { faults } = yield* DataplaneEmulator
      const rule = (name: string) => `tcp-request content accept if { src 10.0.0.${name} }`
      faults.add(
        Faults.times(1, Faults.on("POST", /\/tcp_request_rules\/\d+$/, Faults.status(422, "it doesn't like the first")))
      )
      const held = yield* readHeld
      const planned = plan(held.config, config(ruled([rule("1"), rule("2"), rule("3")], "", "http")))
      const steps = planned.operations.map((operation): Step => ({ route: "item", operations: [operation] }))
      const outcome = yield* carryOut({ ...planned, steps }, held.raw, { continueOnError: true })
      assert.deepStrictEqual(
        [outcome.applied.length, outcome.failed.length, outcome.skipped.length],
        [names.length, 1, 2],
        JSON.stringify(outcome.error)
      )
      assert.notInclude((yield* readHeld).raw.text, "tcp-request")
    }).pipe(Effect.provide(server()), Effect.scoped)
  )

  it.live("commits nothing when a change is refused behind its first request", () =>
    Effect.gen(function* () {
      const { faults } = yield* DataplaneEmulator
      const before = yield* DataplaneClient.use((client) => client.raw)
      faults.add(Faults.on("POST", /\/userlists$/, Faults.status(422, "it doesn't like this")))
      const { outcome } = yield* carriedOut(
        `${text("http")}${section("userlist people", "user joe insecure-password other")}`,
        1,
        true
      )
      assert.strictEqual(outcome.error?.serverMessage, "it doesn't like this")
      assert.deepStrictEqual([outcome.applied, outcome.failed.length > 0], [[], true])
      assert.deepStrictEqual((yield* DataplaneClient.use((client) => client.raw)).text, before.text)
    }).pipe(
      Effect.provide(
        DataplaneEmulator.clientLayer({
          config: `${text("tcp")}${section("userlist people", "user joe insecure-password one", "group g")}`,
          reloadDelay: 1,
          check: () => undefined
        })
      ),
      Effect.scoped
    )
  )
})
