import { connect } from "node:net"
import { Effect, Schema } from "effect"
import { onLiveClock } from "../LiveClock.ts"

/**
 * A HAProxy socket did not answer: nobody listens, or the answer did not end in time.
 *
 * @category errors
 * @since 0.1.0
 */
export class SocketFailed extends Schema.TaggedError<SocketFailed>()("SocketFailed", {
  path: Schema.String,
  command: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `"${this.command}" on ${this.path}: ${this.reason}`
  }
}

/**
 * Sends a command line to a HAProxy socket, the runtime one or the master's, and returns the answer as it came.
 *
 * @category operations
 * @since 0.1.0
 */
export const ask = (path: string, command: string): Effect.Effect<string, SocketFailed> =>
  Effect.callback<string, SocketFailed>((resume) => {
    const failure = (reason: string) => resume(Effect.fail(new SocketFailed({ path, command, reason })))
    // The master's socket keeps a connection open until the client has said that it sends nothing more.
    const socket = connect({ path, allowHalfOpen: true }, () => socket.end(`${command}\n`))
    const parts: Array<Buffer> = []
    socket.on("data", (part) => parts.push(part))
    socket.on("end", () => resume(Effect.succeed(Buffer.concat(parts).toString("utf8"))))
    socket.on("error", (error) => failure(error.message))
    return Effect.sync(() => socket.destroy())
  }).pipe(
    Effect.timeoutOrElse({
      duration: "10 seconds",
      orElse: () => Effect.fail(new SocketFailed({ path, command, reason: "no complete answer within 10 seconds" }))
    }),
    onLiveClock
  )
