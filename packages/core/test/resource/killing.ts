import { ResourceStore, SqliteStore, type WatchEvent } from "@lockstep/core"
import { assert } from "@effect/vitest"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { checksum, Pair } from "../support/pairs.ts"
import { startProgram } from "../support/programs.ts"

/** What the writer was told is written: the latest round of each pair that was acknowledged. */
export type Acknowledged = ReadonlyMap<string, number>

const writer = join(import.meta.dirname, "../support/sqliteWriter.ts")

const start = (path: string, round: number) => {
  const child = startProgram(writer, [path, String(round)])
  const exited = once(child, "exit")
  const acknowledged = new Map<string, number>()
  /** Reads what is acknowledged, to the last of it: what was so before a kill may still come through the pipe. */
  const read = async (seen: (lines: number) => void): Promise<Acknowledged> => {
    let lines = 0
    for await (const line of createInterface({ input: child.stdout ?? assert.fail("it can't be read") })) {
      const [name = "", value = ""] = line.split(" ")
      acknowledged.set(name, Number(value))
      lines += 1
      seen(lines)
    }
    await exited
    return acknowledged
  }
  return { kill: () => child.kill("SIGKILL"), read }
}

/** Lets another program write until it has acknowledged some writes, and kills it in the middle of the next. */
const writeUntilKilled = (path: string, round: number, after: number): Effect.Effect<Acknowledged> =>
  Effect.promise(() => {
    const { kill, read } = start(path, round)
    return read((lines) => {
      if (lines === after) kill()
    })
  })

/** Does something while another program writes, from its first write on, and then kills it. */
export const whileAnotherWrites = <E>(path: string, body: Effect.Effect<void, E>): Effect.Effect<Acknowledged, E> =>
  Effect.gen(function* () {
    const { kill, read } = start(path, 1)
    const begun = yield* Deferred.make<void>()
    const reading = yield* Effect.forkChild(Effect.promise(() => read(() => Deferred.doneUnsafe(begun, Effect.void))))
    yield* Deferred.await(begun)
    yield* Effect.ensuring(body, Effect.sync(kill))
    return yield* Fiber.join(reading)
  })

/** Follows pairs through the events of a watch, from what was there. */
const follow = (before: ReadonlyMap<string, number>, events: ReadonlyArray<WatchEvent<Pair>>) => {
  const pairs = new Map(before)
  for (const event of events) {
    if (!("object" in event)) continue
    const { metadata, spec } = event.object
    if (event._tag === "deleted") pairs.delete(metadata.name)
    else pairs.set(metadata.name, spec.value)
  }
  return pairs
}

/**
 * Kills a writer in the middle of its writes, again and again, and looks each time at what the file holds: no object is
 * torn, no acknowledged write is lost, and a watch from before tells exactly what happened since.
 */
export const killAgainAndAgain = Effect.fnUntraced(function* (path: string, rounds: number) {
  let version: string | undefined
  let present: ReadonlyMap<string, number> = new Map()
  let writes = 0
  for (let round = 1; round <= rounds; round++) {
    const acknowledged = yield* writeUntilKilled(path, round, 1 + ((round * 37) % 60))
    assert.isAbove(acknowledged.size, 0, `round ${round}: the writer wrote nothing`)
    yield* Effect.gen(function* () {
      const store = yield* ResourceStore
      const page = yield* store.list(Pair)
      const found = new Map(page.items.map(({ metadata, spec }) => [metadata.name, spec.value]))
      for (const { metadata, spec } of page.items) {
        assert.strictEqual(
          spec.checksum,
          checksum(metadata.name, spec.value),
          `round ${round}: ${metadata.name} is torn`
        )
      }
      for (const [name, value] of acknowledged) {
        assert.isAtLeast(found.get(name) ?? -1, value, `round ${round}: a write to ${name} was lost`)
      }
      if (version !== undefined && version !== page.resourceVersion) {
        const missed = Number(page.resourceVersion) - Number(version)
        const events = yield* store.watch(Pair, { from: version }).pipe(Stream.take(missed), Stream.runCollect)
        const versions = events.map((event) => ("object" in event ? Number(event.object.metadata.resourceVersion) : 0))
        assert.deepStrictEqual(
          versions,
          Array.from({ length: missed }, (_, index) => Number(version) + index + 1)
        )
        assert.deepStrictEqual(Object.fromEntries(follow(present, events)), Object.fromEntries(found))
        writes += missed
      }
      version = page.resourceVersion
      present = found
    }).pipe(Effect.provide(SqliteStore.layer({ path }), { local: true }))
  }
  return writes
})
