/**
 * One of several replicas leads, and only that one writes.
 *
 * @since 0.1.0
 */
import { Clock, Deferred, Duration, Effect, Metric, Option, Random, Result, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Lease } from "../kubernetes/Lease.ts"
import type { Key } from "../resource/Resource.ts"
import { formatKey } from "../resource/Resource.ts"
import { ResourceStore } from "../resource/ResourceStore.ts"
import type { StoreError } from "../resource/StoreError.ts"
import * as Timestamp from "../resource/Timestamp.ts"
import * as Treatment from "../Treatment.ts"
import * as Fence from "./Fence.ts"
import * as Claim from "./LeaderElection/Claim.ts"
import { withoutWish } from "./LeaderElection/Wish.ts"

/**
 * The lease could not be renewed in time, or another replica holds it. Whoever runs the program starts it again; another
 * replica leads in the meantime.
 *
 * @category errors
 * @since 0.1.0
 */
export class LeadershipLost extends Schema.TaggedError<LeadershipLost>()("LeadershipLost", {
  lease: Schema.String,
  because: Schema.String
}) {
  get treatment(): Treatment.Treatment {
    return Treatment.retry()
  }
  override get message(): string {
    return `the lease ${this.lease} was lost: ${this.because}; this replica stops writing and has to be started again`
  }
}

/**
 * Reports whether an error is that the lease was lost.
 *
 * @category guards
 * @since 0.1.0
 */
export const isLost = (error: unknown): error is LeadershipLost => error instanceof LeadershipLost

/**
 * Settings of an election.
 *
 * @category models
 * @since 0.1.0
 */
export interface LeaderElectionOptions {
  /** The lease that the replicas share. */
  readonly lease: Key & { readonly namespace: string }
  /** How this replica is called in the lease, before a part that makes it unique; `lockstep` if left out. */
  readonly identity?: string
  /** The whole of its name in the lease, where it is to have the same in several; it must be unique to the process. */
  readonly replica?: string
  /** How long others wait for a leader that no longer renews (15 seconds if left out). */
  readonly leaseDuration?: Duration.Input
  /** How long the leader goes on writing when it can't renew (10 seconds if left out); less than the lease lasts. */
  readonly renewDeadline?: Duration.Input
  /** How often the lease is renewed, or asked for (2 seconds if left out). */
  readonly retryPeriod?: Duration.Input
  /** How many milliseconds to leave a free lease to others before it is taken; none if left out. */
  readonly hesitation?: () => number
}

/**
 * An election that this replica stands in.
 *
 * @category models
 * @since 0.1.0
 */
export interface LeaderElection {
  /** The name of this replica in the lease. It is unique to the process. */
  readonly identity: string
  /** Open while this replica may write. */
  readonly fence: Fence.Fence
  /** Reports whether this replica may write right now. */
  readonly isLeading: Effect.Effect<boolean>
  /** Who holds the lease, as far as this replica has seen. */
  readonly holder: Effect.Effect<string | undefined>
  /** The lease as this replica has seen it last. */
  readonly lease: Effect.Effect<Lease | undefined>
  /**
   * Waits until this replica leads, and works for as long as it does. Ends with the work, and gives the lease back.
   *
   * The work has this election's fence as its `CurrentFence`. When the lease is lost, the work is interrupted, and it fails
   * with `LeadershipLost`.
   */
  lead<A, E, R>(work: Effect.Effect<A, E, R>): Effect.Effect<A, E | LeadershipLost, R>
}

