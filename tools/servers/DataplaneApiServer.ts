import { chmodSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, Effect, Layer, type Scope } from "effect"
import { haproxyVersions, type HaproxyVersion } from "./Catalog.ts"
import { run } from "./Command.ts"
import { HaproxyServer, type HaproxySite } from "./HaproxyServer.ts"
import { apiRequest } from "./kubernetes/ApiRequest.ts"
import { onLiveClock } from "./LiveClock.ts"
import { freePorts, retryTakenPorts } from "./Ports.ts"
import { type ServerFailed, ServerUnavailable } from "./ServerError.ts"
import { awaitReady, type ServerProcess, startServer } from "./ServerProcess.ts"

/**
 * The Data Plane API of this machine, and which version it says it is.
 *
 * @category models
 * @since 0.1.0
 */
export interface DataplaneApiBinary {
  readonly path: string
  readonly version: string
}

/**
 * Finds the Data Plane API that `LOCKSTEP_DATAPLANEAPI` names. No distribution packages it and its Go module is not
 * published, so it can only be one that somebody has put on the machine.
 *
 * @category getters
 * @since 0.1.0
 */
export const locateDataplaneApi: Effect.Effect<DataplaneApiBinary, ServerUnavailable> = Effect.gen(function* () {
  const path = process.env.LOCKSTEP_DATAPLANEAPI
  if (path === undefined || path === "") return yield* unavailable("LOCKSTEP_DATAPLANEAPI is not set.")
  const text = yield* Effect.catch(run(path, ["--version"]), (error) =>
    unavailable(`LOCKSTEP_DATAPLANEAPI names a program that can't be run: ${error.message}.`)
  )
  const version = /v(\d+\.\d+\.\d+\S*)/u.exec(text)?.[1]
  return version === undefined
    ? yield* unavailable(`LOCKSTEP_DATAPLANEAPI=${path} does not tell its version.`)
    : { path, version }
}).pipe(Effect.provide(NodeServices.layer))

const unavailable = (reason: string) => new ServerUnavailable({ server: "dataplaneapi", reason })

/**
 * What the Data Plane API and its HAProxy start with.
 *
 * @category models
 * @since 0.1.0
 */
export interface DataplaneApiOptions {
  /** The first configuration. It must open `site.statsSocket` in `global` and have a listener. */
  readonly config: (site: HaproxySite) => string
  /** How many free ports the configuration needs; one unless given. */
  readonly ports?: number
  /** The Data Plane API to start, in place of the one `LOCKSTEP_DATAPLANEAPI` names. */
  readonly dataplaneApi?: DataplaneApiBinary
}

/**
 * A real Data Plane API over a real HAProxy, which it reloads by signal.
 *
 * **Details**
 *
 * The HAProxy is the one `LOCKSTEP_HAPROXY` names, else the fetched one of the same minor version: the two belong
 * together. Each reload waits for a second in which further changes may come.
 *
 * @category services
 * @since 0.1.0
 */
export class DataplaneApiServer extends Context.Service<
  DataplaneApiServer,
  {
    /** Where the API begins, such as `http://127.0.0.1:40123/v3`. */
    readonly url: string
    readonly username: string
    readonly password: string
    readonly version: string
    readonly process: ServerProcess
    readonly haproxy: HaproxyServer["Service"]
  }
