import { Effect } from "effect"

const turn = Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))

/** Reads again and again, whenever something else had its turn, until a condition holds. */
export const until = <A, E, R>(
  read: Effect.Effect<A, E, R>,
  condition: (value: A) => boolean
): Effect.Effect<A, E, R> => Effect.filterOrElse(read, condition, () => Effect.andThen(turn, until(read, condition)))
