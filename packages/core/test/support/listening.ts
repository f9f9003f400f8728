import { Effect, type Scope } from "effect"
import type { AddressInfo, Server, Socket } from "node:net"
import type { Duplex } from "node:stream"

/** Lets a server listen on a free port of this machine for the scope, and cuts whatever is connected at its end. */
export const listening = (
  server: Server
): Effect.Effect<{ readonly port: number; readonly connected: ReadonlySet<Socket> }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const connected = new Set<Socket>()
    server.on("connection", (socket: Socket) => {
      connected.add(socket)
      socket.on("close", () => connected.delete(socket))
    })
    yield* Effect.acquireRelease(
      Effect.callback<void>((resume) => {
        server.listen(0, "127.0.0.1", () => resume(Effect.void))
      }),
      () =>
        Effect.callback<void>((resume) => {
          for (const socket of connected) socket.destroy()
          server.close(() => resume(Effect.void))
        })
    )
    const { port } = server.address() as AddressInfo
    return { port, connected }
  })

/** Carries bytes both ways between two connections once the second is there; the end of one is the end of both. */
export const join = (one: Duplex, other: Socket): void => {
  other.once("connect", () => {
    one.pipe(other)
    other.pipe(one)
  })
  for (const [from, to] of [
    [one, other],
    [other, one]
  ] as const) {
    from.on("error", () => to.destroy())
    from.on("close", () => to.destroy())
  }
}
