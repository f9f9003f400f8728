import { Fence, LeaderElection, Lease, MemoryStore, Metadata, ResourceStore, StoreError } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Exit, Fiber, Latch, Option, Schema, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { Unavailable } from "../../src/resource/StoreError.ts"
import { Parcel } from "../resource/Parcel.ts"
import { change, create, key, read, spec } from "../support/parcels.ts"
import { makeReplica, type Replica } from "../support/Replica.ts"
import { breathe, until } from "../support/until.ts"

const lease = { namespace: "default", name: "leader" }

const elect = LeaderElection.make({ lease })

const seconds = Effect.map(Clock.currentTimeMillis, (millis) => millis / 1000)

const readLease = ResourceStore.use((store) => store.get(Lease, lease))

interface Journal {
  readonly writes: Array<{ readonly by: string; readonly at: number }>
  readonly violations: Array<string>
}

/** The store looks at every write: only the holder of the lease may. */
const checked = (store: ResourceStore["Service"], identity: string, journal: Journal): ResourceStore["Service"] =>
  ResourceStore.of({
    ...store,
    update: (kind, object, options) =>
      Effect.gen(function* () {
        const at = yield* seconds
        const held = yield* store.get(Lease, lease)
        if (held.spec.holderIdentity !== identity) journal.violations.push(`${identity} wrote at ${at}`)
        const written = yield* store.update(kind, object, options)
        journal.writes.push({ by: identity, at })
        return written
      })
  })

/** Stands in the election for ever, and writes twice a second while it leads. */
const candidate = (replica: Replica, raw: ResourceStore["Service"], journal: Journal) =>
  replica.run(
    Effect.gen(function* () {
      const election = yield* elect
      const store = replica.stoppable(Fence.protectStore(checked(raw, election.identity, journal)))
      const write = Effect.gen(function* () {
        const parcel = yield* store.get(Parcel, key("a"))
        const weight = (parcel.spec.weight ?? 0) + 1
        yield* store.update(Parcel, { ...parcel, spec: { ...spec, weight } })
      })
      const work = Effect.forever(Effect.andThen(Effect.ignore(write), Effect.sleep("500 millis")))
      return yield* Effect.forever(Effect.ignore(election.lead(work)))
    })
  )

/** Two replicas; the first is stopped at a place and goes on after a while, or never. */
const twoReplicas = (place: number, stoppedFor: number) =>
  Effect.gen(function* () {
    const raw = yield* ResourceStore
    const journal: Journal = { writes: [], violations: [] }
    yield* create("a")
    const [first, second] = [yield* makeReplica, yield* makeReplica]
    first.stopAt(place)
    yield* Effect.forkScoped(candidate(first, raw, journal))
    yield* breathe
    yield* Effect.forkScoped(candidate(second, raw, journal))
    const start = yield* seconds
    const passed = Effect.map(seconds, (now) => now - start)
    let stoppedAt = Number.POSITIVE_INFINITY
    const end = stoppedFor === 40 ? 60 : 42
    while ((yield* passed) < end) {
      yield* breathe
      const now = yield* passed
      if (first.isStopped()) stoppedAt = Math.min(stoppedAt, now)
      if (now - stoppedAt >= stoppedFor) yield* first.thaw
      yield* TestClock.adjust("500 millis")
    }
    yield* first.thaw
    const times = [0, ...journal.writes.map(({ at }) => at - start), end]
    const gap = Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? 0)))
    return { ...journal, stoppedAt, gap, leaders: new Set(journal.writes.map(({ by }) => by)).size }
  }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))

const alone = (effect: Effect.Effect<void, unknown, ResourceStore | Scope.Scope>) =>
  Effect.provide(effect, MemoryStore.layer())

