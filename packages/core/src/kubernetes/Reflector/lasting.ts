import { Cause, Deferred, type Duration, Effect, Stream } from "effect"

/**
 * Ends a stream after a time, with an error where one is given, whatever it waits for then.
 *
 * As `Stream.interruptWhen` does; but nothing stands between the stream and its reader, so that a stream which tells much is
 * not told twice.
 */
export const lasting =
  <E2 = never>(lifetime: Duration.Input, atEnd: Effect.Effect<void, E2> = Effect.void) =>
  <A, E, R>(self: Stream.Stream<A, E, R>): Stream.Stream<A, E | E2, R> =>
    Stream.transformPull(self, (pull, scope) => {
      const over = Deferred.makeUnsafe<never, E2 | Cause.Done>()
      const end = Effect.andThen(Effect.sleep(lifetime), Effect.andThen(atEnd, Cause.done()))
      return Effect.as(Effect.forkIn(Deferred.into(over)(end), scope), Effect.raceFirst(pull, Deferred.await(over)))
    })
