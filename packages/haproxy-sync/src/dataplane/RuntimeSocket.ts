import { Duration, Effect } from "effect"
import { createConnection } from "node:net"
import { DataplaneError } from "./DataplaneError.ts"

/**
 * The runtime socket of a HAProxy on this machine, for what its Data Plane API has no requests for.
 *
 * @category services
 * @since 0.1.0
 */
export interface RuntimeSocket {
  /** Sends one command, with a payload where it takes one, and answers all that comes back; what HAProxy says is left to be judged. */
  readonly execute: (command: string, payload?: string) => Effect.Effect<string, DataplaneError>
}

/** HAProxy reads a command into one of its buffers, of 16 KB, and cuts off the rest without a word. */
const longest = 16_000

/** HAProxy answers within milliseconds, or not at all. */
const limit = Duration.seconds(10)

/** The first words of a command: what follows may be a certificate. */
const nameOf = (command: string): string => `runtime socket: ${command.split(" ").slice(0, 3).join(" ")}`

const failure = (reason: "Unreachable" | "UnknownOutcome" | "Refused", command: string, serverMessage: string) =>
  new DataplaneError({ reason, request: nameOf(command), serverMessage })

/**
 * Returns the socket at a path. Each command has a connection of its own.
 *
 * @category services
 * @since 0.1.0
 */
export const runtimeSocketAt = (path: string): RuntimeSocket => ({
  execute: (command, payload) => {
    const text = payload === undefined ? `${command}\n` : `${command} <<\n${payload.replace(/\n+$/, "")}\n\n`
    if (/[\n;]/.test(command) || /\n\n/.test(payload?.trim() ?? "")) {
      return Effect.fail(failure("Refused", command, "it can't be sent as one command"))
    }
    if (Buffer.byteLength(text) > longest) {
      return Effect.fail(failure("Refused", command, "it is longer than HAProxy reads at once"))
    }
    return Effect.callback<string, DataplaneError>((resume) => {
      const chunks: Array<Buffer> = []
      const connection = createConnection(path)
      let sent = false
      connection.on("connect", () => {
        sent = true
        connection.end(text)
      })
      connection.on("data", (chunk) => chunks.push(chunk))
      connection.on("error", ({ message }) =>
        resume(Effect.fail(failure(sent ? "UnknownOutcome" : "Unreachable", command, message)))
      )
      connection.on("close", () => resume(Effect.succeed(Buffer.concat(chunks).toString("utf8").trim())))
      return Effect.sync(() => connection.destroy())
    }).pipe(
      Effect.timeoutOrElse({
        duration: limit,
        orElse: () => Effect.fail(failure("UnknownOutcome", command, `no answer within ${Duration.format(limit)}`))
      })
    )
  }
})
