import { DatabaseSync } from "node:sqlite"
import { Effect, Schedule, Schema, type Scope } from "effect"

class Refused extends Schema.TaggedError<Refused>()("Refused", { cause: Schema.Defect() }) {
  /** Another connection holds the lock; everything else is a defect, such as a full disk. */
  get busy(): boolean {
    return this.cause instanceof Error && "errcode" in this.cause && this.cause.errcode === 5
  }
}

/**
 * Holds a lock file for the length of the scope. Only one process on the machine holds it at a time; the others wait.
 *
 * **Details**
 *
 * The file is an SQLite database with an exclusive transaction: the lock is the kernel's, so it ends with the process
 * however that ends, and there is never a stale one to clear away.
 *
 * @category resources
 * @since 0.1.0
 */
export const holdLock = (
  file: string,
  onWait: Effect.Effect<void> = Effect.void
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const database = yield* Effect.acquireRelease(
      Effect.sync(() => new DatabaseSync(file)),
      (open) => Effect.sync(() => open.close())
    )
    const attempt = Effect.try({
      try: () => database.exec("BEGIN EXCLUSIVE"),
      catch: (cause) => new Refused({ cause })
    })
    const patiently = Effect.retry(attempt, { schedule: Schedule.spaced("200 millis"), while: ({ busy }) => busy })
    yield* Effect.orDie(
      Effect.catch(attempt, (refused) => Effect.andThen(refused.busy ? onWait : Effect.void, patiently))
    )
  })
