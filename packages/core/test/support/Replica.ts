import { ResourceStore } from "@lockstep/core"
import { Clock, Effect, Latch, Stream } from "effect"

/**
 * A process among others that share a store, which can be stopped at any place where it waits for something.
 *
 * While it is stopped, none of its sleeps ends and none of its calls goes out or comes back, but its clock goes on, as with a
 * process that the system has stopped.
 */
export interface Replica {
  /** How many places it has come to where it could have been stopped. */
  readonly places: () => number
  /** Stops it at the n-th place from the start, until it is thawed. */
  stopAt(place: number): void
  readonly isStopped: () => boolean
  readonly thaw: Effect.Effect<void>
  /** A store whose calls the process can be stopped in, before they go out and before they come back. */
  stoppable(store: ResourceStore["Service"]): ResourceStore["Service"]
  /** Runs a program as this process. */
  run<A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R | ResourceStore>
}

export const makeReplica: Effect.Effect<Replica> = Effect.gen(function* () {
  const latch = yield* Latch.make(true)
  let count = 0
  let stop = Number.POSITIVE_INFINITY
  let stopped = false

  const place = Effect.suspend(() => {
    if (++count === stop) {
      stopped = true
      latch.closeUnsafe()
    }
    return latch.await
  })

  const aroundCall = <A, E>(call: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    place.pipe(
      Effect.andThen(Effect.exit(call)),
      Effect.tap(() => place),
      Effect.flatten
    )

  const stoppable = (store: ResourceStore["Service"]): ResourceStore["Service"] =>
    ResourceStore.of({
      get: (kind, key) => aroundCall(store.get(kind, key)),
      list: (kind, options) => aroundCall(store.list(kind, options)),
      watch: (kind, options) => Stream.tap(store.watch(kind, options), () => place),
      create: (kind, draft, options) => aroundCall(store.create(kind, draft, options)),
      update: (kind, object, options) => aroundCall(store.update(kind, object, options)),
      updateStatus: (kind, object) => aroundCall(store.updateStatus(kind, object)),
      apply: (kind, intent, options) => aroundCall(store.apply(kind, intent, options)),
      delete: (kind, key, options) => aroundCall(store.delete(kind, key, options))
    })

  return {
    places: () => count,
    stopAt: (n) => {
      stop = n
    },
    isStopped: () => stopped,
    thaw: Effect.asVoid(latch.open),
    stoppable,
    run: (program) =>
      Effect.gen(function* () {
        const clock = yield* Clock.Clock
        const store = yield* ResourceStore
        const own: Clock.Clock = {
          currentTimeMillis: clock.currentTimeMillis,
          currentTimeNanos: clock.currentTimeNanos,
          monotonicTimeNanos: clock.monotonicTimeNanos,
          currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
          currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
          monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
          sleep: (duration) => Effect.andThen(clock.sleep(duration), latch.await)
        }
        return yield* program.pipe(
          Effect.provideService(ResourceStore, stoppable(store)),
          Effect.provideService(Clock.Clock, own)
        )
      })
  }
})
