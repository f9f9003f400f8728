/**
 * Keys waiting to be worked on: each at most once, none by two workers at a time, none lost.
 *
 * @since 0.1.0
 */
import { Clock, Duration, Effect, FiberMap, Metric, Option, type Scope } from "effect"
import * as Backoff from "../Backoff.ts"
import * as Metrics from "./Metrics.ts"
import { makeReady, type Priority } from "./WorkQueue/Ready.ts"

export type { Priority } from "./WorkQueue/Ready.ts"

/**
 * Keys waiting to be worked on.
 *
 * **Details**
 *
 * - A key that is added while it waits stays one key, at the higher of the two priorities.
 * - A key that is added while it is worked on is worked on again afterwards.
 * - `change` goes before `retry`, and `retry` before `resync`; a key that has waited long moves up, so that none starves.
 *   Within a priority, namespaces take turns.
 * - Memory is bounded by the number of different keys.
 *
 * @category models
 * @since 0.1.0
 */
export interface WorkQueue {
  /** Adds a key; `change` if no priority is given. */
  add(key: string, priority?: Priority): Effect.Effect<void>
  /** Adds a key after a delay, unless it is worked on before; a later delay of the same key replaces an earlier one. */
  addAfter(key: string, delay: Duration.Input, priority?: Priority): Effect.Effect<void>
  /** Counts a failure of a key and adds it after the delay that follows from the number of its failures. */
  retry(key: string, backoff?: Backoff.Backoff): Effect.Effect<void>
  /** Forgets the failures of a key. */
  forget(key: string): Effect.Effect<void>
  /** Waits for a key and works on it; nothing when the queue was shut down. */
  process<A, E, R>(work: (key: string) => Effect.Effect<A, E, R>): Effect.Effect<Option.Option<A>, E, R>
  /** Waits until no key is ready or worked on; delayed keys don't count. */
  readonly idle: Effect.Effect<void>
  /** Hands out no more keys and forgets those that wait. Keys that are worked on are not touched. */
  readonly shutdown: Effect.Effect<void>
  /** How many keys are ready. */
  readonly size: Effect.Effect<number>
}

/**
 * Settings of a work queue.
 *
 * @category models
 * @since 0.1.0
 */
export interface WorkQueueOptions {
  /** The name under which its metrics appear. */
  readonly name: string
  readonly backoff?: Backoff.Backoff
  /** How long a key waits before it moves up by one priority (one minute if left out). */
  readonly ageing?: Duration.Input
}

/**
 * Creates a work queue. Its delays end with the scope.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: WorkQueueOptions): Effect.Effect<WorkQueue, never, Scope.Scope> =>
  Effect.gen(function* () {
    const standard = options.backoff ?? Backoff.make()
    const metrics = Metrics.workQueue(options.name)
    const ready = makeReady(Duration.toMillis(options.ageing ?? "1 minute"))
    const working = new Map<string, Priority | undefined>()
    const failures = new Map<string, number>()
    const delays = yield* FiberMap.make<string>()
    const waiting = new Set<() => void>()
    let open = true

    const wake = () => {
      const all = Array.from(waiting)
      waiting.clear()
      for (const resume of all) resume()
    }

    const changed = Effect.callback<void>((resume) => {
      const wakeUp = () => resume(Effect.void)
      waiting.add(wakeUp)
      return Effect.sync(() => void waiting.delete(wakeUp))
    })

    const until = (condition: () => boolean): Effect.Effect<void> =>
      Effect.suspend(() => (condition() ? Effect.void : Effect.flatMap(changed, () => until(condition))))

    const depth = Effect.suspend(() => Metric.update(metrics.depth, ready.size()))

    const add = (key: string, priority: Priority = "change") =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        if (!open) return Effect.void
        if (working.has(key)) {
          working.set(key, ready.higher(working.get(key), priority))
          return Effect.void
        }
        const fresh = ready.add(key, priority, now)
        wake()
        return fresh ? Effect.andThen(Metric.update(metrics.adds, 1), depth) : Effect.void
      })

    const addAfter = (key: string, delay: Duration.Input, priority: Priority = "resync") =>
      open ? Effect.asVoid(FiberMap.run(delays, key, Effect.delay(add(key, priority), delay))) : Effect.void

    const retry = (key: string, backoff = standard) =>
      Effect.gen(function* () {
        const count = (failures.get(key) ?? 0) + 1
        failures.set(key, count)
        yield* Metric.update(metrics.retries, 1)
        yield* addAfter(key, yield* Backoff.delay(backoff, count), "retry")
      })

    const finish = (key: string, since: number) =>
      Effect.gen(function* () {
        const again = working.get(key)
        working.delete(key)
        const now = yield* Clock.currentTimeMillis
        yield* Metric.update(metrics.workSeconds, (now - since) / 1000)
        if (again !== undefined) yield* add(key, again)
        wake()
      })

    const process = <A, E, R>(work: (key: string) => Effect.Effect<A, E, R>) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          yield* restore(until(() => !open || ready.size() > 0))
          const now = yield* Clock.currentTimeMillis
          const next = open ? ready.next(now) : undefined
          if (next === undefined) return Option.none<A>()
          working.set(next.key, undefined)
          yield* FiberMap.remove(delays, next.key)
          yield* Metric.update(metrics.queueSeconds, (now - next.since) / 1000)
          yield* depth
          return yield* Effect.ensuring(Effect.asSome(restore(work(next.key))), finish(next.key, now))
        })
      )

    const next = <A, E, R>(work: (key: string) => Effect.Effect<A, E, R>): Effect.Effect<Option.Option<A>, E, R> =>
      // Another worker may have taken the key that woke this one.
      Effect.filterOrElse(
        process(work),
        (result) => Option.isSome(result) || !open,
        () => next(work)
      )

    return {
      add,
      addAfter,
      retry,
      forget: (key) => Effect.sync(() => void failures.delete(key)),
      process: next,
      idle: until(() => ready.size() === 0 && working.size === 0),
      shutdown: Effect.suspend(() => {
        open = false
        ready.clear()
        wake()
        return Effect.andThen(FiberMap.clear(delays), depth)
      }),
      size: Effect.sync(() => ready.size())
    }
  })
