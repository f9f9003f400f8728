import { Effect } from "effect"
import { TestClock } from "effect/testing"

/** Lets the others work and time go by, second by second, until something is the case; dies when it never is. */
export const until = <R = never>(
  condition: (() => boolean) | Effect.Effect<boolean, never, R>,
  limit = 3600
): Effect.Effect<void, never, R> =>
  Effect.gen(function* () {
    const holds = Effect.isEffect(condition) ? condition : Effect.sync(condition)
    for (let second = 0; second < limit; second++) {
      yield* breathe
      if (yield* holds) return
      yield* TestClock.adjust("1 second")
    }
    return yield* Effect.die(new Error(`it was not the case within ${limit} seconds`))
  })

/** Lets the others work for a while without time going by. */
export const breathe = Effect.replicateEffect(Effect.yieldNow, 20, { discard: true })
