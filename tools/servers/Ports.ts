import { createServer, type Server } from "node:net"
import { Effect } from "effect"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"

/**
 * Finds free ports on the loopback address, all different.
 *
 * **Gotchas**
 *
 * The ports are held together and then released, so another program can take one before the server does. Whoever
 * starts a server on them tries again once with new ones.
 *
 * @category operations
 * @since 0.1.0
 */
export const freePorts = (count: number): Effect.Effect<ReadonlyArray<number>> =>
  Effect.scoped(Effect.all(Array.from({ length: count }, () => heldPort)))

const heldPort = Effect.map(
  Effect.acquireRelease(
    Effect.callback<Server>((resume) => {
      const server = createServer()
      server.once("error", (error) => resume(Effect.die(error)))
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.callback<void>((resume) => void server.close(() => resume(Effect.void)))
  ),
  (server) => {
    const address = server.address()
    if (address === null || typeof address === "string") throw new Error("a listening server has an address")
    return address.port
  }
)

/**
 * Starts a server once more, with other ports, when another program had taken one before the server bound it.
 *
 * @category operations
 * @since 0.1.0
 */
export const retryTakenPorts: <A, R>(
  start: Effect.Effect<A, ServerFailed | ServerUnavailable, R>
) => Effect.Effect<A, ServerFailed | ServerUnavailable, R> = Effect.retry({
  times: 1,
  while: (error: ServerFailed | ServerUnavailable) =>
    error._tag === "ServerFailed" && /address already in use|cannot bind socket/iu.test(error.log)
})
