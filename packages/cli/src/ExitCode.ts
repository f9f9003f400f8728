import { Runtime, Schema } from "effect"

/**
 * The exit codes of the command line.
 *
 * @category exit codes
 * @since 0.1.0
 */
export const exitCodes = { failed: 1, pending: 2, partial: 3, usage: 64, interrupted: 130 } as const

/**
 * Ends the command with an exit code after everything has been said.
 *
 * @category errors
 * @since 0.1.0
 */
export class Exit extends Schema.TaggedError<Exit>()("Exit", { code: Schema.Number }) {
  override get [Runtime.errorExitCode](): number {
    return this.code
  }
  override get [Runtime.errorReported](): boolean {
    return false
  }
}