/**
 * Creates an election. It stands in it while `lead` runs.
 *
 * **Details**
 *
 * - The leader renews its lease every 2 seconds. When it has not been able to for 10, counted from when the last renewal
 *   that worked out was sent, its fence closes and its work is interrupted. Writes under way are cut off a second before the
 *   lease runs out for the others.
 * - The others take over when they have not seen the lease change for 15 seconds by their own clocks: within 18 seconds of
 *   the end of a leader. Two can't take it at once, since the store refuses a write based on an older version.
 * - At the end, work that is still running goes on as the leader: the lease is renewed until it has ended. Then the fence
 *   closes, and the lease is given back, so that another takes over within 2.4 seconds.
 * - Time is measured by a clock that never jumps and goes on while the process is stopped.
 *
 * **Example** (A controller that runs on one of several replicas)
 *
 * ```ts
 * import { Fence, LeaderElection, MemoryStore } from "@lockstep/core"
 * import { Effect, Layer } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const election = yield* LeaderElection.make({ lease: { namespace: "lockstep", name: "operator" } })
 *   return yield* election.lead(Effect.logInfo("leads"))
 * }).pipe(Effect.provide(Fence.layerStore.pipe(Layer.provide(MemoryStore.layer()))))
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: LeaderElectionOptions): Effect.Effect<LeaderElection, never, ResourceStore> =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const name = formatKey(options.lease)
    const identity = options.replica ?? `${options.identity ?? "lockstep"}_${SecureRandom.uuidV4Unsafe()}`
    const leaseDuration = Duration.toMillis(options.leaseDuration ?? "15 seconds")
    const renewDeadline = Duration.toMillis(options.renewDeadline ?? "10 seconds")
    const retryPeriod = Duration.toMillis(options.retryPeriod ?? "2 seconds")
    const status = Metric.gauge("leader_election_master_status", {
      description: "Whether this replica leads: 1 if so, else 0.",
      attributes: { name }
    })
    let sighting: Claim.Sighting | undefined
    let term: Fence.Term | undefined
    let freeSince: number | undefined
    const fence = Fence.make(name, () => term)

    /** Writes the lease as ours. Whether it worked out can remain unknown; then the next read tells. */
    const hold = (lease: Lease | undefined, asked: number) =>
      Effect.gen(function* () {
        const now = yield* microTime
        const mine = lease?.spec.holderIdentity === identity
        const spec = {
          ...lease?.spec,
          holderIdentity: identity,
          leaseDurationSeconds: Math.ceil(leaseDuration / 1000),
          acquireTime: mine ? (lease.spec.acquireTime ?? now) : now,
          renewTime: now,
          leaseTransitions: (lease?.spec.leaseTransitions ?? 0) + (mine || lease === undefined ? 0 : 1)
        }
        const held =
          lease === undefined
            ? yield* store.create(Lease, { metadata: options.lease, spec })
            : yield* store.update(Lease, { ...lease, spec })
        sighting = Claim.sight(sighting, held, yield* Fence.elapsed)
        term = { beginUntil: asked + renewDeadline, endUntil: asked + Math.max(renewDeadline, leaseDuration - 1000) }
      })

    const look = Effect.gen(function* () {
      const found = yield* store.get(Lease, options.lease).pipe(
        Effect.asSome,
        Effect.catchReason("StoreError", "NotFound", () => Effect.succeedNone)
      )
      if (Option.isNone(found)) return undefined
      sighting = Claim.sight(sighting, found.value, yield* Fence.elapsed)
      return sighting
    })

    /** Tries once to hold the lease; answers until when to wait if another one holds it, or is to have its chance. */
    const attempt = Effect.gen(function* () {
      const asked = yield* Fence.elapsed
      const seen = yield* look
      const claim = seen === undefined ? { _tag: "take" as const } : Claim.decide(seen, identity, leaseDuration, asked)
      if (claim._tag === "wait") freeSince = undefined
      if (claim._tag === "wait") return claim.until
      freeSince ??= asked
      const courtesy = claim._tag === "take" ? freeSince + (options.hesitation?.() ?? 0) : asked
      if (asked < courtesy) return courtesy
      yield* hold(seen?.lease, yield* Fence.elapsed)
      freeSince = undefined
      return undefined
    })

    // A call that is not answered must not take the time of the next ones.
    const patiently = <A>(call: Effect.Effect<A, StoreError>, limit: number): Effect.Effect<Result.Result<A, string>> =>
      call.pipe(
        // Also where the lease is given back, which is in a finalizer.
        Effect.interruptible,
        Effect.timeoutOption(limit),
        Effect.map((answer) =>
          Option.isSome(answer) ? Result.succeed(answer.value) : Result.fail("the store doesn't answer")
        ),
        Effect.catch((error) => Effect.succeed(Result.fail(error.message)))
      )

    const acquire = Effect.gen(function* () {
      let complaint: string | undefined
      for (;;) {
        const result = yield* patiently(attempt, renewDeadline / 2)
        if (Result.isSuccess(result) && result.success === undefined) return
        const failure = Result.isFailure(result) ? result.failure : undefined
        // Once for each thing that keeps it from standing for election, not every two seconds.
        if (failure !== undefined && failure !== complaint) {
          yield* Effect.logWarning(`The lease ${name} could not be asked for, which is tried again: ${failure}`)
        }
        complaint = failure
        const now = yield* Fence.elapsed
        const pause = retryPeriod * (yield* Random.nextBetween(1, 1.2))
        const until = (Result.isSuccess(result) ? result.success : undefined) ?? now + pause
        yield* Effect.sleep(Math.max(1, Math.ceil(Math.min(pause, until - now))))
      }
    })

    const renew = Effect.gen(function* () {
      // The version of our last write is at hand: no need to read first, unless somebody else has touched the lease.
      const asked = yield* Fence.elapsed
      const direct = hold(sighting?.lease, asked)
      yield* Effect.catchIf(
        direct,
        ({ treatment }) => treatment._tag === "conflict",
        () =>
          Effect.map(attempt, (until) => {
            if (until !== undefined) term = undefined
          })
      )
    })

    /** Renews for as long as it can, and answers why it no longer can. */
    const keep = Effect.gen(function* () {
      let because = "it was not renewed in time"
      for (;;) {
        const now = yield* Fence.elapsed
        const rest = (term?.beginUntil ?? now) - now
        if (term === undefined) return "another replica holds it"
        if (rest <= 0) return because
        yield* Effect.sleep(Math.min(retryPeriod, rest))
        // A process that was stopped meanwhile may find that its time is over: then it doesn't ask any more.
        const left = (term?.beginUntil ?? 0) - (yield* Fence.elapsed)
        if (left <= 0) continue
        const result = yield* patiently(renew, Math.min(renewDeadline / 2, left))
        if (Result.isFailure(result)) because = result.failure
      }
    })

    const release = Effect.gen(function* () {
      const held = sighting?.lease
      const mayHold = term !== undefined && held !== undefined && held.spec.holderIdentity === identity
      term = undefined
      yield* Metric.update(status, 0)
      if (!mayHold) return
      const { holderIdentity: _, ...spec } = held.spec
      const freed = store.update(Lease, {
        ...withoutWish(held),
        spec: { ...spec, leaseDurationSeconds: 1, renewTime: yield* microTime }
      })
      const result = yield* patiently(freed, retryPeriod)
      yield* Result.isSuccess(result)
        ? Effect.logInfo(`The lease ${name} was given back`)
        : Effect.logWarning(`The lease ${name} could not be given back and runs out by itself: ${result.failure}`)
    })

    return {
      identity,
      fence,
      isLeading: fence.isOpen,
      holder: Effect.sync(() => sighting?.lease.spec.holderIdentity),
      lease: Effect.sync(() => sighting?.lease),
      lead: (work) =>
        Effect.scoped(
          Effect.gen(function* () {
            // In case an attempt was cut off right after it worked out.
            yield* Effect.addFinalizer(() => release)
            yield* Metric.update(status, 0)
            yield* acquire
            yield* Metric.update(status, 1)
            yield* Effect.logInfo(`This replica holds the lease ${name} as ${identity} and leads`)
            const lost = yield* Deferred.make<never, LeadershipLost>()
            yield* Effect.forkScoped(
              Effect.flatMap(keep, (because) => Deferred.fail(lost, new LeadershipLost({ lease: name, because })))
            )
            return yield* Effect.raceFirst(Effect.provideService(work, Fence.CurrentFence, fence), Deferred.await(lost))
          })
        )
    }
  })

const microTime = Effect.map(Clock.currentTimeMillis, Timestamp.micro)
