/**
 * Several replicas share the keys out among themselves, each key to one replica at a time.
 *
 * @since 0.1.0
 */
import { Duration, Effect, Random, Schema } from "effect"
import { Lease } from "../kubernetes/Lease.ts"
import { findOrCreate } from "../resource/findOrCreate.ts"
import { formatKey, type Key } from "../resource/Resource.ts"
import type { ResourceStore } from "../resource/ResourceStore.ts"
import type { StoreError } from "../resource/StoreError.ts"
import * as Treatment from "../Treatment.ts"
import * as LeaderElection from "./LeaderElection.ts"

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
export interface ShardingOptions extends Omit<LeaderElection.LeaderElectionOptions, "lease" | "hesitation"> {
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
  readonly shards: ReadonlyArray<Shard>
  /** The parts that this replica may write to right now. */
  readonly held: Effect.Effect<ReadonlyArray<number>>
  /**
   * Works on every part for as long as this replica holds it. Where it loses one, that work is interrupted, and it stands in
   * the election of that part again.
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
 * There is a lease for each part, with all that `LeaderElection` promises. A replica that holds parts already hesitates
 * before it takes another, the longer the more it holds, so that free parts go to those who hold least. The first replica
 * writes down the number of parts; one that was started with another number fails.
 *
 * **Gotchas**
 *
 * A replica that joins later gets its share when parts become free, not before: nobody gives up a part that is worked on.
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
    yield* agreeOn(count, { namespace, name: `${name}-shards` })
    const retryPeriod = Duration.toMillis(options.retryPeriod ?? "2 seconds")
    const mine = new Set<number>()

    const shards = yield* Effect.forEach(
      Array.from({ length: count }, (_, index) => index),
      (index) =>
        Effect.map(
          LeaderElection.make({
            ...options,
            lease: { namespace, name: `${name}-${index}` },
            hesitation: () => mine.size * retryPeriod
          }),
          (election): Shard => ({ index, owns: (key) => shardOf(key, count) === index, election })
        )
    )

    return {
      shards,
      held: Effect.map(
        Effect.filter(shards, ({ election }) => election.isLeading),
        (held) => held.map(({ index }) => index)
      ),
      lead: (work) =>
        Effect.flatMap(Random.nextIntBetween(0, count, { halfOpen: true }), (start) =>
          Effect.forEach(
            // One after the other and each replica from another one on, so that it is known how many a replica holds already.
            [...shards.slice(start), ...shards.slice(0, start)],
            (shard, rank) => {
              const term = Effect.acquireUseRelease(
                Effect.sync(() => mine.add(shard.index)),
                () => work(shard),
                () => Effect.sync(() => mine.delete(shard.index))
              )
              return shard.election.lead(term).pipe(
                Effect.catchIf(LeaderElection.isLost, (lost) => Effect.logWarning(lost.message)),
                Effect.forever,
                Effect.delay((rank * retryPeriod) / 8)
              )
            },
            { concurrency: "unbounded", discard: true }
          )
        ).pipe(Effect.andThen(Effect.never))
    }
  })

/** The first to come writes the number down; a lease that nobody renews serves, since every replica may read and create those. */
const agreeOn = Effect.fnUntraced(function* (count: number, key: Key & { readonly namespace: string }) {
  const wanted = `${count} shards`
  const { object } = yield* findOrCreate(Lease, { metadata: key, spec: { holderIdentity: wanted } })
  const present = object.spec.holderIdentity ?? "no number"
  if (present !== wanted) return yield* new ShardCountDiffers({ lease: formatKey(key), wanted: count, present })
})
