/**
 * The loop that keeps the world as objects ask for: level-based, one worker per key, nothing lost.
 *
 * @since 0.1.0
 */
import { Cause, Clock, Deferred, Duration, Effect, Exit, Metric, Option, Scope } from "effect"
import * as Backoff from "../Backoff.ts"
import { formatKey, parseKey, type Key } from "../resource/Resource.ts"
import type { Treatable } from "../Treatment.ts"
import * as Metrics from "./Metrics.ts"
import * as Outcome from "./Outcome.ts"
import type { Source } from "./Source.ts"
import * as WorkQueue from "./WorkQueue.ts"

/**
 * What a controller does, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface ControllerOptions<R> {
  readonly name: string
  readonly sources: ReadonlyArray<Source<R>>
  /**
   * Brings the world to what one object asks for. It gets the key alone and reads everything else anew.
   *
   * A failure is treated as its treatment says; a defect or a timeout is tried again.
   */
  readonly reconcile: (key: Key) => Effect.Effect<Outcome.Outcome, Treatable, R>
  /** How many keys are worked on at once (4 if left out). */
  readonly concurrency?: number
  /** How long one reconcile may take (2 minutes if left out). */
  readonly timeout?: Duration.Input
  /** How long running reconciles may go on at the end before they are interrupted (25 seconds if left out). */
  readonly drain?: Duration.Input
  /** How delays grow while a key keeps failing (500 ms to 5 minutes if left out). */
  readonly backoff?: Backoff.Backoff
}

/**
 * A controller that runs.
 *
 * @category models
 * @since 0.1.0
 */
export interface Controller {
  readonly name: string
  /** Asks for a key to be looked at. */
  enqueue(key: Key): Effect.Effect<void>
  /** Waits until every source has told what was there at the start. */
  readonly synced: Effect.Effect<void>
  /** Reports whether every source has told what was there at the start. */
  readonly isSynced: Effect.Effect<boolean>
  /** Waits until nothing is ready or worked on; keys that are to be looked at later don't count. */
  readonly idle: Effect.Effect<void>
}

const contention = Backoff.make({ base: "20 millis", cap: "2 seconds" })

