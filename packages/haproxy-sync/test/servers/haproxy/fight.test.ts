import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { fight, textOf } from "../../support/fight.ts"
import { folder, freePort, load, overHaproxy, webServer } from "../../support/realHaproxy.ts"

const haproxy = process.env["LOCKSTEP_HAPROXY_3_2"] ?? ""

/** How long they fight; what is asked for is a minute. */
const seconds = Number(process.env["LOCKSTEP_FIGHT_SECONDS"] ?? 60)

describe("Six writers on one server over a real HAProxy, two of them by hand", () => {
  it.live(
    "each end in success or an honest conflict for a minute, while HAProxy goes on serving",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          assert.notStrictEqual(haproxy, "")
          const directory = yield* folder
          const [port, web] = [yield* freePort, yield* webServer("web")]
          const text = (writer: number, round: number) =>
            textOf(writer, round, {
              socket: join(directory, "stats.sock"),
              bind: `127.0.0.1:${port}`,
              server: `127.0.0.1:${web}`
            })
          const { emulator } = yield* overHaproxy({ config: text(0, 0), directory, haproxy, reloadDelay: 1000 })
          const pid = emulator.haproxyPid()
          const seen = yield* load(port)
          const { syncs, won } = yield* fight(emulator, text, { milliseconds: seconds * 1000 })
          assert.isAbove(won, 0)
          assert.isAtLeast(syncs, won)
          assert.strictEqual(emulator.haproxyPid(), pid)
          assert.isAbove(seen.requests, 0)
          assert.deepStrictEqual(seen.failures, [])
          yield* Effect.log(`${syncs} synchronizations, ${won} of them won; ${seen.requests} requests were served`)
        })
      ),
    (seconds + 60) * 1000
  )
})
