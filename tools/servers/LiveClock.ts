import { Clock, Effect } from "effect"

/**
 * Runs an effect on the machine's own clock, also where a test has put a clock of its own in place: a real server does
 * not wait for a test to adjust the time.
 *
 * @category utilities
 * @since 0.1.0
 */
export const onLiveClock: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.provideService(
  Clock.Clock,
  Clock.Clock.defaultValue()
)
