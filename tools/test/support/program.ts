import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { Effect, type Scope } from "effect"

/** A program of this folder that runs as a process of its own. */
export interface Program {
  readonly child: ChildProcess
  /** The first line it printed. */
  readonly firstLine: Effect.Effect<string>
  readonly ended: Effect.Effect<void>
}

/** Runs a program of this folder until the scope closes. */
export const runProgram = (
  name: string,
  args: ReadonlyArray<string> = [],
  environment: Readonly<Record<string, string>> = {}
): Effect.Effect<Program, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [fileURLToPath(new URL(name, import.meta.url)), ...args], {
        env: { ...process.env, ...environment },
        stdio: ["ignore", "pipe", "inherit"]
      })
      const ended = new Promise<void>((resolve) => void child.once("close", () => resolve()))
      const firstLine = new Promise<string>((resolve) => {
        let text = ""
        child.stdout.on("data", (part: Buffer) => {
          text += part.toString("utf8")
          if (text.includes("\n")) resolve(text.slice(0, text.indexOf("\n")))
        })
      })
      return { child, ended: Effect.promise(() => ended), firstLine: Effect.promise(() => firstLine) }
    }),
    ({ child, ended }) => {
      child.kill("SIGKILL")
      return ended
    }
  )
