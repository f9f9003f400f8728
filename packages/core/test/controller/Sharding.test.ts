import { Controller, Lease, MemoryStore, Outcome, Resource, ResourceStore, Sharding, Source } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Random, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Parcel } from "../resource/Parcel.ts"
import { change, create } from "../support/parcels.ts"
import { groupOf, type Member } from "../support/shards.ts"
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

  const counts = (members: ReadonlyArray<Member>) =>
    Effect.map(
      Effect.forEach(members, ({ held }) => held),
      (held) => held.map((parts) => parts.length).toSorted((a, b) => a - b)
    )

  it.effect("gives a replica that comes later its share, without a part being left alone for long", () =>
    Effect.gen(function* () {
      const { journal, join } = groupOf({ ...group, shards: 6 })
      const one = yield* join("one")
      yield* until(Effect.map(one.held, (held) => held.length === 6))
      const other = yield* join("other")
      yield* until(
        Effect.map(counts([one, other]), ([fewest]) => fewest === 3),
        120
      )
      const third = yield* join("third")
      yield* until(
        Effect.map(counts([one, other, third]), ([fewest]) => fewest === 2),
        120
      )
      const handovers = journal.gaps.length
      // Each of the five that had to move, and few that went the wrong way because two looked at the same moment.
      assert.isAtLeast(handovers, 5)
      assert.isAtMost(handovers, 8)
      // What is fair stays as it is.
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(journal.gaps.length, handovers)
      assert.deepStrictEqual(journal.overlaps, [])
      assert.isAtMost(Math.max(...journal.gaps), 8)
    }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))
  )

  it.effect("doesn't give anything to who asked for it and has died since", () =>
    Effect.gen(function* () {
      const { join, journal } = groupOf(group)
      const one = yield* join("one")
      yield* until(Effect.map(one.held, (held) => held.length === 4))
      const store = yield* ResourceStore
      const lease = yield* store.get(Lease, { namespace: "default", name: "operator-2" })
      const annotations = { "lockstep.dev/wanted-by": "somebody_long_gone#1" }
      yield* store.update(Lease, { ...lease, metadata: { ...lease.metadata, annotations } })
      yield* TestClock.adjust("5 minutes")
      // Once at most: nobody takes it, and it is taken back.
      assert.isAtMost(journal.gaps.length, 1)
      assert.strictEqual((yield* one.held).length, 4)
    }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))
  )

  for (const seed of ["one", "two", "three", "four", "five", "six"]) {
    it.effect(
      `never has two replicas on a part, and none without for long, as replicas come, go and die (${seed})`,
      () =>
        Effect.gen(function* () {
          const { journal, join } = groupOf({ ...group, shards: 5 })
          let members = [yield* join("replica-0")]
          let died = 0
          for (let number = 1; number <= 12; number++) {
            yield* TestClock.adjust(`${yield* Random.nextIntBetween(1, 40)} seconds`)
            const dice = yield* Random.next
            const [first, ...others] = members
            if (dice < 0.5 || first === undefined || others.length === 0)
              members = [...members, yield* join(`replica-${number}`)]
            else {
              yield* dice < 0.75 ? first.leave : first.die
              if (dice >= 0.75) died++
              members = others
            }
          }
          yield* until(
            Effect.map(counts(members), (held) => {
              const [fewest = 0, most = 0] = [held[0], held.at(-1)]
              return held.reduce((sum, count) => sum + count, 0) === 5 && most - fewest <= 1
            }),
            300
          )
          assert.deepStrictEqual(journal.overlaps, [])
          assert.isAtMost(Math.max(0, ...journal.gaps), died === 0 ? 10 : 20)
          assert.isAbove(journal.gaps.length, 0)
        }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()), Random.withSeed(seed))
    )
  }

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
