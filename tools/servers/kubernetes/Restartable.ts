import { Effect, Scope } from "effect"
import type { ServerFailed } from "../ServerError.ts"
import type { ServerProcess } from "../ServerProcess.ts"

/**
 * A server that a test can take away and bring back on the same port, with the same data.
 *
 * @category models
 * @since 0.1.0
 */
export interface Restartable {
  /** The process that runs now, or ran last. */
  readonly process: Effect.Effect<ServerProcess>
  /** Kills it as a crash would. */
  readonly kill: Effect.Effect<void>
  /** Kills it when it runs, starts it again, and waits until it is ready. */
  readonly restart: Effect.Effect<void, ServerFailed>
}

/**
 * Starts a server and keeps how it was started.
 *
 * @category constructors
 * @since 0.1.0
 */
export const restartable = Effect.fnUntraced(function* (
  start: Effect.Effect<ServerProcess, ServerFailed, Scope.Scope>
): Effect.fn.Return<Restartable, ServerFailed, Scope.Scope> {
  const scope = yield* Scope.Scope
  let current = yield* start
  const kill = Effect.suspend(() => current.kill)
  return {
    process: Effect.sync(() => current),
    kill,
    restart: Effect.gen(function* () {
      yield* kill
      current = yield* Scope.provide(start, scope)
    })
  }
})