describe("LeaderElection.make", () => {
  const pauses: ReadonlyArray<readonly [string, number]> = [
    ["killed", Number.POSITIVE_INFINITY],
    ["stopped for 6 seconds", 6],
    ["stopped for 9 seconds", 9],
    ["stopped for 11 seconds", 11],
    ["stopped for 14.5 seconds", 14.5],
    ["stopped for 17 seconds", 17],
    ["stopped for 40 seconds", 40]
  ]
  for (const [title, stoppedFor] of pauses) {
    it.effect(
      `never has two writers, and is without one for 20 seconds at most, wherever the leader is ${title}`,
      () =>
        Effect.gen(function* () {
          for (let place = 1; place <= 30; place++) {
            const { gap, leaders, stoppedAt, violations } = yield* twoReplicas(place, stoppedFor)
            assert.deepStrictEqual(violations, [], `stopped at place ${place}`)
            assert.isAtMost(gap, 20, `stopped at place ${place}`)
            assert.isBelow(stoppedAt, 10)
            if (stoppedFor > 20 && place > 8) assert.strictEqual(leaders, 2)
          }
        }),
      60_000
    )
  }

  it.effect("hands over within seconds when the leader ends, and says so in the lease", () =>
    alone(
      Effect.gen(function* () {
        const [one, other] = [yield* elect, yield* elect]
        const first = yield* Effect.forkChild(one.lead(Effect.never))
        yield* until(one.isLeading)
        yield* Effect.forkChild(other.lead(Effect.never))
        yield* TestClock.adjust("30 seconds")
        assert.isTrue(yield* one.isLeading)
        assert.isFalse(yield* other.isLeading)
        assert.strictEqual(yield* other.holder, one.identity)
        yield* Fiber.interrupt(first)
        assert.isUndefined((yield* readLease).spec.holderIdentity)
        yield* TestClock.adjust("2400 millis")
        assert.isTrue(yield* other.isLeading)
        const { spec: held } = yield* readLease
        assert.strictEqual(held.holderIdentity, other.identity)
        assert.strictEqual(held.leaseDurationSeconds, 15)
        assert.match(held.renewTime ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/u)
      })
    )
  )

  it.effect("leads on while its work comes to an end, and gives the lease back only then", () =>
    alone(
      Effect.gen(function* () {
        const election = yield* elect
        const work = Effect.onInterrupt(Effect.never, () => Effect.sleep("20 seconds"))
        const fiber = yield* Effect.forkChild(election.lead(work))
        yield* until(election.isLeading)
        const ending = yield* Effect.forkChild(Fiber.interrupt(fiber))
        yield* TestClock.adjust("19 seconds")
        assert.isTrue(yield* election.isLeading)
        assert.strictEqual((yield* readLease).spec.holderIdentity, election.identity)
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(ending)
        assert.isFalse(yield* election.isLeading)
        assert.isUndefined((yield* readLease).spec.holderIdentity)
      })
    )
  )

  const outages: ReadonlyArray<readonly [string, Effect.Effect<never, StoreError>]> = [
    [
      "refuses",
      Effect.fail(new StoreError({ reason: new Unavailable({ subject: "the store", because: "connection lost" }) }))
    ],
    ["doesn't answer", Effect.never]
  ]
  for (const [title, outage] of outages) {
    it.effect(`stops writing 10 seconds after its last renewal when the store ${title}, and its work soon after`, () =>
      alone(
        Effect.gen(function* () {
          const raw = yield* ResourceStore
          let broken = false
          const store = ResourceStore.of({
            ...raw,
            get: (kind, one) => (broken ? outage : raw.get(kind, one)),
            update: (kind, object) => (broken ? outage : raw.update(kind, object))
          })
          const election = yield* Effect.provideService(elect, ResourceStore, store)
          const fiber = yield* Effect.forkChild(election.lead(Effect.never))
          yield* until(election.isLeading)
          broken = true
          const start = yield* seconds
          yield* until(Effect.map(election.isLeading, (leading) => !leading))
          const closed = (yield* seconds) - start
          assert.isAtLeast(closed, 8)
          assert.isAtMost(closed, 10)
          // It tries to give the lease back, but not for long.
          yield* TestClock.adjust("3 seconds")
          const exit = fiber.pollUnsafe()
          assert.isDefined(exit)
          const error = yield* Effect.flip(exit ?? Exit.void)
          assert.instanceOf(error, LeaderElection.LeadershipLost)
        })
      )
    )
  }

  it.effect("goes on leading when somebody else writes to its lease", () =>
    alone(
      Effect.gen(function* () {
        const election = yield* elect
        yield* Effect.forkChild(election.lead(Effect.never))
        yield* until(election.isLeading)
        const held = yield* readLease
        const store = yield* ResourceStore
        yield* store.update(Lease, { ...held, metadata: { ...held.metadata, labels: { seen: "yes" } } })
        yield* TestClock.adjust("1 minute")
        assert.isTrue(yield* election.isLeading)
        assert.deepStrictEqual((yield* readLease).metadata.labels, { seen: "yes" })
      })
    )
  )

  it.effect("stops at once when somebody takes its lease away", () =>
    alone(
      Effect.gen(function* () {
        const election = yield* elect
        const fiber = yield* Effect.forkChild(election.lead(Effect.never))
        yield* until(election.isLeading)
        const held = yield* readLease
        const store = yield* ResourceStore
        yield* store.update(Lease, { ...held, spec: { ...held.spec, holderIdentity: "another" } })
        yield* TestClock.adjust("2 seconds")
        assert.isFalse(yield* election.isLeading)
        assert.include((yield* Effect.flip(Fiber.join(fiber))).message, "another replica holds it")
        assert.strictEqual((yield* readLease).spec.holderIdentity, "another")
      })
    )
  )

  it.effect("ends with its work, and answers what that came to", () =>
    alone(
      Effect.gen(function* () {
        const election = yield* elect
        assert.strictEqual(yield* election.lead(Effect.succeed(42)), 42)
        assert.strictEqual(yield* Effect.flip(election.lead(Effect.fail("boom"))), "boom")
      })
    )
  )
})

