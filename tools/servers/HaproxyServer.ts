import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Context, Effect, Layer, Schedule, type Scope } from "effect"
import { locate } from "./Binaries.ts"
import type { HaproxyVersion } from "./Catalog.ts"
import { parseProcessList, type ProcessList } from "./haproxy/ProcessList.ts"
import { ask, type SocketFailed } from "./haproxy/Socket.ts"
import { onLiveClock } from "./LiveClock.ts"
import { freePorts, retryTakenPorts } from "./Ports.ts"
import { scratchDirectory } from "./Scratch.ts"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"
import { awaitReady, type ServerProcess, startServer } from "./ServerProcess.ts"

/**
 * Where a HAProxy lives: what its configuration has to name.
 *
 * @category models
 * @since 0.1.0
 */
export interface HaproxySite {
  readonly directory: string
  readonly configFile: string
  /** The directive that opens the runtime socket the server is reached by; it belongs into `global`. */
  readonly statsSocket: string
  readonly runtimeSocket: string
  readonly masterSocket: string
  /** As many free loopback ports as were asked for. */
  readonly ports: ReadonlyArray<number>
  /** Returns a port by its place, and throws when so many were not asked for. */
  readonly port: (place: number) => number
}

/**
 * Which HAProxy is started, and with what.
 *
 * @category models
 * @since 0.1.0
 */
export type HaproxyOptions = HaproxySetup &
  (
    | { readonly version: HaproxyVersion }
    /** A program of the machine's own, in place of the one found for a version. */
    | { readonly binary: string }
  )

/**
 * What a HAProxy starts with.
 *
 * @category models
 * @since 0.1.0
 */
export interface HaproxySetup {
  /** Writes the configuration for the place where it will run. */
  readonly config: (site: HaproxySite) => string
  /** How many free ports the configuration needs; one unless given. */
  readonly ports?: number
  /** Further files by their path in the directory, such as `maps/hosts.map`. */
  readonly files?: Readonly<Record<string, string>>
}

/**
 * A real HAProxy in master-worker mode, on loopback, in a directory of its own.
 *
 * **When to use**
 *
 * Use it in a test under `test/servers/haproxy`, which the server run starts. It ends with the layer's scope, and with
 * the test process if that is killed.
 *
 * **Example** (One frontend)
 *
 * ```ts
 * layer(
 *   HaproxyServer.layer({
 *     version: "3.2",
 *     config: (site) => `global
 *   ${site.statsSocket}
 * defaults
 *   mode http
 *   timeout connect 1s
 *   timeout client 1s
 *   timeout server 1s
 * frontend web
 *   bind 127.0.0.1:${site.port(0)}
 *   http-request return status 200
 * `
 *   })
 * )("HAProxy", (it) => ...)
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class HaproxyServer extends Context.Service<
  HaproxyServer,
  HaproxySite & {
    /** The version it says it is, such as `3.2.26-1`. */
    readonly version: string
    readonly binary: string
    readonly process: ServerProcess
    /** Sends a command to the runtime socket of the worker. */
    readonly runtime: (command: string) => Effect.Effect<string, SocketFailed>
    /** Sends a command to the socket of the master. */
    readonly master: (command: string) => Effect.Effect<string, SocketFailed>
    /** Lists the master and its workers. */
    readonly processes: Effect.Effect<ProcessList, SocketFailed | ServerFailed>
    /** Replaces the configuration file, without a reload. */
    readonly writeConfig: (text: string) => Effect.Effect<void>
    /** Reloads, and waits until a new worker answers. Fails with the log when HAProxy refuses the configuration. */
    readonly reload: Effect.Effect<void, SocketFailed | ServerFailed>
  }
>()("lockstep/tools/servers/HaproxyServer") {
  /**
   * Starts a HAProxy for the scope.
   *
   * @category constructors
   * @since 0.1.0
   */
  static readonly start = (
    options: HaproxyOptions
  ): Effect.Effect<HaproxyServer["Service"], ServerFailed | ServerUnavailable, Scope.Scope> =>
    retryTakenPorts(onLiveClock(startOnce(options)))

  /**
   * Provides a HAProxy for the layer's scope.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer = (options: HaproxyOptions): Layer.Layer<HaproxyServer, ServerFailed | ServerUnavailable> =>
    Layer.effect(HaproxyServer, HaproxyServer.start(options))
}

const startOnce = Effect.fnUntraced(function* (options: HaproxyOptions) {
  const name = "version" in options ? (`haproxy-${options.version}` as const) : "haproxy"
  const binary = "version" in options ? yield* locate(`haproxy-${options.version}`) : options.binary
  const directory = yield* scratchDirectory(name)
  const ports = yield* freePorts(options.ports ?? 1)
  const runtimeSocket = join(directory, "stats.sock")
  const site: HaproxySite = {
    directory,
    configFile: join(directory, "haproxy.cfg"),
    runtimeSocket,
    masterSocket: join(directory, "master.sock"),
    statsSocket: `stats socket ${runtimeSocket} mode 600 level admin expose-fd listeners`,
    ports,
    port: (place) => {
      const port = ports[place]
      if (port === undefined) throw new Error(`port ${place} was not asked for: set "ports" to ${place + 1} or more`)
      return port
    }
  }
  yield* Effect.sync(() => {
    for (const [path, text] of Object.entries(options.files ?? {})) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text)
    }
    writeFileSync(site.configFile, options.config(site))
  })
  const server = yield* startServer({
    name,
    command: binary,
    // In the foreground even where the configuration says `daemon`.
    args: ["-W", "-db", "-S", site.masterSocket, "-f", site.configFile],
    directory,
    endBy: "SIGTERM"
  })
  const runtime = (command: string) => ask(runtimeSocket, command)
  const master = (command: string) => ask(site.masterSocket, command)
  const processes = Effect.flatMap(master("show proc"), (text) => {
    const list = parseProcessList(text)
    return list === undefined ? Effect.fail(server.failure("the master lists no processes")) : Effect.succeed(list)
  })
  /** The worker that answers on the runtime socket is one of those that take connections. */
  const settled = Effect.gen(function* () {
    const info = yield* runtime("show info")
    const { workers } = yield* processes
    return workers.includes(Number(/^Pid: (\d+)$/mu.exec(info)?.[1]))
  })
  yield* awaitReady(server, { check: settled, within: "20 seconds", what: "answered on its runtime socket" })
  const { version } = yield* Effect.mapError(processes, (error) =>
    error._tag === "SocketFailed" ? server.failure(error.message) : error
  )

  const reload = Effect.gen(function* () {
    const before = yield* processes
    const answer = yield* master("reload")
    // The master is away for a moment while it runs itself again.
    const after = Effect.retry(processes, { schedule: Schedule.spaced("25 millis"), times: 400 })
    yield* Effect.filterOrFail(
      after,
      ({ failedReloads }) => failedReloads === before.failedReloads && !answer.startsWith("Success=0"),
      () => server.failure("refused the reload")
    )
    const renewed = Effect.gen(function* () {
      const { workers } = yield* processes
      return workers.length > 0 && !workers.some((pid) => before.workers.includes(pid)) && (yield* settled)
    })
    yield* awaitReady(server, { check: renewed, within: "20 seconds", what: "answered from a new worker" })
  }).pipe(onLiveClock)

  return {
    ...site,
    version,
    binary,
    process: server,
    runtime,
    master,
    processes,
    writeConfig: (text: string) => Effect.sync(() => writeFileSync(site.configFile, text)),
    reload
  }
})
