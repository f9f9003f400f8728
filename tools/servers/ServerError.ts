import { Schema } from "effect"

/**
 * A real server can't be had on this machine. The reason is one sentence that says what is missing and what to do.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerUnavailable extends Schema.TaggedError<ServerUnavailable>()("ServerUnavailable", {
  server: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.server} can't be had: ${this.reason}`
  }
}

/**
 * A real server was there but did not start, did not become ready, or refused what a test asked of it. The end of its
 * own log is part of the message.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerFailed extends Schema.TaggedError<ServerFailed>()("ServerFailed", {
  server: Schema.String,
  reason: Schema.String,
  log: Schema.String
}) {
  override get message(): string {
    return `${this.server}: ${this.reason}${this.log === "" ? "" : `\n${this.log}`}`
  }
}
