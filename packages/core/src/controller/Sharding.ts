/**
 * Several replicas share the keys out among themselves, each key to one replica at a time.
 *
 * @since 0.1.0
 */
import { Deferred, Duration, Effect, Equal, Random, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Lease } from "../kubernetes/Lease.ts"
import { findOrCreate } from "../resource/findOrCreate.ts"
import { formatKey, type Key } from "../resource/Resource.ts"
import { ResourceStore } from "../resource/ResourceStore.ts"
import type { StoreError } from "../resource/StoreError.ts"
import * as Treatment from "../Treatment.ts"
import * as Fence from "./Fence.ts"
import * as LeaderElection from "./LeaderElection.ts"
import { wishOf, withWish, type Wish } from "./LeaderElection/Wish.ts"
import * as Balance from "./Sharding/Balance.ts"

/**
 * The group runs with another number of shards, so that two replicas could hold the same key. Whoever changed the number
 * has to stop all replicas first.
 *
 * @category errors
 * @since 0.1.0
 */
export class ShardCountDiffers extends Schema.TaggedError<ShardCountDiffers>()("ShardCountDiffers", {
  lease: Schema.String,
  wanted: Schema.Int,
  present: Schema.String
}) {
  get treatment(): Treatment.Treatment {
    return Treatment.terminal
  }
  override get message(): string {
    return `${this.wanted} shards were asked for, but the replicas run with ${this.present}; use that number, or stop all replicas, delete the lease ${this.lease}, and start them again`
  }
}

/**
 * Settings of a group of replicas that share keys out.
 *
 * @category models
 * @since 0.1.0
 */
export interface ShardingOptions extends Omit<
  LeaderElection.LeaderElectionOptions,
  "lease" | "hesitation" | "replica"
> {
  /** How the leases of the group begin: `name-0`, `name-1` and so on, and `name-shards` for their number. */
  readonly name: string
  readonly namespace: string
  /** How many parts the keys are cut into. The same for all replicas. */
  readonly shards: number
}

/**
 * A part of the keys.
 *
 * @category models
 * @since 0.1.0
 */
export interface Shard {
  readonly index: number
  /** Reports whether a key belongs to this part; every key belongs to exactly one. */
  readonly owns: (key: Key) => boolean
  readonly election: LeaderElection.LeaderElection
}

/**
 * A group of replicas that share keys out, seen from one of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sharding {
  /** The name of this replica in the leases. It is unique to the process. */
  readonly replica: string
  readonly shards: ReadonlyArray<Shard>
  /** The parts that this replica may write to right now. */
  readonly held: Effect.Effect<ReadonlyArray<number>>
  /**
   * Works on every part for as long as this replica holds it. Where it loses one, or gives it to another replica, that work
   * is interrupted, and it stands in the election of that part again.
   */
  lead<E, R>(work: (shard: Shard) => Effect.Effect<never, E, R>): Effect.Effect<never, E, R>
}

/**
 * Returns the part that a key belongs to, from 0.
 *
 * **Details**
 *
 * It depends on nothing but the text of the key, and never changes: replicas of different versions must agree. It is the
 * 32-bit FNV-1a hash of the key's UTF-8 bytes, stirred once more, modulo the number of parts.
 *
 * @category keys
 * @since 0.1.0
 */
export const shardOf = (key: Key, shards: number): number => {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(formatKey(key))) hash = Math.imul(hash ^ byte, 0x01000193)
  // The low bits of the hash alone are those of the last letters.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b)
  return ((hash ^ (hash >>> 16)) >>> 0) % shards
}

