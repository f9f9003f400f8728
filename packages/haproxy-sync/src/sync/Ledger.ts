import { Effect, Exit } from "effect"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import { bodyOf, type RawConfiguration } from "../dataplane/RawConfiguration.ts"
import type { ChangeRecord } from "../journal/JournalRecord.ts"
import type { SyncResult } from "../SyncResult.ts"
import { writtenVersion } from "./verify.ts"

/**
 * Deletes the transactions that a lockstep has begun and left behind, those of processes that are gone; answers which of their changes
 * are still open. Transactions of others are left alone.
 *
 * @category execution
 * @since 0.1.0
 */
export const cleanUp = Effect.gen(function* () {
  const client = yield* DataplaneClient
  const { changes, transactions } = yield* client.journal.left
  yield* Effect.forEach(
    transactions,
    ({ id }) =>
      client.abort(id).pipe(
        Effect.andThen(Effect.logInfo(`deleted the transaction ${id}, which a lockstep that is gone had left behind`)),
        Effect.catch(({ message }) =>
          Effect.logWarning(`the transaction ${id}, which a lockstep had left behind, can't be deleted: ${message}`)
        )
      ),
    { discard: true }
  )
  return changes
})

/**
 * What a synchronization writes down, so that the next one knows what this one left open, also where its process is killed.
 *
 * @category execution
 * @since 0.1.0
 */
export interface Ledger {
  /** It is not known whether HAProxy runs what is stored. */
  readonly unsettled: boolean
  /** What HAProxy ran with before what was left open, where the server still has that; else what it holds. */
  readonly goodOf: (held: RawConfiguration) => Effect.Effect<RawConfiguration>
  /** To be called before anything is sent on top of what the server holds. */
  readonly sending: (held: RawConfiguration) => Effect.Effect<void>
  /** To be called at the end, whatever it is. */
  readonly close: (exit: Exit.Exit<SyncResult, unknown>) => Effect.Effect<void>
}

/** Whether HAProxy is known to run what is stored. */
const settles = ({ reloads, status, success, unsettled }: SyncResult): boolean =>
  unsettled === undefined && (success || status === "rolled-back" || (status === "partial" && reloads > 0))

/**
 * Opens the ledger of a synchronization that finds some changes open.
 *
 * @category execution
 * @since 0.1.0
 */
export const openLedger = Effect.fnUntraced(function* (left: ReadonlyArray<ChangeRecord>) {
  const { backup, journal } = yield* DataplaneClient
  let own: { readonly id: string; readonly good: ChangeRecord["good"] } | undefined
  const [oldest] = left
  return {
    unsettled: oldest !== undefined,
    goodOf: Effect.fnUntraced(function* (held: RawConfiguration) {
      // Another version is not what was left behind: somebody else has been here since, and theirs must not be undone.
      if (oldest?.good.digest === undefined || held.version !== oldest.good.version + 1) return held
      const text = yield* Effect.option(backup(oldest.good.version))
      const same = text._tag === "Some" && (yield* journal.digest(bodyOf(text.value))) === oldest.good.digest
      return same ? { ...held, text: text.value } : held
    }),
    sending: Effect.fnUntraced(function* (held: RawConfiguration) {
      if (own !== undefined) return
      const digest = yield* journal.digest(bodyOf(held.text))
      const good = oldest?.good ?? {
        version: writtenVersion(held.text),
        ...(digest === undefined ? {} : { digest })
      }
      own = { good, id: yield* journal.sending(good) }
    }),
    close: Effect.fnUntraced(function* (exit: Exit.Exit<SyncResult, unknown>) {
      const result = Exit.isSuccess(exit) ? exit.value : undefined
      if (own !== undefined) {
        if (result === undefined) yield* journal.unsettled(own.id, own.good, "reload")
        else if (result.unsettled === undefined) yield* journal.settled(own.id)
        else yield* journal.unsettled(own.id, own.good, result.unsettled)
      }
      if (result !== undefined && settles(result)) {
        yield* Effect.forEach(left, ({ id }) => journal.settled(id), { discard: true })
      }
    })
  } satisfies Ledger
})