/**
 * Starts a controller. It ends with the scope.
 *
 * **Details**
 *
 * At the end no more keys are handed out; reconciles that run have `drain` to finish, then they are interrupted. What was
 * not worked on is not lost: the next start looks at every object again.
 *
 * **Gotchas**
 *
 * A reconcile that fails with a conflict is tried again shortly, and is neither logged as an error nor counted as one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <R>(options: ControllerOptions<R>): Effect.Effect<Controller, never, R | Scope.Scope> =>
  Effect.gen(function* () {
    const concurrency = options.concurrency ?? 4
    const metrics = Metrics.controller(options.name)
    yield* Metric.update(metrics.workers, concurrency)
    const queue = yield* WorkQueue.make({
      name: options.name,
      ...(options.backoff === undefined ? {} : { backoff: options.backoff })
    })
    const crew = yield* Scope.make()
    const worker = Effect.repeat(queue.process(reconcileOne(options, queue, metrics)), { while: Option.isSome })
    yield* Effect.replicateEffect(Effect.forkIn(worker, crew), concurrency)
    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        // A finalizer can't be interrupted, but the wait in it must be.
        if (!(yield* Effect.interruptible(queue.drain(options.drain ?? "25 seconds")))) {
          yield* Effect.logWarning(`Controller ${options.name} interrupts reconciles that did not finish in time`)
        }
        yield* Scope.close(crew, Exit.void)
      })
    )
    const syncs = yield* Effect.forEach(options.sources, (source) =>
      Effect.gen(function* () {
        const synced = yield* Deferred.make<void>()
        yield* Effect.forkScoped(
          source({
            add: (key, priority) => queue.add(formatKey(key), priority),
            synced: Effect.asVoid(Deferred.succeed(synced, undefined)),
            trouble: () => Effect.void
          })
        )
        return synced
      })
    )
    return {
      name: options.name,
      enqueue: (key) => queue.add(formatKey(key)),
      synced: Effect.forEach(syncs, (sync) => Deferred.await(sync), { discard: true }),
      isSynced: Effect.map(
        Effect.forEach(syncs, (sync) => Deferred.isDone(sync)),
        (all) => all.every((synced) => synced)
      ),
      idle: queue.idle
    }
  })

const reconcileOne =
  <R>(options: ControllerOptions<R>, queue: WorkQueue.WorkQueue, metrics: ReturnType<typeof Metrics.controller>) =>
  (key: string): Effect.Effect<void, never, R> =>
    Effect.gen(function* () {
      const start = yield* Clock.currentTimeMillis
      yield* Metric.modify(metrics.active, 1)
      const exit = yield* Effect.exit(
        Effect.timeoutOption(
          Effect.suspend(() => options.reconcile(parseKey(key))),
          options.timeout ?? "2 minutes"
        )
      )
      yield* Metric.modify(metrics.active, -1)
      yield* Metric.update(metrics.seconds, ((yield* Clock.currentTimeMillis) - start) / 1000)
      yield* follow(exit, key, options, queue, metrics)
    }).pipe(
      Effect.withSpan("reconcile", { attributes: { controller: options.name, key } }),
      Effect.annotateLogs({ controller: options.name, key })
    )

const follow = <R>(
  exit: Exit.Exit<Option.Option<Outcome.Outcome>, Treatable>,
  key: string,
  options: ControllerOptions<R>,
  queue: WorkQueue.WorkQueue,
  metrics: ReturnType<typeof Metrics.controller>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const count = (result: "success" | "error" | "requeue" | "requeue_after") =>
      Metric.update(metrics.reconciles(result), 1)

    if (Exit.isSuccess(exit)) {
      if (Option.isSome(exit.value)) return yield* obey(exit.value.value, key, queue, metrics)
      yield* count("error")
      yield* Metric.update(metrics.timeouts, 1)
      const limit = Duration.format(Duration.fromInputUnsafe(options.timeout ?? "2 minutes"))
      yield* Effect.logWarning(`Reconcile took longer than ${limit} and was interrupted; it is tried again`)
      return yield* queue.retry(key)
    }
    const error = Cause.findErrorOption(exit.cause)
    if (Option.isSome(error)) {
      const { treatment } = error.value
      switch (treatment._tag) {
        case "conflict":
          yield* count("requeue")
          return yield* queue.retry(key, contention)
        case "terminal":
          return yield* obey(Outcome.terminal(error.value.message), key, queue, metrics)
        case "retry":
          if (treatment.after === undefined) {
            return yield* obey(Outcome.retry(error.value.message), key, queue, metrics)
          }
          yield* count("requeue_after")
          yield* Effect.logInfo(`Reconcile waits ${Duration.format(treatment.after)}: ${error.value.message}`)
          return yield* queue.addAfter(key, treatment.after, "retry")
      }
    }
    yield* count("error")
    yield* Metric.update(metrics.panics, 1)
    yield* Effect.logError("Reconcile ended by a defect; it is tried again", exit.cause)
    return yield* queue.retry(key)
  })

const obey = (
  outcome: Outcome.Outcome,
  key: string,
  queue: WorkQueue.WorkQueue,
  metrics: ReturnType<typeof Metrics.controller>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    switch (outcome._tag) {
      case "Done":
        yield* Metric.update(metrics.reconciles("success"), 1)
        yield* queue.forget(key)
        break
      case "RequeueAfter":
        yield* Metric.update(metrics.reconciles("requeue_after"), 1)
        yield* queue.forget(key)
        yield* queue.addAfter(key, outcome.after, "resync")
        break
      case "Retry":
        yield* Metric.update(metrics.reconciles("error"), 1)
        yield* Metric.update(metrics.errors, 1)
        yield* Effect.logWarning(`Reconcile failed and is tried again: ${outcome.because}`)
        yield* queue.retry(key)
        break
      case "Terminal":
        yield* Metric.update(metrics.reconciles("error"), 1)
        yield* Metric.update(metrics.terminalErrors, 1)
        yield* Effect.logError(`Reconcile failed and waits for a change: ${outcome.because}`)
        yield* queue.forget(key)
        break
    }
  })
