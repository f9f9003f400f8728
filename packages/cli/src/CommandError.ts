import { Schema } from "effect"

/**
 * Why a command failed, as people are told: what happened, to what, and what to do now.
 *
 * @category errors
 * @since 0.1.0
 */
export class CommandError extends Schema.TaggedError<CommandError>()("CommandError", {
  kind: Schema.String,
  message: Schema.String,
  hint: Schema.String,
  file: Schema.optionalKey(Schema.String),
  line: Schema.optionalKey(Schema.Number),
  column: Schema.optionalKey(Schema.Number),
  exit: Schema.optionalKey(Schema.Number)
}) {}
