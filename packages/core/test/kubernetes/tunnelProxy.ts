import { Effect } from "effect"
import { createServer } from "node:http"
import { connect, type AddressInfo, type Socket } from "node:net"

/** A proxy that makes tunnels (`CONNECT`), and remembers to where. */
export const tunnelProxy = Effect.gen(function* () {
  const asked: Array<string> = []
  const sockets = new Set<Socket>()
  const server = createServer()
  server.on("connection", (socket) => sockets.add(socket))
  server.on("connect", (request, socket) => {
    const target = new URL(`tcp://${request.url ?? ""}`)
    asked.push(target.host)
    const onward = connect(Number(target.port), target.hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
      onward.pipe(socket)
      socket.pipe(onward)
    })
    onward.on("error", () => socket.destroy())
    socket.on("error", () => onward.destroy())
    sockets.add(onward)
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.void))
    }),
    () =>
      Effect.callback<void>((resume) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resume(Effect.void))
      })
  )
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, asked }
})
