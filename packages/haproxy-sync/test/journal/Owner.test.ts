import { isGone, thisProcess } from "../../src/journal/Owner.ts"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"

const hour = 60 * 60 * 1000

describe("A process that has written something down", () => {
  it.effect("is at work when it is this one", () =>
    Effect.gen(function* () {
      assert.isFalse(yield* isGone(yield* thisProcess, 100 * hour))
    })
  )

  it.effect("is gone when nothing has its number any more", () =>
    Effect.gen(function* () {
      const { pid } = spawnSync(process.execPath, ["--version"])
      assert.isTrue(yield* isGone({ ...(yield* thisProcess), pid }, 0))
    })
  )

  it.effect.skipIf(process.platform !== "linux")("is gone when its number belongs to a later process", () =>
    Effect.gen(function* () {
      assert.isTrue(yield* isGone({ ...(yield* thisProcess), started: "1" }, 0))
    })
  )

  it.effect.each(["machine", "boot", "namespace"] as const)(
    "is taken to be gone after an hour when it belongs to another %s",
    (what) =>
      Effect.gen(function* () {
        const other = { ...(yield* thisProcess), [what]: "another" }
        assert.deepStrictEqual([yield* isGone(other, hour - 1), yield* isGone(other, hour + 1)], [false, true])
      })
  )
})
