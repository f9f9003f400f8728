import {
  DataplaneClient,
  differenceOf,
  parse,
  readHeld,
  type SyncResult,
  Synchronizer,
  textDifference
} from "@lockstep/haproxy-sync"
import type { Emulator } from "@lockstep/haproxy-sync/testing"
import { assert } from "@effect/vitest"
import { Clock, Effect, Layer, Redacted, Result } from "effect"
import { readFileSync, renameSync, writeFileSync } from "node:fs"
import { anotherBackend, type SmallConfig, smallConfig } from "./smallConfig.ts"

/** How long a fight goes on: each writer a number of times, or until a moment. */
export type FightLength = { readonly rounds: number } | { readonly milliseconds: number }

/** What a writer wants in a round; each differs from all others. */
export const textOf = (writer: number, round: number, more: SmallConfig = {}): string =>
  smallConfig({
    ...more,
    public: [`http-request set-header X-Writer ${writer}`, `http-request set-header X-Round ${round + 2}`],
    weight: (writer + 1) * 10 + (round % 10) + 1,
    rest: round % 2 === 0 ? anotherBackend(`writer-${writer}`) : ""
  })

/** One of those who fight; the texts it wants, one after another, differ from all others'. */
interface Writer {
  readonly text: (round: number) => string
  last: string | undefined
  readonly results: Array<SyncResult>
}

const honest = ({ message, status }: SyncResult): boolean =>
  status === "applied" || status === "in-sync" || (status === "failed" && message.startsWith("Version conflict"))

/**
 * Lets four synchronizers, each with a client of its own, and two who edit the file by hand fight over one server; then asserts that
 * each ended in success or an honest conflict, that the server holds what one of them brought there last, and that nothing is left open.
 */
export const fight = Effect.fnUntraced(function* (
  emulator: Emulator,
  text: (writer: number, round: number) => string,
  length: FightLength
) {
  const start = yield* Clock.currentTimeMillis
  const goesOn = (round: number) =>
    "rounds" in length
      ? Effect.succeed(round < length.rounds)
      : Effect.map(Clock.currentTimeMillis, (now) => now - start < length.milliseconds)
  const writers = Array.from({ length: 6 }, (_, index): Writer => ({
    text: (round) => text(index, round),
    last: undefined,
    results: []
  }))
  const layer = Synchronizer.layer.pipe(
    Layer.provideMerge(
      DataplaneClient.layer({
        baseUrl: emulator.url,
        username: emulator.user,
        password: Redacted.make(emulator.password)
      })
    )
  )
  const synchronizing = (writer: Writer) =>
    Effect.gen(function* () {
      for (let round = 0; yield* goesOn(round); round++) {
        const { raw } = yield* readHeld
        const result = yield* Synchronizer.use((one) => one.syncFromStrings(raw.text, writer.text(round)))
        writer.results.push(result)
        if (result.success) writer.last = writer.text(round)
      }
    }).pipe(Effect.provide(Layer.fresh(layer)))
  const editing = (writer: Writer) =>
    Effect.gen(function* () {
      for (let round = 0; yield* goesOn(round); round++) {
        // An editor writes what it has read a while ago, over whatever has come since.
        const read = readFileSync(emulator.file, "utf8")
        yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
        if (read.length === 0) continue
        writer.last = writer.text(round)
        writeFileSync(`${emulator.file}.edited`, writer.last)
        renameSync(`${emulator.file}.edited`, emulator.file)
        yield* Effect.promise(emulator.readFile)
        // The others need room to ever come to an end.
        yield* DataplaneClient.use((client) => client.version).pipe(
          Effect.repeat({ times: 60 }),
          Effect.provide(Layer.fresh(layer))
        )
      }
    })
  yield* Effect.forEach(writers, (writer, index) => (index < 4 ? synchronizing(writer) : editing(writer)), {
    concurrency: "unbounded"
  })

  const results = writers.flatMap((writer) => writer.results)
  assert.deepStrictEqual(
    results.filter((result) => !honest(result)).map(({ message }) => message),
    []
  )
  yield* Effect.gen(function* () {
    const client = yield* DataplaneClient
    const held = yield* readHeld
    const mine = writers.filter(({ last }) => last !== undefined && textDifference(held.raw.text, last) === undefined)
    assert.isNotEmpty(mine, held.raw.text)
    assert.isFalse(held.apart)
    const open = (yield* client.transactions).filter(({ status }) => status === "in_progress")
    assert.deepStrictEqual(open, [])
    // And whoever comes last, alone, gets what they want.
    const wanted = text(0, -1)
    const last = yield* Synchronizer.use((one) => one.syncFromStrings(held.raw.text, wanted))
    assert.include(["applied", "in-sync"], last.status, last.message)
    assert.isUndefined(differenceOf((yield* readHeld).config, Result.getOrThrow(parse(wanted))))
  }).pipe(Effect.provide(Layer.fresh(layer)))
  return { syncs: results.length, won: results.filter(({ success }) => success).length }
})
