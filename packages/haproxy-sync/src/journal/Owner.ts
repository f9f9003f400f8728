import { Effect, Schema } from "effect"
import { readFile, readlink } from "node:fs/promises"
import { hostname } from "node:os"

/**
 * The process that has written something down: its number means something only within one start of one machine, and there within one
 * container; and only together with the time at which it was started, since numbers are used again.
 */
export const Owner = Schema.Struct({
  machine: Schema.String,
  boot: Schema.String,
  namespace: Schema.String,
  pid: Schema.Number,
  started: Schema.String
})

/** A process. */
export type Owner = typeof Owner.Type

/** What of it can't be known, as on systems without /proc, is empty. */
const told = (read: () => Promise<string>): Effect.Effect<string> =>
  Effect.tryPromise(read).pipe(
    Effect.map((text) => text.trim()),
    Effect.orElseSucceed(() => "")
  )

/** When a process was started, in ticks since the machine was; empty where there is none, or it can't be known. */
const startOf = (pid: number): Effect.Effect<string> =>
  Effect.map(
    told(() => readFile(`/proc/${pid}/stat`, "utf8")),
    // The name of the program comes before, in parentheses, and may hold blanks.
    (stat) => stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? ""
  )

/** This process. */
export const thisProcess: Effect.Effect<Owner> = Effect.gen(function* () {
  return {
    machine: hostname(),
    boot: yield* told(() => readFile("/proc/sys/kernel/random/boot_id", "utf8")),
    namespace: yield* told(() => readlink("/proc/self/ns/pid")),
    pid: process.pid,
    started: yield* startOf(process.pid)
  }
})

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH")
  }
}

/** What a process of another machine or container has written is taken to be left behind after so many milliseconds. */
const longest = 60 * 60 * 1000

/**
 * Reports whether a process that wrote something down some milliseconds ago has ended. Of one that can't be looked at, because it runs
 * on another machine or in another container, that is assumed after an hour.
 */
export const isGone = Effect.fnUntraced(function* (owner: Owner, age: number) {
  const own = yield* thisProcess
  const here = own.machine === owner.machine && own.boot === owner.boot && own.namespace === owner.namespace
  if (!here) return age > longest
  if (!isRunning(owner.pid)) return true
  return owner.started === "" ? age > longest : owner.started !== (yield* startOf(owner.pid))
})
