import { type ChildProcess, execFile, spawn } from "node:child_process"
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import type { ReloadOutcome } from "../ReloadAgent.ts"
import { type Runtime, RuntimeError } from "./Runtime.ts"

/** How long HAProxy may take to start, and to answer on a socket, in milliseconds. */
const patience = 10_000

/** Sends one command to a socket and answers all that comes back. */
const ask = (socket: string, command: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Array<Buffer> = []
    const connection = net.createConnection(socket)
    connection.setTimeout(patience, () => connection.destroy(new Error(`no answer from ${socket}`)))
    // HAProxy keeps the connection for more commands until no more can come.
    connection.on("connect", () => connection.end(`${command}\n`))
    connection.on("data", (chunk) => chunks.push(chunk))
    connection.on("error", reject)
    connection.on("close", () => resolve(Buffer.concat(chunks).toString()))
  })

/** The first runtime socket that a configuration file asks for. */
export const statsSocket = (file: string): string | undefined =>
  /^\s*stats\s+socket\s+(\/\S+)/m.exec(fs.readFileSync(file, "utf8"))?.[1]

/** The texts behind `[ALERT]`, as the server quotes them. */
const alerts = (output: string): ReadonlyArray<string> =>
  output.split("\n").flatMap((raw) => {
    const line = raw.trim()
    if (!line.startsWith("[ALERT]") || line.endsWith("fatal errors found in configuration.")) return []
    if (line.includes("error(s) found in configuration file : ")) return []
    const [, ...parts] = line.split(" : ")
    const place = parts[0]?.trim() ?? ""
    if (parts.length > 1 && place.startsWith("parsing [")) {
      const number = /:(\d+)\]?$/.exec(place)?.[1]
      const text = parts.slice(1).join(" ").trim()
      return [number === undefined ? `msg="${text}"` : `line=${number} msg="${text}"`]
    }
    return parts.length > 0 ? [`msg="${parts.join(" ").trim()}"`] : []
  })

/**
 * Checks a file with HAProxy itself; answers what the server makes of the refusal, or undefined when the file is accepted.
 *
 * @since 0.1.0
 */
export const checkWithHaproxy = (binary: string, file: string): Promise<string | undefined> =>
  new Promise((resolve) => {
    execFile(binary, ["-W", "-f", file, "-c"], { env: withoutMaster() }, (error, _, stderr) => {
      if (error === null) resolve(undefined)
      else resolve(`exit status ${String(error.code ?? 1)}: ${alerts(stderr).join("\n")}`)
    })
  })

const withoutMaster = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^HAPROXY_(STARTUPLOGS_FD|MWORKER_WAIT_ONLY|PROCESSES)$/.test(name))
  )

/** Ends HAProxy when this process dies, however that happens: the pipe between them is closed then. */
const guardOf = (pid: number): ChildProcess =>
  spawn("sh", ["-c", `read -r _; kill -TERM ${pid}`], { stdio: ["pipe", "ignore", "ignore"], detached: true })

/**
 * A HAProxy process in master-worker mode, reloaded through its master socket.
 *
 * @since 0.1.0
 */
export class RealHaproxy {
  readonly #binary: string
  readonly #file: string
  readonly #master: string
  #process: ChildProcess | undefined
  #guard: ChildProcess | undefined

  constructor(binary: string, file: string, directory: string) {
    this.#binary = binary
    this.#file = file
    this.#master = path.join(directory, "master.sock")
  }

  /** The process, for tests that end it. */
  get pid(): number | undefined {
    return this.#process?.pid
  }

  async start(): Promise<void> {
    // It stays in the foreground whatever the configuration says: with `daemon` in it, it could be neither watched nor ended.
    const child = spawn(this.#binary, ["-W", "-db", "-S", this.#master, "-f", this.#file], {
      stdio: ["ignore", "pipe", "pipe"],
      env: withoutMaster()
    })
    this.#process = child
    if (child.pid !== undefined) this.#guard = guardOf(child.pid)
    let log = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        log = (log + chunk.toString()).slice(-4000)
      })
    }
    const exited = new Promise<never>((_, reject) => {
      child.once("error", (error) => reject(new Error(`HAProxy ${this.#binary} can't be started: ${error.message}`)))
      child.once("exit", (code) => reject(new Error(`HAProxy ended with ${code}: ${log.trim()}`)))
    })
    exited.catch(() => undefined)
    const end = Date.now() + patience
    for (;;) {
      const ready = await Promise.race([exited, this.#answers()])
      if (ready) return
      if (Date.now() > end) {
        await this.stop()
        throw new Error(`HAProxy isn't ready after ${patience / 1000} s: ${log.trim()}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  async #answers(): Promise<boolean> {
    if (!fs.existsSync(this.#master)) return false
    try {
      if (!/^\d+\s+worker/m.test(await ask(this.#master, "show proc"))) return false
      const socket = statsSocket(this.#file)
      if (socket !== undefined) await ask(socket, "show info")
      return true
    } catch {
      return false
    }
  }

  async reload(): Promise<ReloadOutcome> {
    if (this.#process === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return { failed: true, response: "", error: "HAProxy isn't running" }
    }
    let answer: string
    try {
      answer = await ask(this.#master, "reload")
    } catch (error) {
      return { failed: true, response: "", error: error instanceof Error ? error.message : String(error) }
    }
    const [first = "", ...rest] = answer.split("\n")
    const log = rest.join("\n").replace(/^--\n/, "")
    return first.trim() === "Success=0" ? { failed: true, response: log } : { failed: false, response: "" }
  }

  /** Ends the master with SIGKILL; its worker ends with it. */
  kill(): Promise<void> {
    return this.#end("SIGKILL")
  }

  stop(): Promise<void> {
    return this.#end("SIGTERM")
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<void> {
    const child = this.#process
    this.#process = undefined
    this.#guard?.kill("SIGKILL")
    this.#guard = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once("exit", resolve))
    child.kill(signal)
    const hard = setTimeout(() => child.kill("SIGKILL"), 2000)
    await ended
    clearTimeout(hard)
  }
}

/**
 * The runtime socket of a running HAProxy.
 *
 * @since 0.1.0
 */
export class SocketRuntime implements Runtime {
  readonly path: string

  constructor(socket: string) {
    this.path = socket
  }

  async execute(command: string): Promise<string> {
    const output = await ask(this.path, `set severity-output number;${command}`)
    const text = output.replace(/^\n/, "")
    const [, severity, message] = /^\[(\d)\]:\s*([\s\S]*)$/.exec(text.trim()) ?? []
    if (severity !== undefined && Number(severity) <= 3)
      throw new RuntimeError(Number(severity), (message ?? "").trim())
    return severity === undefined ? text : (message ?? "")
  }
}
