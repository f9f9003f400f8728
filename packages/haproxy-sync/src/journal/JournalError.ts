import { Treatment } from "@lockstep/core"
import { Schema } from "effect"

/**
 * The journal can't be read or written. No synchronization fails for it: it goes on with what it can remember by itself.
 *
 * @category errors
 * @since 0.1.0
 */
export class JournalError extends Schema.TaggedError<JournalError>()("JournalError", {
  doing: Schema.Literals(["read", "written"]),
  place: Schema.String,
  because: Schema.String
}) {
  /** A full disk may be freed. */
  readonly treatment: Treatment.Treatment = Treatment.retry()

  override get message(): string {
    return `the journal in ${this.place} can't be ${this.doing} (${this.because}); check that the folder is yours and that the disk is not full`
  }
}
