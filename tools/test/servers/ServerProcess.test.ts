import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { scratchDirectory } from "../../servers/Scratch.ts"
import { awaitReady, startServer } from "../../servers/ServerProcess.ts"

const shell = (name: string, script: string) =>
  Effect.gen(function* () {
    const directory = yield* scratchDirectory(name)
    return yield* startServer({ name, command: "/bin/sh", args: ["-c", script], directory })
  })

const never = { check: Effect.succeed(false), within: "30 seconds", what: "answered" } as const

describe("startServer", { timeout: 30_000 }, () => {
  it.effect("says that a program is missing", () =>
    Effect.gen(function* () {
      const directory = yield* scratchDirectory("absent")
      const options = { name: "absent", command: `${directory}/no-such-program`, args: [], directory }
      const error = yield* Effect.flip(startServer(options))
      assert.match(error.message, /^absent: could not be started: .*ENOENT/u)
    })
  )

  it.effect("keeps what the server writes on both outputs", () =>
    Effect.gen(function* () {
      const server = yield* shell("talker", "echo one; echo two >&2; exec sleep 100")
      const bothWritten = Effect.map(server.log, (log) => log === "one\ntwo\n")
      yield* awaitReady(server, { check: bothWritten, within: "10 seconds", what: "wrote both lines" })
      assert.isTrue(yield* server.isRunning)
    })
  )
})

describe("awaitReady", { timeout: 30_000 }, () => {
  it.effect("fails with the end of the log as soon as the server has ended", () =>
    Effect.gen(function* () {
      const server = yield* shell("loser", "echo no configuration; exit 3")
      const error = yield* Effect.flip(awaitReady(server, never))
      assert.strictEqual(
        error.message,
        "loser: ended before it answered (the process ended with status 3)\nno configuration"
      )
    })
  )

  it.effect("fails when the server takes too long", () =>
    Effect.gen(function* () {
      const server = yield* shell("sleeper", "exec sleep 100")
      const error = yield* Effect.flip(awaitReady(server, { ...never, within: "100 millis" }))
      assert.strictEqual(error.message, "sleeper: did not become ready in time: it never answered")
    })
  )

  it.effect("goes on while the check itself fails", () =>
    Effect.gen(function* () {
      const server = yield* shell("starter", "exec sleep 100")
      let asked = 0
      const check = Effect.suspend(() => (++asked < 3 ? Effect.fail("refused") : Effect.succeed(true)))
      yield* awaitReady(server, { check, within: "10 seconds", what: "answered" })
      assert.strictEqual(asked, 3)
    })
  )
})
