import { Data, Effect, Schedule } from "effect"
import { onLiveClock } from "../../servers/LiveClock.ts"

class NeverTrue extends Data.TaggedError("NeverTrue")<{ readonly what: string }> {}

/** Waits until something has become true, for ten seconds. */
export const until = (what: string, isTrue: () => boolean): Effect.Effect<void, NeverTrue> =>
  Effect.suspend(() => (isTrue() ? Effect.void : Effect.fail(new NeverTrue({ what })))).pipe(
    Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 500 }),
    onLiveClock
  )