/**
 * Joins a group of replicas that share keys out.
 *
 * **Details**
 *
 * - There is a lease for each part, with all that `LeaderElection` promises. The first replica writes down the number of
 *   parts; one that was started with another number fails.
 * - A part that is free goes to who holds least. A replica that has two parts less than another, because it came later or
 *   others have gone, asks for one of them: it writes its wish on the lease. The other ends its work on that part in order,
 *   gives the lease back, and leaves it alone for a while. So they come to hold the same number, or one more, a few seconds
 *   for each part.
 * - A part is without a replica for some seconds when it is handed over, and for 20 seconds at most when its replica dies.
 *
 * **Example** (A controller on each part)
 *
 * ```ts
 * import { Controller, Outcome, Sharding, Source, type Resource } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.fnUntraced(function* (kind: Resource.Any) {
 *   const sharding = yield* Sharding.make({ name: "operator", namespace: "lockstep", shards: 4 })
 *   return yield* sharding.lead(({ index, owns }) =>
 *     Controller.make({
 *       name: `parcel-${index}`,
 *       sources: [Source.filter(owns)(Source.resource(kind))],
 *       reconcile: () => Effect.succeed(Outcome.done)
 *     }).pipe(Effect.andThen(Effect.never), Effect.scoped)
 *   )
 * })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  options: ShardingOptions
): Effect.Effect<Sharding, ShardCountDiffers | StoreError, ResourceStore> =>
  Effect.gen(function* () {
    const { name, namespace, shards: count } = options
    const store = yield* ResourceStore
    yield* agreeOn(count, { namespace, name: `${name}-shards` })
    const replica = `${options.identity ?? "lockstep"}_${SecureRandom.uuidV4Unsafe()}`
    const retryPeriod = Duration.toMillis(options.retryPeriod ?? "2 seconds")
    /** So long nothing more is asked for or given away, until all have seen what came of it. */
    const settling = 3 * retryPeriod
    /** The parts that are worked on, and how they are given away. */
    const mine = new Map<number, Deferred.Deferred<void>>()
    const seen = new Map<number, { readonly wish: Wish; readonly since: number }>()
    /** The part that was given away a moment ago. */
    let given: number | undefined
    let quietUntil = 0
    let number = 0

    const shards = yield* Effect.forEach(
      Array.from({ length: count }, (_, index) => index),
      (index) =>
        Effect.map(
          LeaderElection.make({
            ...options,
            replica,
            lease: { namespace, name: `${name}-${index}` },
            // Who asked for a part that was given away has its chance first.
            hesitation: () => (given === index ? 2 : mine.size / count) * retryPeriod
          }),
          (election): Shard => ({ index, owns: (key) => shardOf(key, count) === index, election })
        )
    )

    /** The wish on a lease, unless it is an old one: whoever made it may be gone. */
    const wishAt = (index: number, lease: Lease | undefined, now: number): string | undefined => {
      const wish = lease === undefined ? undefined : wishOf(lease)
      if (wish === undefined) return undefined
      const before = seen.get(index)
      const since = before !== undefined && Equal.equals(before.wish, wish) ? before.since : now
      seen.set(index, { wish, since })
      return now - since < settling ? wish.replica : undefined
    }

    const ask = (index: number, holder: string) =>
      Effect.gen(function* () {
        const lease = yield* store.get(Lease, { namespace, name: `${name}-${index}` })
        if (lease.spec.holderIdentity === holder)
          yield* store.update(Lease, withWish(lease, { replica, number: ++number }))
        // Whatever keeps it from asking, the next round looks again.
      }).pipe(Effect.ignore)

    const balance = Effect.gen(function* () {
      const now = yield* Fence.elapsed
      const leases = yield* Effect.forEach(shards, ({ election }) => election.lease)
      const wishes = leases.map((lease, index) => wishAt(index, lease, now))
      if (now < quietUntil) return
      given = undefined
      const holders = leases.map((lease) => lease?.spec.holderIdentity)
      const step = Balance.next({ replica, own: new Set(mine.keys()), holders, wishes })
      if (step._tag === "rest") return
      quietUntil = now + settling
      if (step._tag === "give") {
        const end = mine.get(step.index)
        given = step.index
        if (end !== undefined) yield* Deferred.succeed(end, undefined)
        return
      }
      const choice = yield* Random.nextIntBetween(0, step.indexes.length, { halfOpen: true })
      const index = step.indexes[choice]
      if (index !== undefined) yield* ask(index, step.holder)
    })

    const workOn = <E, R>(shard: Shard, work: (shard: Shard) => Effect.Effect<never, E, R>) =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          const end = Deferred.makeUnsafe<void>()
          mine.set(shard.index, end)
          return end
        }),
        (end) => Effect.raceFirst(work(shard), Deferred.await(end)),
        () => Effect.sync(() => mine.delete(shard.index))
      )

    const stand = <E, R>(shard: Shard, work: (shard: Shard) => Effect.Effect<never, E, R>) =>
      shard.election.lead(workOn(shard, work)).pipe(
        Effect.catchIf(LeaderElection.isLost, (lost) => Effect.logWarning(lost.message)),
        Effect.forever
      )

    return {
      replica,
      shards,
      held: Effect.map(
        Effect.filter(shards, ({ election }) => election.isLeading),
        (held) => held.map(({ index }) => index)
      ),
      lead: (work) =>
        Effect.gen(function* () {
          const start = yield* Random.nextIntBetween(0, count, { halfOpen: true })
          // One after the other and each replica from another one on, so that it is known how many a replica holds already.
          const standing = Effect.forEach(
            [...shards.slice(start), ...shards.slice(0, start)],
            (shard, rank) => Effect.delay(stand(shard, work), (rank * retryPeriod) / 8),
            { concurrency: "unbounded", discard: true }
          )
          const balancing = Effect.forever(
            Effect.andThen(
              Effect.flatMap(Random.nextBetween(1, 1.2), (part) => Effect.sleep(retryPeriod * part)),
              balance
            )
          )
          return yield* Effect.andThen(Effect.raceFirst(standing, balancing), Effect.never)
        })
    }
  })

/** The first to come writes the number down; a lease that nobody renews serves, since every replica may read and create those. */
const agreeOn = Effect.fnUntraced(function* (count: number, key: Key & { readonly namespace: string }) {
  const wanted = `${count} shards`
  const { object } = yield* findOrCreate(Lease, { metadata: key, spec: { holderIdentity: wanted } })
  const present = object.spec.holderIdentity ?? "no number"
  if (present !== wanted) return yield* new ShardCountDiffers({ lease: formatKey(key), wanted: count, present })
})
