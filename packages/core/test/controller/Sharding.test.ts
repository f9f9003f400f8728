import { Controller, Lease, MemoryStore, Outcome, Resource, ResourceStore, Sharding, Source } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Parcel } from "../resource/Parcel.ts"
import { change, create } from "../support/parcels.ts"
import { until } from "../support/until.ts"

const group = { name: "operator", namespace: "default", shards: 4 }

describe("Sharding.shardOf", () => {
  it("never changes: replicas of different versions must agree", () => {
    const keys = ["default/a", "default/b", "team-a/pr-42", "a", "ü/ß"].map(Resource.parseKey)
    assert.deepStrictEqual(
      keys.map((key) => Sharding.shardOf(key, 1000)),
      [322, 64, 767, 58, 983]
    )
  })

  it("cuts keys into parts of about the same size, names that count up too", () => {
    const sizes = [0, 0, 0, 0, 0]
    for (let number = 0; number < 10_000; number++) {
      const shard = Sharding.shardOf({ namespace: "team-a", name: `acme-web-${number}` }, 5)
      sizes[shard] = (sizes[shard] ?? 0) + 1
    }
    for (const size of sizes) assert.isTrue(size > 1800 && size < 2200, sizes.join())
  })

  it.prop(
    "gives every key to exactly one part",
    [Schema.String, Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 64 }))],
    ([name, shards]) => {
      const shard = Sharding.shardOf({ name }, shards)
      assert.isTrue(Number.isInteger(shard) && shard >= 0 && shard < shards)
    }
  )
})

/** A replica that writes down on each parcel of its parts who looked at it last, and notes writes it had no right to. */
const replica = (name: string, seen: Map<string, string>, violations: Array<string>) =>
  Effect.gen(function* () {
    const sharding = yield* Sharding.make({ ...group, identity: name })
    const raw = yield* ResourceStore
    const fiber = yield* Effect.forkChild(
      sharding.lead(({ election, index, owns }) =>
        Controller.make<ResourceStore>({
          name: `${name}-${index}`,
          sources: [Source.filter(owns)(Source.resource(Parcel))],
          reconcile: (key) =>
            Effect.gen(function* () {
              const held = yield* raw.get(Lease, { namespace: "default", name: `operator-${index}` })
              if (held.spec.holderIdentity !== election.identity) violations.push(Resource.formatKey(key))
              seen.set(key.name, name)
              return Outcome.done
            })
        }).pipe(Effect.andThen(Effect.never), Effect.scoped)
      )
    )
    return { sharding, fiber }
  })

describe("Sharding.make", () => {
  it.effect("shares the parts out, each to one replica, and hands over those of a replica that ends", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 40 }, (_, index) => `parcel-${index}`)
      for (const name of names) yield* create(name)
      const seen = new Map<string, string>()
      const violations: Array<string> = []
      const one = yield* replica("one", seen, violations)
      const other = yield* replica("other", seen, violations)
      yield* until(() => seen.size === names.length)
      const held = [yield* one.sharding.held, yield* other.sharding.held]
      assert.deepStrictEqual(
        held.flat().toSorted((a, b) => a - b),
        [0, 1, 2, 3]
      )
      assert.deepStrictEqual(
        held.map((shards) => shards.length),
        [2, 2]
      )
      assert.deepStrictEqual(new Set(seen.values()), new Set(["one", "other"]))

      yield* Fiber.interrupt(other.fiber)
      seen.clear()
      for (const name of names) yield* change(name, 1)
      yield* until(() => seen.size === names.length, 20)
      assert.deepStrictEqual(yield* one.sharding.held, [0, 1, 2, 3])
      assert.deepStrictEqual(violations, [])
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("stands in the election of a part again that it has lost", () =>
    Effect.gen(function* () {
      const { sharding } = yield* replica("one", new Map(), [])
      yield* until(Effect.map(sharding.held, (held) => held.length === 4))
      const store = yield* ResourceStore
      const lease = yield* store.get(Lease, { namespace: "default", name: "operator-2" })
      yield* store.update(Lease, { ...lease, spec: { ...lease.spec, holderIdentity: "another" } })
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* sharding.held, [0, 1, 3])
      yield* until(
        Effect.map(sharding.held, (held) => held.length === 4),
        30
      )
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("refuses to join with another number of parts, and says what to do", () =>
    Effect.gen(function* () {
      yield* Sharding.make(group)
      yield* Sharding.make(group)
      const error = yield* Effect.flip(Sharding.make({ ...group, shards: 5 }))
      assert.strictEqual(
        error.message,
        "5 shards were asked for, but the replicas run with 4 shards; use that number, or stop all replicas, delete the lease default/operator-shards, and start them again"
      )
    }).pipe(Effect.provide(MemoryStore.layer()))
  )
})
