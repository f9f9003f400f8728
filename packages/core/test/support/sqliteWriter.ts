// Writes pairs to a store without an end, and says so once a write is acknowledged: `name value`.
import { Resource, ResourceStore, SqliteStore } from "@lockstep/core"
import { Effect, Layer } from "effect"
import { writeSync } from "node:fs"
import { checksum, Pair } from "./pairs.ts"

const [path = "", round = ""] = process.argv.slice(2)

const writeForEver = Effect.gen(function* () {
  const store = yield* ResourceStore
  for (let step = 0; ; step++) {
    const name = `pair-${step % 7}`
    const value = Number(round) * 1_000_000 + step
    const spec = { value, checksum: checksum(name, value) }
    const key = Resource.key(name, "default")
    yield* store.get(Pair, key).pipe(
      Effect.flatMap((pair) => store.update(Pair, { ...pair, spec })),
      Effect.catchReason("StoreError", "NotFound", () => store.create(Pair, { metadata: key, spec }))
    )
    writeSync(1, `${name} ${value}\n`)
    // Now and then one goes, so that deletions are cut short as well. It is said before: both outcomes are right then.
    if (step % 11 === 10) {
      const gone = `pair-${(step + 3) % 7}`
      writeSync(1, `${gone} -1\n`)
      yield* Effect.ignore(store.delete(Pair, Resource.key(gone, "default")))
    }
  }
})

Effect.runFork(Effect.provide(writeForEver, Layer.orDie(SqliteStore.layer({ path }))))
