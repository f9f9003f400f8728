import { startEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fight, textOf } from "../support/fight.ts"

describe("Six writers on one server, two of them by hand", () => {
  it.live(
    "each end in success or an honest conflict, and the server holds what one of them brought last",
    () =>
      Effect.scoped(
        Effect.gen(function* () {
          const emulator = yield* Effect.acquireRelease(
            Effect.promise(() => startEmulator({ config: textOf(0, 0), reloadDelay: 10 })),
            (running) => Effect.promise(() => running.stop())
          )
          const { syncs } = yield* fight(emulator, textOf, { rounds: 3 })
          assert.strictEqual(syncs, 12)
        })
      ),
    60_000
  )
})
