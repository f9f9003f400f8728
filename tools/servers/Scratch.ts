import { randomBytes } from "node:crypto"
import { mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, type Scope } from "effect"
import { keepDirectory } from "./guard/Guard.ts"
import { ServerFailed } from "./ServerError.ts"

/** A unix socket's path may have 107 bytes; HAProxy adds up to 12 while it binds. */
const longestDirectory = 70

/**
 * Makes a directory for one server. It is removed with the scope, and with this process if that dies first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scratchDirectory = Effect.fnUntraced(function* (
  server: string
): Effect.fn.Return<string, ServerFailed, Scope.Scope> {
  const directory = join(tmpdir(), `lockstep-${randomBytes(6).toString("hex")}`)
  if (Buffer.byteLength(directory) > longestDirectory) {
    return yield* new ServerFailed({
      server,
      reason: `the path ${directory} is too long for unix sockets. Set TMPDIR to a shorter one.`,
      log: ""
    })
  }
  yield* keepDirectory(directory)
  yield* Effect.try({
    try: () => mkdirSync(directory, { mode: 0o700 }),
    catch: (cause) => new ServerFailed({ server, reason: `no directory could be made: ${String(cause)}`, log: "" })
  })
  return directory
})
