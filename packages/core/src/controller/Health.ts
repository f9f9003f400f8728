/**
 * What a program answers when it is asked whether it is alive, and whether it is ready.
 *
 * @since 0.1.0
 */
import { Clock, Context, Effect, Layer, type Scope } from "effect"

/**
 * Something that must be the case.
 *
 * @category models
 * @since 0.1.0
 */
export interface HealthCheck {
  readonly name: string
  /** What is wrong, in a few words; nothing if all is well. */
  readonly problem: Effect.Effect<string | undefined>
}

/**
 * What came of all checks.
 *
 * @category models
 * @since 0.1.0
 */
export interface HealthReport {
  readonly isWell: boolean
  readonly problems: ReadonlyArray<{ readonly name: string; readonly problem: string }>
}

/**
 * Collects the checks of everything that runs.
 *
 * **Details**
 *
 * - Ready: everything that has to be known is known, so that this replica could take work. It doesn't need to lead.
 * - Alive: it makes no sense to start the program again. What lies outside, such as a server that can't be reached, never
 *   belongs here: a new start would not mend it.
 *
 * A check ends with the scope it was added in.
 *
 * **Example** (A check of one's own)
 *
 * ```ts
 * import { Health } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const program = Effect.gen(function* () {
 *   const health = yield* Health
 *   yield* health.addReadiness({ name: "license", problem: Effect.succeed("it has expired") })
 *   return yield* health.readiness
 * }).pipe(Effect.scoped, Effect.provide(Health.layer))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Health extends Context.Service<
  Health,
  {
    addReadiness(check: HealthCheck): Effect.Effect<void, never, Scope.Scope>
    addLiveness(check: HealthCheck): Effect.Effect<void, never, Scope.Scope>
    /** Whether this replica could take work. */
    readonly readiness: Effect.Effect<HealthReport>
    /** Whether the program works at all. */
    readonly liveness: Effect.Effect<HealthReport>
  }
>()("@lockstep/core/controller/Health") {
  /**
   * Provides a collection with one check of liveness: that the program still gets to what is due.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<Health> = Layer.effect(
    Health,
    Effect.gen(function* () {
      const readiness = new Set<HealthCheck>()
      const liveness = new Set<HealthCheck>()
      const add = (checks: Set<HealthCheck>) => (check: HealthCheck) =>
        Effect.acquireRelease(
          Effect.sync(() => void checks.add(check)),
          () => Effect.sync(() => void checks.delete(check))
        )
      liveness.add(yield* heartbeat)
      return Health.of({
        addReadiness: add(readiness),
        addLiveness: add(liveness),
        readiness: report(readiness),
        liveness: report(liveness)
      })
    })
  )
}

const report = (checks: ReadonlySet<HealthCheck>): Effect.Effect<HealthReport> =>
  Effect.map(
    Effect.suspend(() =>
      Effect.forEach([...checks], ({ name, problem }) =>
        Effect.map(
          Effect.catchDefect(problem, () => Effect.succeed("its check failed")),
          (found) => ({ name, problem: found })
        )
      )
    ),
    (results) => {
      const problems = results.flatMap(({ name, problem }) => (problem === undefined ? [] : [{ name, problem }]))
      return { isWell: problems.length === 0, problems }
    }
  )

const beat = 1000

/** So much later than it was due, the last beat is taken for a sign that nothing gets its turn. */
const latest = 30_000

/** A program that is so busy with one thing that nothing else gets its turn is not alive, although it may answer. */
const heartbeat = Effect.gen(function* () {
  let last = yield* millis
  yield* Effect.forkScoped(
    Effect.forever(
      Effect.map(Effect.andThen(Effect.sleep(beat), millis), (now) => {
        last = now
      })
    )
  )
  return {
    name: "event loop",
    problem: Effect.map(millis, (now) =>
      now - last > beat + latest
        ? `what is due comes ${Math.round((now - last - beat) / 1000)} seconds late`
        : undefined
    )
  }
})

const millis = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n))
