/**
 * The test process's side of the guard: starts servers that can't outlive the process, and keeps directories that are
 * removed with it.
 *
 * There is one guard for each process. It is started with the first server and ends with the process.
 */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"
import { ServerFailed } from "../ServerError.ts"
import type { Answer, Request } from "./Message.ts"

/**
 * A process the guard started.
 *
 * @category models
 * @since 0.1.0
 */
export interface Guarded {
  readonly pid: number
  /** How it ended, for people; undefined while it runs. */
  readonly ending: () => string | undefined
  /** Waits until it and all it started have ended. */
  readonly ended: Effect.Effect<string>
  /** Signals it and all it started. */
  readonly signal: (name: NodeJS.Signals) => Effect.Effect<void>
}

/**
 * What is to be started, where, and into which file its output goes.
 *
 * @category models
 * @since 0.1.0
 */
export interface GuardedOptions {
  readonly name: string
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly directory: string
  readonly log: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

interface Connection {
  readonly child: ChildProcess
  readonly listeners: Map<number, (answer: Answer) => void>
  readonly removals: Map<string, () => void>
  readonly pids: Map<number, number>
  /** How many fibers wait for an answer. */
  waiting: number
}

let connection: Connection | undefined
let lastId = 0

const program = fileURLToPath(new URL("main.ts", import.meta.url))

const connect = (): Connection => {
  // In a session of its own: a Ctrl-C at the terminal must not end the guard before it has cleaned up.
  const child = fork(program, { detached: true, execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] })
  const made: Connection = { child, listeners: new Map(), removals: new Map(), pids: new Map(), waiting: 0 }
  child.unref()
  child.channel?.unref()
  child.on("message", (answer: Answer) => {
    if (answer.type === "removed") made.removals.get(answer.directory)?.()
    else made.listeners.get(answer.id)?.(answer)
  })
  child.on("exit", () => lost(made))
  child.on("error", () => lost(made))
  return made
}

/** Does the guard's work when the guard itself was killed. */
const lost = (gone: Connection): void => {
  if (connection === gone) connection = undefined
  for (const [id, listener] of gone.listeners) {
    const pid = gone.pids.get(id)
    if (pid !== undefined) killGroup(pid)
    listener({ type: "ended", id, how: "lost with its guard" })
  }
  for (const removed of gone.removals.values()) removed()
}

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, "SIGKILL")
  } catch {
    // It has ended already.
  }
}

const guard = (): Connection => (connection ??= connect())

const send = ({ child }: Connection, request: Request): void => {
  if (child.connected) child.send(request)
}

/** Keeps this process alive while it waits for an answer. A guard that has nothing to say does not keep it. */
const awaiting = <A, E>(to: Connection, answer: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      if (++to.waiting === 1) to.child.channel?.ref()
    }),
    () => answer,
    () =>
      Effect.sync(() => {
        if (--to.waiting === 0) to.child.channel?.unref()
      })
  )

/**
 * Registers a directory for removal: when the scope closes, or when this process dies before that.
 *
 * **Details**
 *
 * Register first, then create: a process that dies in between leaves nothing behind.
 *
 * @category operations
 * @since 0.1.0
 */
export const keepDirectory = (directory: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => send(guard(), { type: "keep", directory })),
    () => Effect.suspend(() => removal(guard(), directory))
  )

const removal = (to: Connection, directory: string) =>
  awaiting(
    to,
    Effect.callback<void>((resume) => {
      to.removals.set(directory, () => {
        to.removals.delete(directory)
        resume(Effect.void)
      })
      send(to, { type: "remove", directory })
    })
  )

/**
 * Starts a process under the guard. It is killed, with all it started, when the scope closes or this process dies.
 *
 * @category operations
 * @since 0.1.0
 */
export const start = (options: GuardedOptions): Effect.Effect<Guarded, ServerFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => {
      const to = guard()
      return awaiting(to, launch(to, options))
    }),
    (guarded) =>
      guarded.ending() === undefined ? Effect.andThen(guarded.signal("SIGKILL"), guarded.ended) : Effect.void
  )

const launch = (to: Connection, options: GuardedOptions) =>
  Effect.callback<Guarded, ServerFailed>((resume) => {
    const id = ++lastId
    let ending: string | undefined
    let finish: (how: string) => void
    const end = new Promise<string>((resolve) => {
      finish = (how) => resolve((ending = how))
    })
    const refuse = (reason: string) => resume(Effect.fail(new ServerFailed({ server: options.name, reason, log: "" })))
    to.listeners.set(id, (answer) => {
      switch (answer.type) {
        case "started":
          to.pids.set(id, answer.pid)
          return resume(
            Effect.succeed({
              pid: answer.pid,
              ending: () => ending,
              ended: awaiting(
                to,
                Effect.promise(() => end)
              ),
              signal: (signal) => Effect.sync(() => send(to, { type: "signal", id, signal }))
            })
          )
        case "refused":
          to.listeners.delete(id)
          return refuse(`could not be started: ${answer.reason}`)
        case "ended":
          to.listeners.delete(id)
          to.pids.delete(id)
          finish(answer.how)
          return refuse(answer.how)
      }
    })
    send(to, {
      type: "start",
      id,
      command: options.command,
      args: options.args,
      directory: options.directory,
      environment: { ...process.env, ...options.environment },
      log: options.log
    })
  })