>()("lockstep/tools/servers/DataplaneApiServer") {
  /**
   * Starts both for the scope.
   *
   * @category constructors
   * @since 0.1.0
   */
  static readonly start = (
    options: DataplaneApiOptions
  ): Effect.Effect<DataplaneApiServer["Service"], ServerFailed | ServerUnavailable, Scope.Scope> =>
    retryTakenPorts(onLiveClock(startOnce(options)))

  /**
   * Provides both for the layer's scope.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer = (
    options: DataplaneApiOptions
  ): Layer.Layer<DataplaneApiServer, ServerFailed | ServerUnavailable> =>
    Layer.effect(DataplaneApiServer, DataplaneApiServer.start(options))
}

const credentials = { username: "admin", password: "test-password" }

const sameMinor = (version: string): HaproxyVersion | undefined =>
  haproxyVersions.find((minor) => version.startsWith(`${minor}.`))

/**
 * Tells which HAProxy belongs beside a Data Plane API.
 *
 * @category getters
 * @since 0.1.0
 */
export const haproxyBeside = Effect.fnUntraced(function* (
  version: string
): Effect.fn.Return<{ readonly binary: string } | { readonly version: HaproxyVersion }, ServerUnavailable> {
  const binary = process.env.LOCKSTEP_HAPROXY
  if (binary !== undefined && binary !== "") return { binary }
  const minor = sameMinor(version)
  return minor === undefined
    ? yield* unavailable(`LOCKSTEP_HAPROXY must name the HAProxy beside a Data Plane API ${version}.`)
    : { version: minor }
})

/** The settings file. It is JSON, which is YAML too. Every folder is named: the defaults are the system's own. */
const settings = (options: {
  readonly port: number
  readonly haproxy: HaproxyServer["Service"]
  readonly folder: (name: string) => string
  readonly reload: string
  readonly log: string
}) => ({
  config_version: 2,
  name: "lockstep",
  dataplaneapi: {
    host: "127.0.0.1",
    port: options.port,
    scheme: ["http"],
    user: [{ name: credentials.username, insecure: true, password: credentials.password }],
    transaction: { transaction_dir: options.folder("transactions"), max_open_transactions: 20 },
    resources: {
      maps_dir: options.folder("maps"),
      ssl_certs_dir: options.folder("ssl"),
      general_storage_dir: options.folder("general"),
      dataplane_storage_dir: options.folder("dataplane"),
      spoe_dir: options.folder("spoe"),
      spoe_transaction_dir: options.folder("spoe-transactions")
    }
  },
  haproxy: {
    config_file: options.haproxy.configFile,
    haproxy_bin: options.haproxy.binary,
    reload: { reload_delay: 1, reload_strategy: "custom", reload_cmd: options.reload, restart_cmd: options.reload }
  },
  log_targets: [{ log_to: "file", log_file: options.log, log_level: "debug", log_types: ["access", "app"] }]
})

const startOnce = Effect.fnUntraced(function* (options: DataplaneApiOptions) {
  const binary = options.dataplaneApi ?? (yield* locateDataplaneApi)
  const haproxy = yield* HaproxyServer.start({
    ...(yield* haproxyBeside(binary.version)),
    config: options.config,
    ports: options.ports ?? 1
  })
  const [port = 0] = yield* freePorts(1)
  const at = (name: string) => join(haproxy.directory, name)
  // It runs the reload command without a shell, and cuts it at each space.
  writeFileSync(at("reload.sh"), `#!/bin/sh\nkill -USR2 ${haproxy.process.pid}\n`)
  chmodSync(at("reload.sh"), 0o755)
  const folder = (name: string) => {
    mkdirSync(at(name), { recursive: true })
    return at(name)
  }
  writeFileSync(
    at("dataplaneapi.yml"),
    JSON.stringify(
      settings({ port, haproxy, folder, reload: at("reload.sh"), log: at("dataplaneapi-access.log") }),
      null,
      2
    )
  )
  const server = yield* startServer({
    name: "dataplaneapi",
    command: binary.path,
    args: ["-f", at("dataplaneapi.yml")],
    directory: haproxy.directory
  })
  const base = `/v${binary.version.split(".")[0]}`
  const url = `http://127.0.0.1:${port}${base}`
  const authorization = `Basic ${Buffer.from(Object.values(credentials).join(":")).toString("base64")}`
  yield* awaitReady(server, {
    check: Effect.map(
      apiRequest(`${url}/info`, { headers: { authorization }, timeoutMillis: 2000 }),
      ({ status }) => status === 200
    ),
    within: "60 seconds",
    what: `answered on ${base}/info`
  })
  return { url, ...credentials, version: binary.version, process: server, haproxy }
})
