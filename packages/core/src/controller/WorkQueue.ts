/**
 * Keys waiting to be worked on: each at most once, none by two workers at a time, none lost.
 *
 * @since 0.1.0
 */
import { Clock, Duration, Effect, Metric, Option, type Scope } from "effect"
import * as Backoff from "../Backoff.ts"
import * as Metrics from "./Metrics.ts"
import { Delays } from "./WorkQueue/Delays.ts"
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
 * - Memory is bounded by the number of different keys, and one timer serves all delays.
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
  /** Shuts down and waits for the keys that are worked on, for so long at most; reports whether all were finished. */
  drain(limit: Duration.Input): Effect.Effect<boolean>
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
    const working = new Map<string, { readonly since: number; again?: Priority }>()
    const failures = new Map<string, number>()
    const delays = new Delays<Priority>()
    const waiting = new Set<() => void>()
    let rewind: (() => void) | undefined
    let rewinding = false
    let begun: (() => void) | undefined
    let open = true

    const wake = () => {
      const all = Array.from(waiting)
      waiting.clear()
      for (const resume of all) resume()
    }

    // Looked at in the same step in which it begins to wait: between two steps others may run, and nobody would wake it.
    const until = (condition: () => boolean): Effect.Effect<void> => {
      const wait = Effect.callback<void>((resume) => {
        const wakeUp = () => resume(Effect.suspend(() => (condition() ? Effect.void : wait)))
        if (condition()) return resume(Effect.void)
        waiting.add(wakeUp)
        return Effect.sync(() => void waiting.delete(wakeUp))
      })
      return wait
    }

    const depth = Effect.suspend(() => Metric.update(metrics.depth, ready.size()))

    const put = (key: string, priority: Priority, now: number): boolean => {
      const work = working.get(key)
      if (work !== undefined) {
        work.again = ready.higher(work.again, priority)
        return false
      }
      const fresh = ready.add(key, priority, now)
      wake()
      return fresh
    }

    const add = (key: string, priority: Priority = "change") =>
      Effect.flatMap(elapsed, (now) =>
        open && put(key, priority, now) ? Effect.andThen(Metric.update(metrics.adds, 1), depth) : Effect.void
      )

    const addAfter = (key: string, delay: Duration.Input, priority: Priority = "resync") =>
      Effect.map(elapsed, (now) => {
        if (!open) return
        const first = delays.next
        delays.set(key, now + Duration.toMillis(delay), priority)
        if (delays.next === first) return
        rewinding = true
        rewind?.()
      })

    const rewound = Effect.callback<void>((resume) => {
      rewind = () => resume(Effect.void)
      if (rewinding) rewind()
      return Effect.sync(() => {
        rewind = undefined
      })
    })

    const keepTime = Effect.gen(function* () {
      rewinding = false
      const now = yield* elapsed
      const due = delays.due(now).filter(({ key, value }) => put(key, value, now))
      if (due.length > 0) yield* Effect.andThen(Metric.update(metrics.adds, due.length), depth)
      const { next } = delays
      yield* next === undefined ? rewound : Effect.raceFirst(rewound, Effect.sleep(Math.ceil(next - now)))
    }).pipe(Effect.forever)

    const retry = (key: string, backoff = standard) =>
      Effect.gen(function* () {
        const count = (failures.get(key) ?? 0) + 1
        failures.set(key, count)
        yield* Metric.update(metrics.retries, 1)
        yield* addAfter(key, yield* Backoff.delay(backoff, count), "retry")
      })

    const finish = (key: string, since: number) =>
      Effect.gen(function* () {
        const again = working.get(key)?.again
        working.delete(key)
        yield* Metric.update(metrics.workSeconds, ((yield* elapsed) - since) / 1000)
        if (again !== undefined) yield* add(key, again)
        wake()
      })

    const process = <A, E, R>(work: (key: string) => Effect.Effect<A, E, R>) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          yield* restore(until(() => !open || ready.size() > 0))
          const now = yield* elapsed
          const next = open ? ready.next(now) : undefined
          if (next === undefined) return Option.none<A>()
          working.set(next.key, { since: now })
          begun?.()
          delays.remove(next.key)
          yield* Metric.update(metrics.queueSeconds, (now - next.since) / 1000)
          yield* depth
          return yield* Effect.ensuring(Effect.asSome(restore(work(next.key))), finish(next.key, now))
        })
      )

    const tellOfWork = Effect.map(elapsed, (now) => {
      const times = Array.from(working.values(), ({ since }) => (now - since) / 1000)
      return { unfinished: times.reduce((sum, time) => sum + time, 0), longest: Math.max(0, ...times) }
    }).pipe(
      Effect.flatMap(({ longest, unfinished }) =>
        Effect.andThen(Metric.update(metrics.unfinished, unfinished), Metric.update(metrics.longest, longest))
      )
    )

    const busy = Effect.callback<void>((resume) => {
      begun = () => resume(Effect.void)
      if (working.size > 0) begun()
      return Effect.sync(() => {
        begun = undefined
      })
    })

    // Only while something is worked on: an idle queue costs nothing.
    const watchWork = Effect.forever(Effect.andThen(busy, Effect.delay(tellOfWork, "1 second")))

    const shutdown = Effect.suspend(() => {
      open = false
      ready.clear()
      delays.clear()
      wake()
      return depth
    })

    yield* Effect.forkScoped(keepTime, { startImmediately: true })
    yield* Effect.forkScoped(watchWork, { startImmediately: true })

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
      shutdown,
      drain: (limit) =>
        Effect.andThen(
          shutdown,
          Effect.map(
            // A finalizer can't be interrupted, but the wait in it must be.
            Effect.timeoutOption(Effect.interruptible(until(() => working.size === 0)), limit),
            Option.isSome
          )
        ),
      size: Effect.sync(() => ready.size())
    }
  })

// Measured by a clock that never jumps: the time of day may.
const elapsed = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n))
