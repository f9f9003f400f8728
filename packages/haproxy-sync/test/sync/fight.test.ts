import { startEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fight } from "../support/fight.ts"

const text = (writer: number, round: number) =>
  [
    "global",
    "  stats socket /tmp/lockstep-fight.sock mode 600 level admin",
    "defaults main",
    "  mode http",
    "  timeout connect 1s",
    "frontend public from main",
    "  bind 127.0.0.1:18080 name public",
    `  http-request set-header X-Writer ${writer}`,
    `  http-request set-header X-Round ${round + 2}`,
    "  default_backend app",
    "backend app from main",
    `  server s1 127.0.0.1:80 weight ${(writer + 1) * 10 + (round % 10) + 1}`,
    ...(round % 2 === 0 ? [`backend writer-${writer} from main`, "  server s1 127.0.0.1:81"] : []),
    ""
  ].join("\n")

describe("Six writers on one server, two of them by hand", () => {
  it.live(
    "each end in success or an honest conflict, and the server holds what one of them brought last",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          const emulator = yield* Effect.acquireRelease(
            Effect.promise(() => startEmulator({ config: text(0, 0), reloadDelay: 10 })),
            (running) => Effect.promise(() => running.stop())
          )
          const { syncs } = yield* fight(emulator, text, { rounds: 3 })
          assert.strictEqual(syncs, 12)
        })
      ),
    60_000
  )
})
