import { Schema } from "effect"
import { Owner } from "./Owner.ts"

const at = {
  id: Schema.String,
  /** When it was written down, in milliseconds since 1970. */
  at: Schema.Number,
  by: Owner,
  /** Its process could not end it, and does not try any more. */
  left: Schema.Boolean
}

/** A transaction that was begun and has not ended. */
export const TransactionRecord = Schema.Struct({
  kind: Schema.Literal("transaction"),
  ...at,
  /** The version it was begun on. */
  version: Schema.Number
})

/**
 * A change that was sent, and of which it is not known yet whether HAProxy runs what is stored.
 *
 * **Details**
 *
 * `open` tells what is to be done: `reload` to see whether HAProxy takes what is stored, or `rollback` since it did not, and what was
 * there before could not be put back. `good` is the configuration that HAProxy ran with before: its version, of which the server may
 * keep a backup, and a digest by which that is known.
 */
export const ChangeRecord = Schema.Struct({
  kind: Schema.Literal("change"),
  ...at,
  open: Schema.Literals(["reload", "rollback"]),
  good: Schema.Struct({ version: Schema.Number, digest: Schema.optionalKey(Schema.String) })
})

/** What was last stored of a file that can't be read back, as a digest. */
export const SentRecord = Schema.Struct({
  kind: Schema.Literal("sent"),
  id: Schema.String,
  digest: Schema.String
})

/** All that a journal holds. */
export const JournalRecord = Schema.Union([TransactionRecord, ChangeRecord, SentRecord])

/**
 * A transaction that was begun and has not ended.
 *
 * @category models
 * @since 0.1.0
 */
export type TransactionRecord = typeof TransactionRecord.Type

/**
 * A change of which it is not known yet whether HAProxy runs it: `reload` says that nobody saw the end of one, `rollback` that what
 * HAProxy did not take could not be taken back.
 *
 * @category models
 * @since 0.1.0
 */
export type ChangeRecord = typeof ChangeRecord.Type

/**
 * What was last stored of a file that can't be read back, as a digest.
 *
 * @category models
 * @since 0.1.0
 */
export type SentRecord = typeof SentRecord.Type

/**
 * What a journal holds.
 *
 * @category models
 * @since 0.1.0
 */
export type JournalRecord = typeof JournalRecord.Type

/** What a record is found by. */
export type RecordKey = Pick<JournalRecord, "kind" | "id">