describe("Fence", () => {
  const standing = Effect.gen(function* () {
    const election = yield* elect
    const fiber = yield* Effect.forkChild(election.lead(Effect.never))
    yield* until(election.isLeading)
    return { election, fiber }
  })

  it.effect("lets nothing be written before the replica leads, nor after", () =>
    alone(
      Effect.gen(function* () {
        yield* create("a")
        const election = yield* elect
        const write = change("a", 1).pipe(Effect.provide(Fence.layerStore))
        const behind = Effect.provideService(write, Fence.CurrentFence, election.fence)
        const refused = yield* Effect.flip(behind)
        assert.strictEqual(refused.treatment._tag, "retry")
        assert.include(refused.message, "doesn't hold the lease default/leader")
        yield* election.lead(write)
        yield* Effect.flip(behind)
        assert.strictEqual((yield* read("a")).spec.weight, 1)
      })
    )
  )

  it.effect("lets an effect outside of the store begin only while the replica leads, and any without an election", () =>
    alone(
      Effect.gen(function* () {
        const election = yield* elect
        const label = Fence.protect(Effect.succeed("labelled"))
        assert.strictEqual(yield* label, "labelled")
        const error = yield* Effect.flip(Effect.provideService(label, Fence.CurrentFence, election.fence))
        assert.strictEqual(error._tag, "NotLeading")
        assert.strictEqual(yield* election.lead(label), "labelled")
      })
    )
  )

  it.effect("cuts a write off that is under way when the lease is about to run out, and not before", () =>
    alone(
      Effect.gen(function* () {
        const raw = yield* ResourceStore
        let broken = false
        const store = ResourceStore.of({
          ...raw,
          update: (kind, object) => (broken ? Effect.never : raw.update(kind, object))
        })
        const { election } = yield* Effect.provideService(standing, ResourceStore, store)
        const hanging = yield* Effect.forkChild(election.fence.protect(Effect.never))
        yield* TestClock.adjust("1 minute")
        assert.isUndefined(hanging.pollUnsafe())
        broken = true
        const start = yield* seconds
        yield* until(() => hanging.pollUnsafe() !== undefined)
        const cut = (yield* seconds) - start
        assert.isAtLeast(cut, 8)
        assert.isBelow(cut, 15)
        broken = false
      })
    )
  )

  it.effect("leaves a write that comes too late to the store, which knows that the object has changed", () =>
    alone(
      Effect.gen(function* () {
        yield* create("a")
        const raw = yield* ResourceStore
        const network = yield* Latch.make(false)
        const { election } = yield* standing
        const sent = yield* Deferred.make<void>()
        const slow = ResourceStore.of({
          ...raw,
          update: (kind, object) =>
            Deferred.succeed(sent, undefined).pipe(
              Effect.andThen(network.await),
              Effect.andThen(raw.update(kind, object)),
              // What is on its way can't be called back.
              Effect.uninterruptible
            )
        })
        const write = change("a", 1).pipe(
          Effect.provideService(ResourceStore, Fence.protectStore(slow)),
          Effect.provideService(Fence.CurrentFence, election.fence)
        )
        const late = yield* Effect.forkChild(Effect.exit(write))
        yield* Deferred.await(sent)
        yield* change("a", 2)
        yield* network.open
        const exit = yield* Fiber.join(late)
        assert.strictEqual(Option.getOrThrow(Exit.findErrorOption(exit)).reason._tag, "Conflict")
        assert.strictEqual((yield* read("a")).spec.weight, 2)
      })
    )
  )
})

describe("Lease", () => {
  it("is read as API servers send it, without a generation", () => {
    const metadata = { name: "a", uid: "1", resourceVersion: "2", creationTimestamp: "2026-01-01T00:00:00Z" }
    assert.strictEqual(Schema.decodeSync(Metadata.Metadata)(metadata).generation, 0)
  })
})
