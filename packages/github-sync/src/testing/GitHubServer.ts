/**
 * An in-process GitHub behind a real socket.
 *
 * @since 0.1.0
 */
import { Effect, Schema, type Scope } from "effect"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { GitHubEmulator, type Emulator, type GitHubEmulatorOptions } from "./GitHubEmulator.ts"

/**
 * Settings of an in-process GitHub behind a socket.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubServerOptions extends GitHubEmulatorOptions {
  /** The address to listen at, `127.0.0.1` if left out. */
  readonly host?: string
  /** The port to listen at; a free one if left out or 0. */
  readonly port?: number
}

/**
 * An in-process GitHub that listens.
 *
 * @category models
 * @since 0.1.0
 */
export interface GitHubServer {
  readonly url: URL
  readonly emulator: Emulator
}

/**
 * The address can't be listened at. Whoever chose it has to choose another one.
 *
 * @category errors
 * @since 0.1.0
 */
export class GitHubServerError extends Schema.TaggedError<GitHubServerError>()("GitHubServerError", {
  host: Schema.String,
  port: Schema.Int,
  because: Schema.String
}) {
  override get message(): string {
    return `could not listen at ${this.host}:${this.port}: ${this.because}; choose another address`
  }
}

/**
 * Starts an in-process GitHub at an address. It ends with the scope.
 *
 * **Details**
 *
 * Connections that are open at the end are closed. Where a fault breaks a connection, the socket is really destroyed.
 *
 * @category servers
 * @since 0.1.0
 */
export const serve = (options: GitHubServerOptions = {}): Effect.Effect<GitHubServer, GitHubServerError, Scope.Scope> =>
  Effect.gen(function* () {
    const emulator = yield* GitHubEmulator.make(options)
    const run = Effect.runForkWith(yield* Effect.context())
    const server = createServer((incoming, outgoing) => {
      const fiber = run(answer(emulator, incoming, outgoing))
      outgoing.on("close", () => fiber.interruptUnsafe())
    })
    const host = options.host ?? "127.0.0.1"
    yield* Effect.acquireRelease(listen(server, host, options.port ?? 0), () => close(server))
    const address = server.address()
    const port = typeof address === "object" && address !== null ? address.port : 0
    return { url: new URL(`http://${host.includes(":") ? `[${host}]` : host}:${port}`), emulator }
  })

const listen = (server: Server, host: string, port: number): Effect.Effect<void, GitHubServerError> =>
  Effect.callback((resume) => {
    server.once("error", (error) => resume(Effect.fail(new GitHubServerError({ host, port, because: error.message }))))
    server.listen(port, host, () => resume(Effect.void))
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

const answer = (emulator: Emulator, incoming: IncomingMessage, outgoing: ServerResponse): Effect.Effect<void> =>
  Effect.gen(function* () {
    const body = yield* Effect.promise(() => readBody(incoming))
    const response = yield* emulator.handle(toRequest(incoming, body))
    const text = yield* Effect.promise(() => response.text())
    outgoing.writeHead(response.status, Object.fromEntries(response.headers))
    outgoing.end(text)
  }).pipe(Effect.catch(() => Effect.sync(() => void incoming.socket.destroy())))

const readBody = async (incoming: IncomingMessage): Promise<Buffer<ArrayBuffer>> => {
  const chunks: Array<Uint8Array> = []
  for await (const chunk of incoming) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const toRequest = (incoming: IncomingMessage, body: Buffer<ArrayBuffer>): Request => {
  const method = incoming.method ?? "GET"
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming.headersDistinct)) {
    for (const one of value ?? []) headers.append(name, one)
  }
  return new Request(new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "localhost"}`), {
    method,
    headers,
    ...(method === "GET" || method === "HEAD" ? {} : { body })
  })
}
