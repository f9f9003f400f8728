import { Effect, Queue, type Scope } from "effect"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import { createServer as createTlsServer, type ServerOptions } from "node:https"
import type { Socket } from "node:net"
import { listening } from "../support/listening.ts"

/** A request that waits for the test to answer it. */
export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage["headers"]
  readonly body: string
  readonly socket: Socket
  readonly response: ServerResponse
  readonly answer: (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => void
}

/** A server whose answers a test gives one by one. */
export interface ScriptedServer {
  readonly url: string
  /** Waits for the next request. */
  readonly next: Effect.Effect<Asked>
  /** How many connections have been made so far. */
  readonly connections: () => number
}

/** Starts a server for the scope; with TLS where it is given a certificate. */
export const scriptedServer = (tls?: ServerOptions): Effect.Effect<ScriptedServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const asked = yield* Queue.unbounded<Asked>()
    let count = 0
    const listener = (message: IncomingMessage, response: ServerResponse) => {
      const parts: Array<Buffer> = []
      message.on("data", (part: Buffer) => parts.push(part))
      message.on("end", () => {
        Queue.offerUnsafe(asked, {
          method: message.method ?? "",
          url: message.url ?? "",
          headers: message.headers,
          body: Buffer.concat(parts).toString("utf8"),
          socket: message.socket,
          response,
          answer: (status, body, headers = {}) => {
            const text = typeof body === "string" ? body : JSON.stringify(body)
            response.writeHead(status, { "content-type": "application/json", ...headers }).end(text)
          }
        })
      })
    }
    const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
    server.on(tls === undefined ? "connection" : "secureConnection", () => {
      count += 1
    })
    const { port } = yield* listening(server)
    return {
      url: `${tls === undefined ? "http" : "https"}://127.0.0.1:${port}`,
      next: Queue.take(asked),
      connections: () => count
    }
  })
