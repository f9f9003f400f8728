import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema, Scope } from "effect"
import { scratchDirectory } from "../../../servers/Scratch.ts"
import { startServer } from "../../../servers/ServerProcess.ts"
import { familyIn } from "../../support/family.ts"
import { processesNaming } from "../../support/processes.ts"
import { runProgram } from "../../support/program.ts"
import { until } from "../../support/until.ts"

const Place = Schema.fromJsonString(Schema.Struct({ directory: Schema.String, pid: Schema.Int }))

const guardOf = (pid: number): number => Number(/\) \S (\d+)/u.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1])

// Processes are found in /proc.
describe.skipIf(process.platform !== "linux")("Guard", { timeout: 30_000 }, () => {
  it.effect.each(["SIGKILL", "SIGTERM", "SIGINT"] as const)(
    "ends the servers and removes the directories of a test process ended by %s",
    (signal) =>
      Effect.gen(function* () {
        const holder = yield* runProgram("serverHolder.ts")
        const { directory } = yield* Schema.decodeEffect(Place)(yield* holder.firstLine)
        yield* until("the server and its child run", () => processesNaming(directory).length === 3)
        holder.child.kill(signal)
        yield* until("the server and its child have ended", () => processesNaming(directory).length === 0)
        yield* until("the directory is gone", () => !existsSync(directory))
      })
  )

  it.effect("ends what it was starting for a test process that is killed meanwhile", () =>
    Effect.gen(function* () {
      const holder = yield* runProgram("serverHolder.ts", ["hasty"])
      const { directory } = yield* Schema.decodeEffect(Place)(yield* holder.firstLine)
      yield* holder.ended
      yield* until("all have ended", () => processesNaming(directory).length === 0)
      yield* until("the directory is gone", () => !existsSync(directory))
    })
  )

  it.effect("ends a server with its child when the scope closes, and removes the directory", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const directory = yield* Scope.provide(scratchDirectory("family"), scope)
      yield* Scope.provide(startServer(familyIn(directory)), scope)
      yield* until("the server and its child run", () => processesNaming(directory).length === 3)
      yield* Scope.close(scope, Exit.void)
      yield* until("the server and its child have ended", () => processesNaming(directory).length === 0)
      assert.isFalse(existsSync(directory))
    })
  )

  it.effect("has its work done by the test process when it is killed itself", () =>
    Effect.gen(function* () {
      const directory = yield* scratchDirectory("family")
      const server = yield* startServer(familyIn(directory))
      yield* until("the server and its child run", () => processesNaming(directory).length === 3)
      process.kill(guardOf(server.pid), "SIGKILL")
      yield* until("the server and its child have ended", () => processesNaming(directory).length === 0)
      assert.isFalse(yield* server.isRunning)
      assert.match(server.failure("gone").message, /lost with its guard/u)
    })
  )
})
