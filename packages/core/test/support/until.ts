import { Effect } from "effect"
import { TestClock } from "effect/testing"

/** Lets the others work and time go by, second by second, until something is the case; dies when it never is. */
export const until = (condition: () => boolean, limit = 3600): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let second = 0; second < limit; second++) {
      yield* breathe
      if (condition()) return
      yield* TestClock.adjust("1 second")
    }
    return yield* Effect.die(new Error(`it was not the case within ${limit} seconds`))
  })

/** Lets the others work for a while without time going by. */
export const breathe = Effect.replicateEffect(Effect.yieldNow, 20, { discard: true })
