import { Effect, Schema, Stream } from "effect"
import { ChildProcess, type ChildProcessSpawner } from "effect/process"

/**
 * A program that is not on this machine, or that ended with a status other than 0. The complaint is what it wrote on
 * stderr.
 *
 * @category errors
 * @since 0.1.0
 */
export class CommandFailed extends Schema.TaggedError<CommandFailed>()("CommandFailed", {
  command: Schema.String,
  missing: Schema.Boolean,
  complaint: Schema.String
}) {
  override get message(): string {
    return this.missing ? `${this.command} is not on this machine` : `${this.command} failed: ${this.complaint}`
  }
}

/**
 * Where and with which extra environment a program runs.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommandOptions {
  readonly directory?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/**
 * Runs a program to its end and answers what it wrote on stdout.
 *
 * @category operations
 * @since 0.1.0
 */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  options: CommandOptions = {}
): Effect.Effect<string, CommandFailed, ChildProcessSpawner.ChildProcessSpawner> =>
  Effect.gen(function* () {
    const handle = yield* ChildProcess.make(command, [...args], {
      cwd: options.directory,
      env: options.environment ?? {},
      extendEnv: true,
      stdin: "ignore"
    })
    const [stdout, stderr, status] = yield* Effect.all(
      [
        Stream.mkString(Stream.decodeText(handle.stdout)),
        Stream.mkString(Stream.decodeText(handle.stderr)),
        handle.exitCode
      ],
      { concurrency: "unbounded" }
    )
    if (Number(status) === 0) return stdout
    return yield* new CommandFailed({
      command,
      missing: false,
      complaint: (stderr.trim() || stdout.trim()).slice(-4000)
    })
  }).pipe(
    Effect.scoped,
    Effect.catchTag("PlatformError", (error) =>
      Effect.fail(new CommandFailed({ command, missing: error.reason._tag === "NotFound", complaint: error.message }))
    )
  )
