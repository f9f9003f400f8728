/**
 * A controller that is started anew whenever what it is told changes.
 */
import type { Controller } from "@lockstep/core"
import { Deferred, Effect, Exit, Scope, Semaphore } from "effect"

/** A controller, and how it is started anew. */
export interface Reloading<A, R> {
  readonly controller: Controller.Controller
  /** Ends the one that runs, lets what it has begun finish, and starts another one. */
  readonly reload: (told: A) => Effect.Effect<void, never, R>
}

/**
 * Creates one that does nothing until it is told what to do. It ends with the scope, as the controllers that it starts do.
 */
export const make = <A, R>(
  name: string,
  start: (told: A) => Effect.Effect<Controller.Controller, never, R | Scope.Scope>
): Effect.Effect<Reloading<A, R>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const outer = yield* Scope.Scope
    const turns = yield* Semaphore.make(1)
    const begun = Deferred.makeUnsafe<void>()
    let running: { readonly controller: Controller.Controller; readonly scope: Scope.Closeable } | undefined

    const onRunning = <B>(use: (controller: Controller.Controller) => Effect.Effect<B>) =>
      Effect.andThen(
        Deferred.await(begun),
        Effect.suspend(() => (running === undefined ? Effect.never : use(running.controller)))
      )

    return {
      reload: (told) =>
        turns.withPermit(
          Effect.gen(function* () {
            if (running !== undefined) yield* Scope.close(running.scope, Exit.void)
            const scope = yield* Scope.fork(outer)
            running = { scope, controller: yield* Scope.provide(start(told), scope) }
            Deferred.doneUnsafe(begun, Effect.void)
          })
        ),
      controller: {
        name,
        enqueue: (key) => onRunning((controller) => controller.enqueue(key)),
        synced: onRunning((controller) => controller.synced),
        isSynced: Effect.suspend(() => running?.controller.isSynced ?? Effect.succeed(false)),
        troubles: Effect.suspend(() => running?.controller.troubles ?? Effect.succeed([])),
        idle: onRunning((controller) => controller.idle)
      }
    }
  })
