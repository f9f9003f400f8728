import { MemoryStore, SqliteStore } from "@lockstep/core"
import { describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { join } from "node:path"
import { folder } from "./support/folder.ts"
import { labelLoop, layerLoop } from "./support/loop.ts"

describe("The label loop", () => {
  it.effect("goes all the way on a store in memory", () =>
    labelLoop.pipe(Effect.provide(layerLoop.pipe(Layer.provideMerge(MemoryStore.layer()))))
  )

  it.live(
    "goes all the way on a store in a SQLite file",
    () =>
      Effect.gen(function* () {
        const store = SqliteStore.layer({ path: join(yield* folder, "store.db") })
        yield* labelLoop.pipe(Effect.provide(layerLoop.pipe(Layer.provideMerge(store))))
      }).pipe(Effect.scoped),
    30_000
  )
})
