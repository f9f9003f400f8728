import {
  compare,
  coveredBy,
  DataplaneClient,
  defaultSyncOptions,
  type Guards,
  readHeld,
  Synchronizer
} from "@lockstep/haproxy-sync"
import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { accepted, corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"

type Pair = readonly [current: string, desired: string]

/** Pairs that HAProxy takes, and every third file with one that has nothing to do with it. */
const pairs = (): ReadonlyArray<Pair> => {
  const files = corpusTable("configs.tsv").flatMap(({ file = "", ...row }) => (row["ok_3.2"] === "yes" ? [file] : []))
  return [
    ...corpusTable("pairs.tsv")
      .filter((row) => accepted(row["initial_3.2"]) && accepted(row["desired_3.2"]))
      .map(({ name }) => [`pairs/${name}/initial.cfg`, `pairs/${name}/desired.cfg`] as const),
    ...corpusTable("pairs-unlabelled.tsv")
      .filter((row) => accepted(row["ok_3.2_a"]) && accepted(row["ok_3.2_b"]))
      .flatMap(({ a = "", b = "" }) => [[a, b] as const, [b, a] as const]),
    ...files.flatMap((file, index) =>
      index % 3 === 0 ? [[files[(index * 7 + 1) % files.length] ?? file, file] as const] : []
    )
  ]
}

const bring = Effect.fnUntraced(function* (desired: string, guards: Guards = {}) {
  const { text } = yield* DataplaneClient.use((client) => client.raw)
  return yield* Synchronizer.use((synchronizer) =>
    synchronizer.syncFromStrings(text, desired, { ...defaultSyncOptions, guards })
  )
})

/** Runs something against a server of its own that holds this text. */
const against = <A, E>(config: string, run: Effect.Effect<A, E, DataplaneClient | Synchronizer>) =>
  // What HAProxy thinks of these texts is known.
  run.pipe(
    Effect.provide(
      Synchronizer.layer.pipe(
        Layer.provideMerge(DataplaneEmulator.clientLayer({ config, reloadDelay: 1, check: () => undefined }))
      )
    ),
    Effect.scoped
  )

describeCorpus("a plan that is carried out", () => {
  it.live.each(pairs())("leads from %s to %s on a server, as forecast, and then to nothing more", ([from, to]) =>
    against(
      corpusText(from),
      Effect.gen(function* () {
        const first = yield* bring(corpusText(to))
        if (first.status === "refused") return assert.isNotEmpty(first.plan?.refusals)
        assert.include(["applied", "in-sync"], first.status, first.message)
        if (first.plan !== undefined) {
          const { reloads, requests } = first.plan.forecast
          assert.deepStrictEqual([first.requests, first.reloads], [requests, reloads])
        }
        const second = yield* bring(corpusText(to))
        assert.strictEqual(second.status, "in-sync", second.message)
      })
    )
  )

  const third = pairs().filter((_, index) => index % 3 === 0)
  it.live.each(third)(
    "from %s to %s under an ownership leaves the others alone, and then finds nothing more",
    ([from, to]) =>
      against(
        corpusText(from),
        Effect.gen(function* () {
          const guards = { own: ["backend", "userlist", "*/*a*"] }
          const before = (yield* readHeld).config
          const first = yield* bring(corpusText(to), guards)
          if (first.status === "refused") return assert.isNotEmpty(first.plan?.refusals)
          assert.include(["applied", "in-sync"], first.status, first.message)
          const after = (yield* readHeld).config
          const isOwned = coveredBy(guards.own)
          const touched = compare(before, after, { order: "ignore" }).operations.flatMap(
            ({ keyword, owner }) => before.section(keyword, owner) ?? after.section(keyword, owner) ?? []
          )
          assert.deepStrictEqual(
            touched.filter((one) => !isOwned(one)).map(({ text }) => text),
            []
          )
          const second = yield* bring(corpusText(to), guards)
          assert.strictEqual(second.status, "in-sync", second.message)
        })
      )
  )
})
