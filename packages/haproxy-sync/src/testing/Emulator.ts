import fs from "node:fs"
import type { AddressInfo } from "node:net"
import os from "node:os"
import path from "node:path"
import { type ApiVersion, defaultApiVersion } from "../api/ApiVersion.ts"
import { ApiError } from "./emulator/ApiError.ts"
import { BodyReader } from "./emulator/Body.ts"
import { checkText } from "./emulator/checkText.ts"
import { childEndpoints } from "./emulator/children.ts"
import { Control } from "./emulator/control.ts"
import { dialectOf } from "./emulator/Dialect.ts"
import { rawEndpoints, reloadEndpoints, traceEndpoints, transactionEndpoints } from "./emulator/general.ts"
import type { Folders, Host } from "./emulator/Host.ts"
import { infoEndpoints } from "./emulator/info.ts"
import { checkWithHaproxy, RealHaproxy, SocketRuntime, statsSocket } from "./emulator/runtime/RealHaproxy.ts"
import { ReloadAgent, type ReloadOutcome } from "./emulator/ReloadAgent.ts"
import { type Route, Router } from "./emulator/Router.ts"
import type { Runtime } from "./emulator/runtime/Runtime.ts"
import { runtimeEndpoints } from "./emulator/runtime/endpoints.ts"
import { sectionEndpoints } from "./emulator/sections.ts"
import { Server } from "./emulator/Server.ts"
import { SimulatedHaproxy } from "./emulator/runtime/SimulatedHaproxy.ts"
import { siteEndpoints } from "./emulator/sites.ts"
import { spoeEndpoints } from "./emulator/spoe.ts"
import { storageEndpoints } from "./emulator/storage.ts"
import { Transactions } from "./emulator/Transactions.ts"
import { userlistEndpoints } from "./emulator/userlists.ts"
import { Faults } from "./Faults.ts"

/**
 * How an in-process Data Plane API is started.
 *
 * @category emulator
 * @since 0.1.0
 */
export interface EmulatorOptions {
  /** The configuration it begins with; without it a small one that listens nowhere but on its statistics socket. */
  readonly config?: string
  /** Where its files lie; without it a temporary folder that is removed at the end. */
  readonly directory?: string
  readonly api?: ApiVersion
  readonly host?: string
  /** 0, the default, takes a free port. */
  readonly port?: number
  readonly user?: string
  readonly password?: string
  /** The binary of a HAProxy that checks configurations, runs them and is reloaded; without it this is simulated. */
  readonly haproxy?: string
  /**
   * Checks a configuration where no HAProxy does it: answers what the server makes of HAProxy's refusal, such as
   * `exit status 1: msg="…"`, or undefined for one that is accepted.
   */
  readonly check?: (text: string, file: string) => string | undefined
  /** Milliseconds between two reloads. */
  readonly reloadDelay?: number
  readonly maxTransactions?: number
  /** How many earlier versions of the configuration are kept; none if left out, as the real servers have it. */
  readonly backups?: number
  /** Milliseconds after which an idle connection is closed; 10 seconds as the real servers have it, if left out. */
  readonly keepAlive?: number
  /** Listen at this unix socket instead of an address. */
  readonly socket?: string
  /** Speak TLS: certificate and key, and the certificates that clients have to show one of; all in PEM form. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly clientCa?: string }
  readonly faults?: Faults
  /** Lets whoever knows the password say over HTTP, beside the API at `/lockstep/`, what is to go wrong; false if left out. */
  readonly control?: boolean
}

/**
 * A running in-process Data Plane API.
 *
 * @category emulator
 * @since 0.1.0
 */
