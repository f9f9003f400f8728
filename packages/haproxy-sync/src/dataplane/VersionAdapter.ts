import { Backoff } from "@lockstep/core"
import { Duration, Effect, Schedule } from "effect"
import { DataplaneClient } from "./DataplaneClient.ts"
import { DataplaneError } from "./DataplaneError.ts"
import type { WriteResult } from "./WriteResult.ts"

/**
 * An open transaction: requests that carry its id take effect together when it is committed.
 *
 * @category models
 * @since 0.1.0
 */
export interface Transaction {
  readonly id: string
  /** The version it was begun on. */
  readonly version: number
}

/** Short: whoever was faster is done by then. */
export const conflictBackoff = Backoff.make({ base: "50 millis", cap: "5 seconds" })

/** How long a transaction that nobody wants any more may take to be deleted. */
const cleanupTimeout = Duration.seconds(5)

/** How long it is waited for one of the server's transactions to be ended by others. */
const patience = { schedule: Schedule.spaced("500 millis"), times: 10 }

/**
 * Runs a function inside a transaction and commits it.
 *
 * **Details**
 *
 * Reads the version, begins, runs, commits. The transaction is deleted when the function fails or is interrupted, with a deadline of
 * its own, so that none is left behind; one that nothing was written into is deleted too, because its commit would reload HAProxy.
 * While the server has as many transactions open as it allows, those that nobody can commit any more are deleted, and it is asked
 * again for a few seconds. When somebody else changed the
 * configuration in between, the whole is done again, after a jittered delay: `retries` counts the attempts after the first one, and a
 * negative number means no limit (it stays interruptible).
 *
 * **Example** (Three more attempts)
 *
 * ```ts
 * import { VersionAdapter } from "@lockstep/haproxy-sync"
 * import { Effect } from "effect"
 *
 * const program = VersionAdapter.executeTransaction((transaction) => Effect.log(transaction.id), 3)
 * ```
 *
 * @category transactions
 * @since 0.1.0
 */
export const executeTransaction = <A, E, R>(
  run: (transaction: Transaction) => Effect.Effect<A, E, R>,
  retries: number
): Effect.Effect<
  { readonly value: A; readonly commit: WriteResult; readonly attempts: number },
  E | DataplaneError,
  R | DataplaneClient
> => {
  const attempt = (
    count: number
  ): Effect.Effect<
    { readonly value: A; readonly commit: WriteResult; readonly attempts: number },
    E | DataplaneError,
    R | DataplaneClient
  > =>
    Effect.catchIf(
      Effect.map(onceInTransaction(run), (result) => ({ ...result, attempts: count })),
      isVersionConflict,
      (error) =>
        retries >= 0 && count > retries
          ? Effect.fail(error)
          : Effect.flatMap(Backoff.delay(conflictBackoff, count), (wait) => Effect.delay(attempt(count + 1), wait))
    )
  return attempt(1)
}

/**
 * Runs a function inside one transaction, without another attempt.
 *
 * @category transactions
 * @since 0.1.0
 */
export const onceInTransaction = <A, E, R>(
  run: (transaction: Transaction) => Effect.Effect<A, E, R>,
  onVersion?: number
): Effect.Effect<{ readonly value: A; readonly commit: WriteResult }, E | DataplaneError, R | DataplaneClient> =>
  Effect.gen(function* () {
    const client = yield* DataplaneClient
    const version = onVersion ?? (yield* client.version)
    const abandon = (id: string) => client.abort(id).pipe(Effect.timeout(cleanupTimeout), Effect.ignore)
    const begin = client.begin(version).pipe(
      Effect.tapError(({ reason }) =>
        reason === "TooManyTransactions" ? Effect.ignore(client.dropStale) : Effect.void
      ),
      Effect.retry({ ...patience, while: ({ reason }) => reason === "TooManyTransactions" })
    )
    return yield* Effect.acquireUseRelease(
      begin,
      Effect.fnUntraced(function* (id) {
        const value = yield* run({ id, version })
        if (yield* client.isTouched(id)) return { value, commit: yield* client.commit(id) }
        yield* client.abort(id)
        return { value, commit: { status: 204, reloadTriggered: false, version } }
      }),
      // A commit whose answer was lost must not be undone by deleting: deleting what is committed does nothing.
      (id, exit) => (exit._tag === "Success" ? Effect.void : abandon(id))
    )
  })

/**
 * Reports whether an error means that somebody else was faster: everything has to be read and decided again.
 *
 * @category guards
 * @since 0.1.0
 */
export const isVersionConflict = (error: unknown): boolean =>
  error instanceof DataplaneError && (error.reason === "VersionConflict" || error.reason === "TransactionGone")

/**
 * Begins, runs, commits or deletes; and again when somebody else was faster.
 *
 * @category transactions
 * @since 0.1.0
 */
export const VersionAdapter = { executeTransaction } as const
