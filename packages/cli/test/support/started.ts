import { Effect } from "effect"
import { spawn } from "node:child_process"

/** Starts a program that goes on until it is ended; it ends with the scope at the latest. */
export const started = (program: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(program, args, {
        env: { PATH: process.env["PATH"], ...env },
        stdio: ["ignore", "pipe", "pipe"]
      })
      let out = ""
      let errors = ""
      child.stdout.on("data", (data: Buffer) => void (out += data.toString()))
      child.stderr.on("data", (data: Buffer) => void (errors += data.toString()))
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
      return {
        child,
        /** What it has written to stdout so far. */
        out: Effect.sync(() => out),
        errors: Effect.sync(() => errors),
        /** Waits until what it has written is so; a program that has ended by itself before is a defect. */
        until: (holds: (out: string, errors: string) => boolean) =>
          Effect.repeat(
            Effect.delay(
              Effect.suspend(() => {
                if (holds(out, errors)) return Effect.succeed(true)
                return child.exitCode === null
                  ? Effect.succeed(false)
                  : Effect.die(new Error(`it ended with ${child.exitCode}: ${out}${errors}`))
              }),
              "20 millis"
            ),
            { until: (held) => held }
          ),
        /** Ends it, and answers its exit code. */
        end: (signal: "SIGINT" | "SIGTERM") =>
          Effect.promise(() => {
            child.kill(signal)
            return ended
          })
      }
    }),
    ({ child }) => Effect.sync(() => void child.kill("SIGKILL"))
  )
