import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type Duration, Effect, Schedule, type Scope } from "effect"
import { start as startGuarded } from "./guard/Guard.ts"
import { onLiveClock } from "./LiveClock.ts"
import { ServerFailed } from "./ServerError.ts"

/**
 * One running server process.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerProcess {
  readonly name: string
  readonly pid: number
  readonly isRunning: Effect.Effect<boolean>
  /** What the server wrote on stdout and stderr so far, earlier runs in the same directory included. */
  readonly log: Effect.Effect<string>
  /** Kills it, with all it started, and waits for its end. */
  readonly kill: Effect.Effect<void>
  /** Sends a signal to it and all it started. */
  readonly signal: (name: NodeJS.Signals) => Effect.Effect<void>
  /** Builds an error that carries the end of the log. */
  readonly failure: (reason: string) => ServerFailed
}

/**
 * What to start, and how it is told to end.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServerProcessOptions {
  readonly name: string
  readonly command: string
  readonly args: ReadonlyArray<string>
  readonly directory: string
  readonly environment?: Readonly<Record<string, string | undefined>>
  /**
   * The signal that ends it when the scope closes; SIGKILL unless given. A server with children of its own should be
   * asked by SIGTERM, so that it reaps them. One that has not ended after five seconds is killed.
   */
  readonly endBy?: NodeJS.Signals
}

const logLines = 40

/**
 * Starts a server. It ends with the scope, and with this process if that dies first.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startServer = Effect.fnUntraced(function* (
  options: ServerProcessOptions
): Effect.fn.Return<ServerProcess, ServerFailed, Scope.Scope> {
  const { name, command, args, directory, environment = {}, endBy } = options
  const file = join(directory, `${name}.log`)
  const guarded = yield* startGuarded({ name, command, args, directory, environment, log: file })
  const kill = Effect.suspend(() =>
    guarded.ending() === undefined
      ? Effect.asVoid(Effect.andThen(guarded.signal("SIGKILL"), guarded.ended))
      : Effect.void
  )
  if (endBy !== undefined) {
    yield* Effect.addFinalizer(() =>
      guarded.ending() === undefined
        ? Effect.andThen(
            guarded.signal(endBy),
            onLiveClock(Effect.timeoutOrElse(guarded.ended, { duration: "5 seconds", orElse: () => kill }))
          )
        : Effect.void
    )
  }
  return {
    name,
    pid: guarded.pid,
    isRunning: Effect.sync(() => guarded.ending() === undefined),
    log: Effect.sync(() => readLog(file)),
    kill,
    signal: guarded.signal,
    failure: (reason) => {
      const ending = guarded.ending()
      return new ServerFailed({
        server: name,
        reason: ending === undefined ? reason : `${reason} (the process ${ending})`,
        log: readLog(file).trimEnd().split("\n").slice(-logLines).join("\n")
      })
    }
  }
})

const readLog = (file: string): string => {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

/**
 * Waits until a server answers as it should: asks again and again, and fails at once when the process has ended.
 *
 * @category operations
 * @since 0.1.0
 */
export const awaitReady = <R>(
  server: ServerProcess,
  options: {
    readonly check: Effect.Effect<boolean, unknown, R>
    readonly within: Duration.Input
    readonly what: string
  }
): Effect.Effect<void, ServerFailed, R> =>
  Effect.gen(function* () {
    const running = yield* server.isRunning
    const answered = yield* Effect.orElseSucceed(options.check, () => false)
    if (answered) return true
    return running ? false : yield* server.failure(`ended before it ${options.what}`)
  }).pipe(
    Effect.repeat({ schedule: Schedule.spaced("25 millis"), until: (ready) => ready }),
    Effect.timeoutOrElse({
      duration: options.within,
      orElse: () => Effect.fail(server.failure(`did not become ready in time: it never ${options.what}`))
    }),
    Effect.asVoid,
    onLiveClock
  )
