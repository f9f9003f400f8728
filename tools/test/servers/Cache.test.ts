import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { entryDirectory, obtain } from "../../servers/Cache.ts"
import { runProgram } from "../support/program.ts"
import { until } from "../support/until.ts"

const emptyCache = Effect.acquireRelease(
  Effect.sync(() => {
    const directory = mkdtempSync(join(tmpdir(), "lockstep-cache-"))
    return { directory, notes: join(directory, "notes"), environment: { XDG_CACHE_HOME: directory } }
  }),
  ({ directory }) => Effect.sync(() => rmSync(directory, { recursive: true, force: true }))
)

const entriesIn = (cache: string) =>
  readdirSync(join(cache, "lockstep", "servers")).filter((name) => !name.includes(".lock"))

/** Points this process at a cache for the scope. */
const withCache = (directory: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.env.XDG_CACHE_HOME
      process.env.XDG_CACHE_HOME = directory
      return before
    }),
    (before) =>
      Effect.sync(() => {
        if (before === undefined) delete process.env.XDG_CACHE_HOME
        else process.env.XDG_CACHE_HOME = before
      })
  )

describe("obtain", { timeout: 30_000 }, () => {
  it.effect("builds an entry once for two runs that want it at once", () =>
    Effect.gen(function* () {
      const { notes, environment } = yield* emptyCache
      const runs = yield* Effect.forEach([1, 2, 3], () => runProgram("cacheBuilder.ts", ["finish", notes], environment))
      const [first, ...others] = yield* Effect.forEach(runs, ({ firstLine }) => firstLine)
      assert.deepStrictEqual(others, [first, first])
      assert.strictEqual(readFileSync(notes, "utf8"), "built\n")
      assert.isTrue(existsSync(join(first ?? "", "whole")))
    })
  )

  it.effect("builds again, and clears away, what a killed run had begun", () =>
    Effect.gen(function* () {
      const { directory, notes, environment } = yield* emptyCache
      const killed = yield* runProgram("cacheBuilder.ts", ["hang", notes], environment)
      assert.strictEqual(yield* killed.firstLine, "building")
      killed.child.kill("SIGKILL")
      yield* killed.ended
      yield* until("the remains are there", () => entriesIn(directory).length === 1)
      const next = yield* runProgram("cacheBuilder.ts", ["finish", notes], environment)
      const built = yield* next.firstLine
      assert.deepStrictEqual(entriesIn(directory), [basename(built)])
    })
  )

  it.effect("keeps nothing of a build that fails", () =>
    Effect.gen(function* () {
      const { directory } = yield* emptyCache
      yield* withCache(directory)
      const error = yield* Effect.flip(obtain({ name: "thing", builtFrom: [] }, () => Effect.fail("no network")))
      assert.strictEqual(error, "no network")
      assert.deepStrictEqual(entriesIn(directory), [])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("builds where the entry will not stay, and says where it will", () =>
    Effect.gen(function* () {
      const { directory } = yield* emptyCache
      yield* withCache(directory)
      const entry = { name: "thing", builtFrom: ["a"] }
      const sites: Array<string> = []
      const found = yield* obtain(entry, (site) => Effect.sync(() => sites.push(site.directory, site.finalDirectory)))
      assert.strictEqual(found, yield* entryDirectory(entry))
      assert.strictEqual(sites[1], found)
      assert.notStrictEqual(sites[0], found)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("entryDirectory", () => {
  it.effect("differs with each thing the entry is built from", () =>
    Effect.gen(function* () {
      const parts = [["a"], ["a", "b"], ["ab"], ["a", "", "b"], []]
      const all = yield* Effect.forEach(parts, (builtFrom) => entryDirectory({ name: "thing", builtFrom }))
      assert.strictEqual(new Set(all).size, parts.length)
    })
  )
})
