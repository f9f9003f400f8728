import { DataplaneClient, type DataplaneConfig, Synchronizer } from "@lockstep/haproxy-sync"
import { type Emulator, type EmulatorOptions, startEmulator } from "@lockstep/haproxy-sync/testing"
import { Effect, Layer, Redacted, type Scope } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, get as request } from "node:http"
import { type AddressInfo, createServer as createListener } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The versions of a real HAProxy that most is tried with, each by the line of its API and the variable that names its program. */
export const haproxyVersions = [
  ["3.0", "LOCKSTEP_HAPROXY_3_0"],
  ["3.2", "LOCKSTEP_HAPROXY_3_2"],
  ["3.4", "LOCKSTEP_HAPROXY_3_4"]
] as const

/** A folder for the scope. */
export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-haproxy-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

/** A web server that says its name; it ends with the scope. */
export const webServer = (name: string): Effect.Effect<number, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(
        () =>
          new Promise<ReturnType<typeof createServer>>((resolve) => {
            const server = createServer((_, response) => response.end(name))
            server.listen(0, "127.0.0.1", () => resolve(server))
          })
      ),
      (server) =>
        Effect.promise(
          () =>
            new Promise<void>((resolve) => {
              server.close(() => resolve())
              server.closeAllConnections()
            })
        )
    ),
    (server) => (server.address() as AddressInfo).port
  )

/** A port that nobody listens on. */
export const freePort = Effect.promise(
  () =>
    new Promise<number>((resolve) => {
      const probe = createListener().listen(0, "127.0.0.1", () => {
        const { port } = probe.address() as AddressInfo
        probe.close(() => resolve(port))
      })
    })
)

/** An in-process Data Plane API over a real HAProxy, with a synchronizer for it. */
export const overHaproxy = Effect.fnUntraced(function* (options: EmulatorOptions) {
  const emulator = yield* Effect.acquireRelease(
    Effect.promise(() => startEmulator({ reloadDelay: 50, ...options })),
    (running) => Effect.promise(() => running.stop())
  )
  return { emulator, layer: synchronizerFor(emulator) }
})

/** A synchronizer with a client of its own for a server. */
export const synchronizerFor = ({ password, url, user }: Emulator, more: Partial<DataplaneConfig> = {}) =>
  Synchronizer.layer.pipe(
    Layer.provideMerge(
      DataplaneClient.layer({ baseUrl: url, username: user, password: Redacted.make(password), ...more })
    )
  )

/** Sends requests to a port, over a few connections each of its own, until the scope ends; answers how many there were, and what failed. */
export const load = Effect.fnUntraced(function* (port: number) {
  const seen = { requests: 0, failures: Array<string>() }
  const state = { stopped: false }
  const one = () =>
    new Promise<void>((resolve) => {
      const failed = (why: string) => {
        seen.failures.push(why)
        resolve()
      }
      request({ port, host: "127.0.0.1", agent: false }, (response) => {
        response.resume()
        response.on("end", () => (response.statusCode === 200 ? resolve() : failed(`status ${response.statusCode}`)))
        response.on("error", (error) => failed(error.message))
      }).on("error", (error) => failed(error.message))
    })
  const client = async () => {
    while (!state.stopped) {
      await one()
      seen.requests++
    }
  }
  const clients = Array.from({ length: 4 }, client)
  yield* Effect.addFinalizer(() =>
    Effect.promise(async () => {
      state.stopped = true
      await Promise.all(clients)
    })
  )
  return seen
})
