import { Effect, type Scope } from "effect"
import type { IncomingMessage } from "node:http"
import { Agent, request as requestTls } from "node:https"

/** Sends what a proxy was asked on to a server, and waits for the head of its answer. */
export type Onward = (request: IncomingMessage, body: Buffer) => Promise<IncomingMessage>

/** The way from a proxy to an API server, for the scope. */
export const onwardTo = (server: {
  readonly url: string
  readonly ca: string
}): Effect.Effect<Onward, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => new Agent({ keepAlive: true, ca: server.ca, maxSockets: 64 })),
      (agent) => Effect.sync(() => agent.destroy())
    ),
    (agent) => (request, body) =>
      new Promise((resolve, reject) => {
        const { host: _, connection: __, ...headers } = request.headers
        const sent = requestTls(`${server.url}${request.url ?? ""}`, { method: request.method, headers, agent })
        sent.on("response", resolve)
        sent.on("error", reject)
        sent.end(body)
      })
  )
