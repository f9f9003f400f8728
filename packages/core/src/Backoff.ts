/**
 * Delays between attempts: exponential, capped, with full jitter.
 *
 * Full jitter draws each delay evenly from zero to the exponential bound, so that many clients that failed together do
 * not come back together. Use `delay` where a queue counts the failures of a key itself, `schedule` with `Effect.retry`.
 *
 * @since 0.1.0
 */
import { Duration, Effect, Random, Schedule } from "effect"
import { isTreatable } from "./Treatment.ts"

/**
 * How delays grow.
 *
 * @category models
 * @since 0.1.0
 */
export interface Backoff {
  /** The bound of the first delay. */
  readonly base: Duration.Duration
  /** The bound that no delay exceeds. */
  readonly cap: Duration.Duration
  /** By how much the bound grows with each failure. */
  readonly factor: number
}

/**
 * Creates a backoff; what is left out is 500 ms doubling up to 5 minutes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  options: { readonly base?: Duration.Input; readonly cap?: Duration.Input; readonly factor?: number } = {}
): Backoff => ({
  base: Duration.fromInputUnsafe(options.base ?? "500 millis"),
  cap: Duration.fromInputUnsafe(options.cap ?? "5 minutes"),
  factor: options.factor ?? 2
})

/**
 * Returns the longest delay that may follow the given number of failures in a row, counted from 1.
 *
 * @category delays
 * @since 0.1.0
 */
export const bound = (backoff: Backoff, failures: number): Duration.Duration =>
  Duration.millis(
    Math.min(
      Duration.toMillis(backoff.cap),
      Duration.toMillis(backoff.base) * backoff.factor ** Math.min(Math.max(failures, 1) - 1, 64)
    )
  )

/**
 * Draws the delay after the given number of failures in a row: evenly from zero to `bound`.
 *
 * @category delays
 * @since 0.1.0
 */
export const delay = (backoff: Backoff, failures: number): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.next, (random) => Duration.times(bound(backoff, failures), random))

/**
 * Returns the backoff as a schedule for `Effect.retry`.
 *
 * **Details**
 *
 * `times` is the number of attempts after the first one; without it there is no limit. An error that carries a
 * treatment is respected: only `retry` is tried again, and a delay the other side asked for replaces a shorter one.
 * Errors without a treatment are always tried again.
 *
 * **Example** (Trying a call three more times)
 *
 * ```ts
 * import { Backoff } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const patient = Effect.retry(Effect.fail("unreachable"), Backoff.schedule(Backoff.make({ base: "1 second" }), { times: 3 }))
 * ```
 *
 * @category schedules
 * @since 0.1.0
 */
export const schedule = (
  backoff: Backoff = make(),
  options: { readonly times?: number } = {}
): Schedule.Schedule<number> =>
  Schedule.forever.pipe(
    Schedule.setInputType<unknown>(),
    Schedule.upTo({ times: options.times }),
    Schedule.while(({ input }) => !isTreatable(input) || input.treatment._tag === "retry"),
    Schedule.modifyDelay(({ attempt, input }) =>
      Effect.map(delay(backoff, attempt), (drawn) =>
        isTreatable(input) && input.treatment._tag === "retry" && input.treatment.after !== undefined
          ? Duration.max(drawn, input.treatment.after)
          : drawn
      )
    )
  )
