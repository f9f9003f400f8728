import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runtimeSocketAt } from "../../src/dataplane/RuntimeSocket.ts"

/** A socket that answers what it was sent. */
const echoing = Effect.map(
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<{ readonly folder: string; readonly path: string; readonly server: Server }>((resolve) => {
          const folder = mkdtempSync(join(tmpdir(), "lockstep-socket-"))
          const path = join(folder, "s.sock")
          const server = createServer({ allowHalfOpen: true }, (connection) => {
            let text = ""
            connection.on("data", (chunk) => (text += chunk.toString()))
            connection.on("end", () => connection.end(`[${text}]\n\n`))
          }).listen(path, () => resolve({ folder, path, server }))
        })
    ),
    ({ folder, server }) =>
      Effect.sync(() => {
        server.close()
        rmSync(folder, { recursive: true, force: true })
      })
  ),
  ({ path }) => path
)

describe("A runtime socket", () => {
  it.live("gets a command, with what belongs to it up to an empty line, and answers all that comes back", () =>
    Effect.gen(function* () {
      const { execute } = runtimeSocketAt(yield* echoing)
      assert.strictEqual(yield* execute("show info"), "[show info\n]")
      assert.strictEqual(yield* execute("set ssl ca-file a", "one\ntwo\n\n"), "[set ssl ca-file a <<\none\ntwo\n\n]")
    }).pipe(Effect.scoped)
  )

  it.live.each([
    ["two commands", "show info; show stat", undefined],
    ["a line too many", "show info\nshow stat", undefined],
    ["an empty line in what belongs to it", "set ssl ca-file a", "one\n\ntwo"],
    ["more than HAProxy reads at once", "set ssl ca-file a", "x".repeat(16_384)]
  ] as const)("is not sent %s", ([, command, payload]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runtimeSocketAt("/never/used").execute(command, payload))
      assert.strictEqual(error.reason, "Refused")
    })
  )

  it.live("says that nobody listens there, and nothing of what was to be sent", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(runtimeSocketAt("/nowhere/at/all.sock").execute("set ssl cert a", "geheim"))
      assert.strictEqual(error.reason, "Unreachable")
      assert.notInclude(error.message, "geheim")
    })
  )
})
