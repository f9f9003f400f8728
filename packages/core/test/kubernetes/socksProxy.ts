import { Effect } from "effect"
import { connect, createServer } from "node:net"
import { join, listening } from "../support/listening.ts"

/** A SOCKS5 proxy without passwords, which remembers to where it was asked to connect. */
export const socksProxy = Effect.gen(function* () {
  const asked: Array<string> = []
  const server = createServer((socket) => {
    // The greeting, which we answer with "no password", and then where to.
    socket.once("data", () => {
      socket.write(Buffer.of(5, 0))
      socket.once("data", (request: Buffer) => {
        const { host, port } = targetOf(request)
        asked.push(`${host}:${port}`)
        const onward = connect(port, host, () => {
          socket.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0))
        })
        join(socket, onward)
      })
    })
  })
  const { port } = yield* listening(server)
  return { url: `socks5://127.0.0.1:${port}`, asked }
})

/** An IPv4 address (type 1) or a name (type 3), and a port behind it. */
const targetOf = (request: Buffer) => {
  const isName = request[3] === 3
  const end = isName ? 5 + (request[4] ?? 0) : 8
  const host = isName ? request.subarray(5, end).toString() : [...request.subarray(4, end)].join(".")
  return { host, port: request.readUInt16BE(end) }
}
