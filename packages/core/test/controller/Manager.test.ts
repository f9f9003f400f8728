import { Controller, Fence, Health, Lease, Manager, MemoryStore, Outcome, ResourceStore, Source } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { Depot, Parcel } from "../resource/Parcel.ts"
import { create, key, spec } from "../support/parcels.ts"
import { breathe, until } from "../support/until.ts"

const lease = { namespace: "default", name: "operator" }

const world = Layer.merge(Fence.layerStore.pipe(Layer.provide(MemoryStore.layer())), Health.layer)

/** A controller that writes down whom it looked at. */
const recording = (name: string, seen: Array<string>, reconcile: Effect.Effect<void> = Effect.void) =>
  Controller.make<ResourceStore>({
    name,
    sources: [Source.resource(Parcel)],
    reconcile: (one) =>
      Effect.as(
        Effect.andThen(
          Effect.sync(() => void seen.push(`${name} ${one.name}`)),
          reconcile
        ),
        Outcome.done
      )
  })

const isReady = Effect.flatMap(Health, (health) => Effect.map(health.readiness, ({ isWell }) => isWell))

describe("Manager.run", () => {
  it.effect("runs all controllers, and is ready when they know what is there", () =>
    Effect.gen(function* () {
      yield* create("a")
      const seen: Array<string> = []
      const fiber = yield* Effect.forkChild(
        Manager.run({ controllers: [recording("one", seen), recording("other", seen)] })
      )
      yield* until(isReady)
      yield* until(() => seen.length === 2)
      assert.deepStrictEqual(seen.toSorted(), ["one a", "other a"])
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(world))
  )

  it.effect("tells which controller doesn't know yet what is there", () =>
    Effect.gen(function* () {
      const slow = Controller.make({
        name: "slow",
        sources: [() => Effect.never],
        reconcile: () => Effect.succeed(Outcome.done)
      })
      yield* Effect.forkChild(Manager.run({ controllers: [recording("one", []), slow] }))
      yield* breathe
      const health = yield* Health
      assert.deepStrictEqual((yield* health.readiness).problems, [
        { name: "controllers", problem: "slow doesn't know yet what is there" }
      ])
    }).pipe(Effect.provide(world))
  )

  it.effect("works on one replica only, while the other is ready to take over, and hands over at the end", () =>
    Effect.gen(function* () {
      yield* create("a")
      const seen: Array<string> = []
      const start = (name: string) =>
        Effect.forkChild(
          Effect.provide(
            Manager.run({ controllers: [recording(name, seen)], election: { lease, identity: name } }),
            Health.layer
          )
        )
      const one = yield* start("one")
      yield* until(() => seen.length === 1)
      yield* Effect.forkChild(Manager.run({ controllers: [recording("other", seen)], election: { lease } }))
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(seen, ["one a"])
      assert.isTrue(yield* isReady)
      yield* Fiber.interrupt(one)
      yield* until(() => seen.length === 2, 5)
      assert.deepStrictEqual(seen, ["one a", "other a"])
    }).pipe(Effect.provide(world))
  )

  it.effect("lets the reconciles of all controllers finish side by side, then gives the lease back", () =>
    Effect.gen(function* () {
      yield* create("a")
      const seen: Array<string> = []
      const finished: Array<string> = []
      const slow = (name: string) =>
        recording(
          name,
          seen,
          Effect.andThen(
            Effect.sleep("20 seconds"),
            Effect.sync(() => void finished.push(name))
          )
        )
      const fiber = yield* Effect.forkChild(
        Manager.run({ controllers: [slow("one"), slow("other")], election: { lease } })
      )
      yield* until(() => seen.length === 2)
      const ending = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* TestClock.adjust("19 seconds")
      const store = yield* ResourceStore
      assert.isDefined((yield* store.get(Lease, lease)).spec.holderIdentity)
      yield* TestClock.adjust("2 seconds")
      yield* Fiber.join(ending)
      assert.deepStrictEqual(finished.toSorted(), ["one", "other"])
      assert.isUndefined((yield* store.get(Lease, lease)).spec.holderIdentity)
    }).pipe(Effect.provide(world))
  )

  it.effect("fails when it has lost its lease, and writes nothing from then on", () =>
    Effect.gen(function* () {
      yield* create("a")
      const store = yield* ResourceStore
      const tried = yield* Deferred.make<void>()
      const stubborn = Controller.make<ResourceStore>({
        name: "stubborn",
        sources: [Source.resource(Parcel)],
        reconcile: () =>
          store.create(Depot, { metadata: { name: "depot" }, spec: { town: "Bern" } }).pipe(
            Effect.delay("12 seconds"),
            Effect.exit,
            Effect.tap(() => Deferred.succeed(tried, undefined)),
            Effect.as(Outcome.done),
            Effect.uninterruptible
          )
      })
      const fiber = yield* Effect.forkChild(Manager.run({ controllers: [stubborn], election: { lease } }))
      yield* until(isReady)
      yield* TestClock.adjust("1 second")
      const held = yield* store.get(Lease, lease)
      yield* store.update(Lease, { ...held, spec: { ...held.spec, holderIdentity: "another" } })
      yield* until(Deferred.isDone(tried))
      yield* until(() => fiber.pollUnsafe() !== undefined)
      assert.strictEqual((yield* Effect.flip(Fiber.join(fiber)))._tag, "LeadershipLost")
      assert.deepStrictEqual((yield* store.list(Depot)).items, [])
    }).pipe(Effect.provide(world))
  )

  it.effect("is not alive when its work goes on long after it has lost its lease", () =>
    Effect.gen(function* () {
      yield* create("a")
      const health = yield* Health
      const store = yield* ResourceStore
      const stuck = recording("stuck", [], Effect.uninterruptible(Effect.sleep("1 hour")))
      yield* Effect.forkChild(Manager.run({ controllers: [stuck], election: { lease } }))
      yield* until(isReady)
      yield* breathe
      const held = yield* store.get(Lease, lease)
      yield* store.update(Lease, { ...held, spec: { ...held.spec, holderIdentity: "another" } })
      yield* until(
        Effect.map(health.liveness, ({ isWell }) => !isWell),
        120
      )
      assert.deepStrictEqual((yield* health.liveness).problems, [
        { name: "leadership", problem: "it lost its lease and has not stopped working" }
      ])
      yield* TestClock.adjust("1 hour")
    }).pipe(Effect.provide(world))
  )

  it.effect("runs what is beside the controllers with them, and fails with what that fails with", () =>
    Effect.gen(function* () {
      const started: Array<string> = []
      const error = yield* Effect.flip(
        Manager.run({
          controllers: [recording("one", [])],
          beside: Effect.fail("boom"),
          onStarted: (controllers) => Effect.sync(() => started.push(...controllers.map(({ name }) => name)))
        })
      )
      assert.strictEqual(error, "boom")
      assert.deepStrictEqual(started, ["one"])
      const parcel = yield* ResourceStore.use((store) => store.create(Parcel, { metadata: key("a"), spec }))
      assert.strictEqual(parcel.metadata.name, "a")
    }).pipe(Effect.provide(world))
  )
})
