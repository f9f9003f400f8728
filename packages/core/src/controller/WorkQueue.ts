/**
 * Keys waiting to be worked on: each at most once, none by two workers at a time, none lost.
 *
 * @since 0.1.0
 */
import { Clock, Duration, Effect, type Fiber, Metric, Option, type Scope } from "effect"
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
    let working = new Map<string, { readonly since: number; again?: Priority }>()
    const failures = new Map<string, number>()
    const delays = new Delays<Priority>()
    // Not a set; see the note on maps at the end.
    let waiting: Array<() => void> = []
    let rewind: (() => void) | undefined
    let rewinding = false
    let begun: (() => void) | undefined
    let open = true

    const wake = () => {
      if (waiting.length === 0) return
      const all = waiting
      waiting = []
      for (const resume of all) resume()
    }

    // Looked at in the same step in which it begins to wait: between two steps others may run, and nobody would wake it.
    const until = (condition: () => boolean): Effect.Effect<void> => {
      const wait = Effect.callback<void>((resume) => {
        const wakeUp = () => resume(Effect.suspend(() => (condition() ? Effect.void : wait)))
        if (condition()) return resume(Effect.void)
        waiting.push(wakeUp)
        return Effect.sync(() => {
          waiting = waiting.filter((other) => other !== wakeUp)
        })
      })
      return wait
    }

    const tellDepth = (fiber: Current) => metrics.depth.updateUnsafe(ready.size(), fiber.context)

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

    const add = (key: string, priority: Priority = "change") => act((fiber) => addNow(key, priority, fiber))

    const addNow = (key: string, priority: Priority, fiber: Current) => {
      if (!open || !put(key, priority, elapsed(fiber))) return
      metrics.adds.updateUnsafe(1, fiber.context)
      tellDepth(fiber)
    }

    const addAfter = (key: string, delay: Duration.Input, priority: Priority = "resync") =>
      act((fiber) => {
        if (!open) return
        const first = delays.next
        delays.set(key, elapsed(fiber) + Duration.toMillis(delay), priority)
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

    const keepTime = Effect.withFiber((fiber) => {
      rewinding = false
      const now = elapsed(fiber)
      for (const { key, value } of delays.due(now)) addNow(key, value, fiber)
      const { next } = delays
      return next === undefined ? rewound : Effect.raceFirst(rewound, Effect.sleep(Math.ceil(next - now)))
    }).pipe(Effect.forever)

    const retry = (key: string, backoff = standard) =>
      Effect.gen(function* () {
        const count = (failures.get(key) ?? 0) + 1
        failures.set(key, count)
        yield* Metric.update(metrics.retries, 1)
        yield* addAfter(key, yield* Backoff.delay(backoff, count), "retry")
      })

    const finish = (key: string, since: number) =>
      act((fiber) => {
        const again = working.get(key)?.again
        working.delete(key)
        if (working.size === 0) working = new Map()
        metrics.workSeconds.updateUnsafe((elapsed(fiber) - since) / 1000, fiber.context)
        if (again !== undefined) addNow(key, again, fiber)
        wake()
      })

    const isReady = until(() => !open || ready.size() > 0)

    const process = <A, E, R>(work: (key: string) => Effect.Effect<A, E, R>) =>
      Effect.uninterruptibleMask((restore) => {
        const take = Effect.withFiber<Option.Option<A>, E, R>((fiber) => {
          const now = elapsed(fiber)
          const next = open ? ready.next(now) : undefined
          if (next === undefined) return Effect.succeedNone
          working.set(next.key, { since: now })
          begun?.()
          delays.remove(next.key)
          metrics.queueSeconds.updateUnsafe((now - next.since) / 1000, fiber.context)
          tellDepth(fiber)
          return Effect.ensuring(Effect.asSome(restore(work(next.key))), finish(next.key, now))
        })
        return Effect.flatMap(restore(isReady), () => take)
      })

    const tellOfWork = act((fiber) => {
      const now = elapsed(fiber)
      const times = Array.from(working.values(), ({ since }) => (now - since) / 1000)
      const unfinished = times.reduce((sum, time) => sum + time, 0)
      metrics.unfinished.updateUnsafe(unfinished, fiber.context)
      metrics.longest.updateUnsafe(Math.max(0, ...times), fiber.context)
    })

    const busy = Effect.callback<void>((resume) => {
      begun = () => resume(Effect.void)
      if (working.size > 0) begun()
      return Effect.sync(() => {
        begun = undefined
      })
    })

    // Only while something is worked on: an idle queue costs nothing.
    const watchWork = Effect.forever(Effect.andThen(busy, Effect.delay(tellOfWork, "1 second")))

    const shutdown = act((fiber) => {
      open = false
      ready.clear()
      delays.clear()
      wake()
      tellDepth(fiber)
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

type Current = Fiber.Fiber<unknown, unknown>

// One step, where a chain of effects would be several: this is done for each key.
const act = (step: (fiber: Current) => void): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    step(fiber)
    return Effect.void
  })

// Milliseconds by a clock that never jumps: the time of day may.
const elapsed = (fiber: Current): number => Number(fiber.getRef(Clock.Clock).monotonicTimeNanosUnsafe()) / 1e6

// A map or a set that is filled and emptied for each key leaves behind a chain of its former tables, each leading to the
// next, which holds on to all that was in them until a full collection. So what is empty is made anew.
