import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type Duration, Effect, type Scope } from "effect"
import { locate } from "../Binaries.ts"
import type { KubernetesServer } from "../Catalog.ts"
import { Etcd } from "../Etcd.ts"
import { freePorts } from "../Ports.ts"
import { scratchDirectory } from "../Scratch.ts"
import type { ServerFailed, ServerUnavailable } from "../ServerError.ts"
import { awaitReady, startServer } from "../ServerProcess.ts"
import type { ApiAnswer, ApiRequestOptions, RequestFailed } from "./ApiRequest.ts"
import { makePki, type Pki } from "./Pki.ts"
import { type Restartable, restartable } from "./Restartable.ts"

/**
 * What an API server starts with besides its etcd, address and certificates, and how one sees that it is ready.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiServerStart {
  readonly flags: Readonly<Record<string, string | number | boolean>>
  /** Sends a request as a user who may ask for everything. */
  readonly request: (path: string, options?: ApiRequestOptions) => Effect.Effect<ApiAnswer, RequestFailed>
  /** The path that answers 200 as soon as it is ready. */
  readonly ready: string
  readonly within: Duration.Input
}

/**
 * An API server that has all it needs over an etcd, and has not been started.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiServer {
  readonly url: string
  readonly pki: Pki
  /** Writes a file of its own, which nobody else may read, and returns the path. */
  readonly write: (name: string, text: string) => string
  readonly start: (options: ApiServerStart) => Effect.Effect<Restartable, ServerFailed, Scope.Scope>
}

/**
 * Prepares an API server: its program, port, folder and certificates.
 *
 * @category constructors
 * @since 0.1.0
 */
export const prepareApiServer = Effect.fnUntraced(function* (
  name: Exclude<KubernetesServer, "etcd">
): Effect.fn.Return<ApiServer, ServerUnavailable | ServerFailed, Scope.Scope | Etcd> {
  const etcd = yield* Etcd
  const binary = yield* locate(name)
  const directory = yield* scratchDirectory(name)
  const [port] = yield* freePorts(1)
  const pki = makePki(join(directory, "pki"))
  const common = {
    "etcd-servers": etcd.url,
    "bind-address": "127.0.0.1",
    "secure-port": port,
    "tls-cert-file": pki.certificateFile,
    "tls-private-key-file": pki.keyFile,
    "client-ca-file": pki.caFile
  }
  return {
    url: `https://127.0.0.1:${port}`,
    pki,
    write: (file, text) => {
      writeFileSync(join(directory, file), text, { mode: 0o600 })
      return join(directory, file)
    },
    start: ({ flags, ready, request, within }) =>
      restartable(
        Effect.gen(function* () {
          const server = yield* startServer({
            name,
            command: binary,
            args: Object.entries({ ...common, ...flags }).map(([flag, value]) => `--${flag}=${value}`),
            directory
          })
          yield* awaitReady(server, {
            check: Effect.map(request(ready, { timeoutMillis: 2000 }), ({ status }) => status === 200),
            within,
            what: `answered on ${ready}`
          })
          return server
        })
      )
  }
})
