import { Effect } from "effect"
import { createServer } from "node:http"
import { connect } from "node:net"
import { join, listening } from "../support/listening.ts"

/** A proxy that makes tunnels (`CONNECT`), and remembers to where. */
export const tunnelProxy = Effect.gen(function* () {
  const asked: Array<string> = []
  const server = createServer()
  server.on("connect", (request, socket) => {
    const target = new URL(`tcp://${request.url ?? ""}`)
    asked.push(target.host)
    const onward = connect(Number(target.port), target.hostname, () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n")
    })
    join(socket, onward)
  })
  const { port } = yield* listening(server)
  return { url: `http://127.0.0.1:${port}`, asked }
})