export interface Emulator {
  /** Without `/v3` at the end. */
  readonly url: string
  readonly user: string
  readonly password: string
  readonly directory: string
  /** The configuration file, which others may change. */
  readonly file: string
  readonly faults: Faults
  /** The process of the HAProxy behind it, where there is one. */
  readonly haproxyPid: () => number | undefined
  /** Takes the configuration file up again, as the server does when it sees that somebody changed it: as a new version. */
  readonly readFile: () => Promise<void>
  /** Ends the server as a crash does: connections break, a reload that was announced is forgotten, files stay. */
  readonly crash: () => Promise<void>
  /** Starts the server anew over its files, at the same address. */
  readonly restart: () => Promise<void>
  /** How many connections are open at the moment. */
  readonly connections: () => Promise<number>
  /** The text that HAProxy was last started or reloaded with; undefined after it was killed. */
  readonly loaded: () => string | undefined
  /** Ends HAProxy, or what stands for it, as SIGKILL does. */
  readonly killHaproxy: () => Promise<void>
  /** Starts HAProxy again after it was killed, with the configuration on disk. */
  readonly startHaproxy: () => Promise<void>
  readonly stop: () => Promise<void>
}

const urlOf = ({ address, family, port }: AddressInfo, scheme: string): string =>
  `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}`

const smallConfig = (directory: string): string =>
  `global\n  stats socket ${path.join(directory, "stats.sock")} mode 600 level admin expose-fd listeners\n`

const foldersIn = (root: string): Folders => ({
  root,
  maps: path.join(root, "maps"),
  ssl: path.join(root, "ssl"),
  general: path.join(root, "general"),
  spoe: path.join(root, "spoe"),
  spoeTransactions: path.join(root, "spoetx")
})

/** HAProxy, or what stands for it: it is started with a file, reloaded, and has a runtime socket if the file says so. */
interface Engine {
  readonly start: () => Promise<void>
  readonly reload: () => Promise<ReloadOutcome>
  readonly runtime: () => Runtime | undefined
  readonly check: (file: string) => Promise<string | undefined>
  readonly pid: () => number | undefined
  readonly kill: () => Promise<void>
  readonly loaded: () => string | undefined
  readonly stop: () => Promise<void>
}

const simulated = (file: string, { api = defaultApiVersion, check }: EmulatorOptions): Engine => {
  const judge = check ?? ((text: string, other: string) => checkText(text, other, api))
  let running: SimulatedHaproxy | undefined
  let loaded: string | undefined
  const load = () => {
    loaded = fs.readFileSync(file, "utf8")
    running = new SimulatedHaproxy(loaded, file, api)
  }
  return {
    start: () => Promise.resolve(load()),
    reload: () => {
      if (running === undefined) return Promise.resolve({ failed: true, response: "", error: "HAProxy isn't running" })
      load()
      return Promise.resolve({ failed: false, response: "" })
    },
    runtime: () => (running?.path === "" ? undefined : running),
    check: (other) => Promise.resolve(judge(fs.readFileSync(other, "utf8"), other)),
    pid: () => undefined,
    loaded: () => loaded,
    kill: () => {
      running = loaded = undefined
      return Promise.resolve()
    },
    stop: () => Promise.resolve()
  }
}

const real = (binary: string, file: string, directory: string): Engine => {
  const process = new RealHaproxy(binary, file, directory)
  let loaded: string | undefined
  return {
    start: async () => {
      const text = fs.readFileSync(file, "utf8")
      await process.start()
      loaded = text
    },
    reload: async () => {
      const text = fs.readFileSync(file, "utf8")
      const outcome = await process.reload()
      if (!outcome.failed) loaded = text
      return outcome
    },
    loaded: () => loaded,
    runtime: () => {
      const at = statsSocket(file)
      return at === undefined ? undefined : new SocketRuntime(at)
    },
    check: (other) => checkWithHaproxy(binary, other),
    pid: () => process.pid,
    kill: () => {
      loaded = undefined
      return process.kill()
    },
    stop: () => process.stop()
  }
}

/**
 * Starts an in-process Data Plane API on loopback: a real HTTP server over files of its own.
 *
 * **When to use**
 *
 * Use it in tests of whatever talks to the Data Plane API, or as a stand-in for one. In Effect programs take `DataplaneEmulator`,
 * which stops it by itself.
 *
 * **Details**
 *
 * It answers as the servers of its line do, with their traps: the configuration is written anew with every change, some requests lose
 * what the API has no field for, and a failed reload leaves file and memory apart. With `haproxy` the configuration is checked by that
 * HAProxy, which runs it and is reloaded.
 *
 * @category emulator
 * @since 0.1.0
 */
