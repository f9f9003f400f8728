/**
 * The loop that keeps the world as objects ask for: level-based, one worker per key, nothing lost.
 *
 * @since 0.1.0
 */
import { Deferred, Duration, Effect, Exit, Metric, Option, Scope, type Semaphore } from "effect"
import * as Backoff from "../Backoff.ts"
import { formatKey, type Key } from "../resource/Resource.ts"
import type { StoreError } from "../resource/StoreError.ts"
import type { Treatable } from "../Treatment.ts"
import { workOn } from "./Controller/Worker.ts"
import * as Metrics from "./Metrics.ts"
import type { Outcome } from "./Outcome.ts"
import type { Source } from "./Source.ts"
import type { Reporter } from "./Verdict.ts"
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
  readonly reconcile: (key: Key) => Effect.Effect<Outcome, Treatable, R>
  /** Tells people how each reconcile ended; nobody if left out. */
  readonly report?: Reporter<R>
  /** How many keys are worked on at once (4 if left out). */
  readonly concurrency?: number
  /** A limit that several controllers share: each reconcile takes one permit. */
  readonly limit?: Semaphore.Semaphore
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
  /** What keeps sources from seeing what happens, at the moment. */
  readonly troubles: Effect.Effect<ReadonlyArray<StoreError>>
  /** Waits until nothing is ready or worked on; keys that are to be looked at later don't count. */
  readonly idle: Effect.Effect<void>
}

/**
 * Starts a controller. It ends with the scope.
 *
 * **Details**
 *
 * Workers begin when every source has told what was there at the start. A source that ends by a mistake in the program is
 * started again.
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
    const inputs = options.sources.map((source): Input<R> => ({ source, synced: Deferred.makeUnsafe() }))
    const synced = Effect.forEach(inputs, (input) => Deferred.await(input.synced), { discard: true })

    const crew = yield* Scope.make()
    const work = workOn({
      name: options.name,
      reconcile: options.reconcile,
      timeout: Duration.fromInputUnsafe(options.timeout ?? "2 minutes"),
      report: options.report,
      queue,
      metrics
    })
    const { limit } = options
    const limited = limit === undefined ? work : (place: string) => limit.withPermits(1)(work(place))
    const goOn: Effect.Effect<void, never, R> = Effect.flatMap(queue.process(limited), (worked) =>
      Option.isSome(worked) ? goOn : Effect.void
    )
    const worker = Effect.andThen(synced, goOn)
    yield* Effect.replicateEffect(Effect.forkIn(worker, crew), concurrency, { discard: true })
    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        if (!(yield* queue.drain(options.drain ?? "25 seconds"))) {
          yield* Effect.logWarning(`Controller ${options.name} interrupts reconciles that did not finish in time`)
        }
        yield* Scope.close(crew, Exit.void)
      })
    )

    yield* Effect.forEach(
      inputs,
      (input) =>
        Effect.forkScoped(
          keepGoing(
            options.name,
            input.source({
              add: (key, priority) => queue.add(formatKey(key), priority),
              synced: Effect.asVoid(Deferred.succeed(input.synced, undefined)),
              trouble: (error) =>
                Effect.sync(() => {
                  input.trouble = error
                })
            })
          )
        ),
      { discard: true }
    )

    return {
      name: options.name,
      enqueue: (key) => queue.add(formatKey(key)),
      synced,
      isSynced: Effect.map(
        Effect.forEach(inputs, (input) => Deferred.isDone(input.synced)),
        (all) => all.every((done) => done)
      ),
      troubles: Effect.sync(() => inputs.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble]))),
      idle: queue.idle
    }
  })

interface Input<R> {
  readonly source: Source<R>
  readonly synced: Deferred.Deferred<void>
  trouble?: StoreError | undefined
}

const patience = Backoff.make({ base: "1 second", cap: "1 minute" })

// A source never ends by itself. One that does has a mistake in it, and others may still be good for something.
const keepGoing = <R>(name: string, source: Effect.Effect<never, never, R>): Effect.Effect<never, never, R> => {
  const run = (failures: number): Effect.Effect<never, never, R> =>
    Effect.catchCause(source, (cause) =>
      Effect.gen(function* () {
        yield* Effect.logError(
          `A source of controller ${name} ended by a mistake in the program; it is started again`,
          cause
        )
        yield* Effect.sleep(yield* Backoff.delay(patience, failures))
        return yield* run(failures + 1)
      })
    )
  return run(1)
}
