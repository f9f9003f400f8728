import { join } from "node:path"
import { Context, Effect, Layer, type Scope } from "effect"
import { locate } from "./Binaries.ts"
import { apiRequest } from "./kubernetes/ApiRequest.ts"
import { type Restartable, restartable } from "./kubernetes/Restartable.ts"
import { freePorts, retryTakenPorts } from "./Ports.ts"
import { scratchDirectory } from "./Scratch.ts"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"
import { awaitReady, startServer } from "./ServerProcess.ts"

/**
 * A real etcd with one member, on loopback, in a directory of its own.
 *
 * **Details**
 *
 * It does not wait for the disk (`--unsafe-no-fsync`): what it wrote survives a kill of the process, not of the machine.
 *
 * @category services
 * @since 0.1.0
 */
export class Etcd extends Context.Service<Etcd, Restartable & { readonly url: string; readonly directory: string }>()(
  "lockstep/tools/servers/Etcd"
) {
  /**
   * Starts an etcd for the scope.
   *
   * @category constructors
   * @since 0.1.0
   */
  static readonly start: Effect.Effect<Etcd["Service"], ServerFailed | ServerUnavailable, Scope.Scope> = Effect.suspend(
    () => retryTakenPorts(startOnce)
  )

  /**
   * Provides an etcd for the layer's scope.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<Etcd, ServerFailed | ServerUnavailable> = Layer.effect(Etcd, Etcd.start)
}

const startOnce = Effect.gen(function* () {
  const binary = yield* locate("etcd")
  const directory = yield* scratchDirectory("etcd")
  const [clientPort, peerPort] = yield* freePorts(2)
  const [url, peers] = [`http://127.0.0.1:${clientPort}`, `http://127.0.0.1:${peerPort}`]
  const flags = {
    "data-dir": join(directory, "data"),
    "unsafe-no-fsync": true,
    // kubeadm sets it too; without it bookmarks of a quiet resource are minutes old.
    "watch-progress-notify-interval": "5s",
    "log-level": "warn",
    "listen-client-urls": url,
    "advertise-client-urls": url,
    "listen-peer-urls": peers,
    "initial-advertise-peer-urls": peers,
    "initial-cluster": `default=${peers}`
  }
  const start = Effect.gen(function* () {
    const server = yield* startServer({
      name: "etcd",
      command: binary,
      args: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
      directory
    })
    yield* awaitReady(server, {
      check: Effect.map(apiRequest(`${url}/health`, { timeoutMillis: 2000 }), ({ status }) => status === 200),
      within: "30 seconds",
      what: "answered on /health"
    })
    return server
  })
  return { url, directory, ...(yield* restartable(start)) }
})