export const startEmulator = async (options: EmulatorOptions = {}): Promise<Emulator> => {
  const { api = defaultApiVersion, host: address = "127.0.0.1", password = "pw", port = 0, user = "admin" } = options
  const directory = options.directory ?? fs.mkdtempSync(path.join(os.tmpdir(), "lockstep-dataplane-"))
  const folders = foldersIn(directory)
  for (const folder of Object.values(folders)) fs.mkdirSync(folder, { recursive: true })
  const file = path.join(directory, "haproxy.cfg")
  if (options.config !== undefined || !fs.existsSync(file))
    fs.writeFileSync(file, options.config ?? smallConfig(directory))
  const faults = options.faults ?? new Faults()
  const engine = options.haproxy === undefined ? simulated(file, options) : real(options.haproxy, file, directory)
  const dialect = dialectOf(api)
  const control = new Control({
    faults,
    killHaproxy: engine.kill,
    startHaproxy: engine.start,
    readFile: async () => up?.transactions.changedByHand(),
    restart: () => restart()
  })
  await engine.start()
  /** The server's own process: what it knows is read from the files when it starts. */
  const boot = async (at: number) => {
    const transactions = new Transactions({
      api,
      file,
      directory: path.join(directory, "tx"),
      most: options.maxTransactions ?? 20,
      backups: options.backups ?? 0,
      validate: engine.check
    })
    const reloads = new ReloadAgent({
      file,
      delay: options.reloadDelay ?? 1000,
      reload: async () => (await faults.reload(fs.readFileSync(file, "utf8"))) ?? engine.reload()
    })
    const host: Host = {
      api,
      dialect,
      bodies: new BodyReader(api, dialect),
      folders,
      transactions,
      reloads,
      runtime: () => {
        const runtime = engine.runtime()
        if (runtime === undefined) throw new ApiError(500, "retry - unable to configure runtime client")
        return runtime
      }
    }
    const routes: ReadonlyArray<Route> = [
      ...transactionEndpoints(host),
      ...reloadEndpoints(host),
      ...rawEndpoints(host),
      ...traceEndpoints(host),
      ...sectionEndpoints(host),
      ...childEndpoints(host),
      ...userlistEndpoints(host),
      ...storageEndpoints(host),
      ...runtimeEndpoints(host),
      ...siteEndpoints(host),
      ...spoeEndpoints(host)
    ]
    const server = new Server({
      api,
      user,
      password,
      router: new Router([...routes, ...infoEndpoints(host, routes)]),
      shownVersion: (transaction) => transactions.shownVersion(transaction),
      interfere: (request) => faults.interfere(request),
      crash: () => crash(),
      restart: () => restart(),
      ...(options.control === true ? { control } : {}),
      ...(options.keepAlive === undefined ? {} : { keepAlive: options.keepAlive }),
      ...(options.tls === undefined ? {} : { tls: options.tls })
    })
    const bound = await (options.socket === undefined ? server.listen(address, at) : server.listenAt(options.socket))
    return { bound, reloads, server, transactions }
  }
  let up: Awaited<ReturnType<typeof boot>> | undefined = await boot(port).catch(async (error: unknown) => {
    await engine.stop()
    throw error
  })
  const { bound } = up
  const crash = async (): Promise<void> => {
    const crashed = up
    up = undefined
    crashed?.reloads.abandon()
    await crashed?.server.close()
  }
  const restart = async (): Promise<void> => {
    await crash()
    up = await boot(typeof bound === "string" ? 0 : bound.port)
  }
  return {
    url: typeof bound === "string" ? `unix:${bound}` : urlOf(bound, options.tls === undefined ? "http" : "https"),
    user,
    password,
    directory,
    file,
    faults,
    haproxyPid: engine.pid,
    readFile: async () => up?.transactions.changedByHand(),
    crash,
    restart,
    connections: () => up?.server.connections() ?? Promise.resolve(0),
    loaded: engine.loaded,
    killHaproxy: engine.kill,
    startHaproxy: engine.start,
    stop: async () => {
      await up?.server.close()
      await up?.reloads.stop()
      await engine.stop()
      if (options.directory === undefined) fs.rmSync(directory, { recursive: true, force: true })
    }
  }
}
