import { GitHub, type GitHubSettings } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Redacted, Schema } from "effect"
import { readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as EtagCache from "../../src/GitHub/EtagCache.ts"
import * as AnswerFile from "../../src/GitHub/EtagCache/AnswerFile.ts"
import { acme, pr, seed } from "../fixtures/acme.ts"
import { folder } from "../support/folder.ts"

const Text = Schema.Struct({ text: Schema.String })

/** Statuses of the answers to some requests, by a client that begins without anything in memory. */
const statuses = <A, E>(settings: Partial<GitHubSettings>, run: Effect.Effect<A, E, GitHub>) =>
  Effect.gen(function* () {
    const emulator = yield* GitHubEmulator
    const before = emulator.exchanges.length
    const client = Layer.fresh(
      GitHub.layerWith({
        baseUrl: new URL("http://github.test"),
        token: Redacted.make("one"),
        timeout: Duration.seconds(30),
        fetch: emulator.fetch,
        ...settings
      })
    )
    yield* Effect.provide(run, client)
    return emulator.exchanges.slice(before).map(({ status }) => status)
  })

const reads = GitHub.use((github) =>
  Effect.all([
    github.getPR(pr(4)),
    github.listLabels(pr(1)),
    github.listReviews(pr(1)),
    github.listChecks(acme, "HEAD")
  ])
)

const test = (title: string, run: (path: string) => Effect.Effect<void, unknown, GitHubEmulator>) =>
  it.effect(title, () =>
    Effect.flatMap(folder, (path) => run(join(path, "answers.db"))).pipe(
      Effect.scoped,
      Effect.provide(GitHubEmulator.layer({ seed }))
    )
  )

describe("EtagCache.make", () => {
  it("forgets what was not used for longest", () => {
    const cache = EtagCache.make<number>(2)
    cache.set("a", { etag: "1", value: 1 })
    cache.set("b", { etag: "2", value: 2 })
    cache.get("a")
    cache.set("c", { etag: "3", value: 3 })
    assert.deepStrictEqual(
      ["a", "b", "c"].map((url) => cache.get(url)?.value),
      [1, undefined, 3]
    )
  })
})

describe("GitHub with a cache file", () => {
  test("need not be told after a restart what it knows already", (cacheFile) =>
    Effect.gen(function* () {
      const first = yield* statuses({ cacheFile }, reads)
      assert.deepStrictEqual(new Set(first), new Set([200]))
      const again = yield* statuses({ cacheFile }, reads)
      assert.deepStrictEqual(
        again,
        first.map(() => 304)
      )
      assert.strictEqual(statSync(cacheFile).mode & 0o777, 0o600)
    }))

  test("reads the same from it as from GitHub, and what has changed since anew", (cacheFile) =>
    Effect.gen(function* () {
      const { world } = yield* GitHubEmulator
      const read = (sink: Array<unknown>) =>
        Effect.map(
          GitHub.use((github) => Effect.all([github.getPR(pr(4)), github.listLabels(pr(1))])),
          (found) => void sink.push(found)
        )
      const found: Array<unknown> = []
      yield* statuses({ cacheFile }, read(found))
      assert.deepStrictEqual(yield* statuses({ cacheFile }, read(found)), [304, 304])
      assert.deepStrictEqual(found[1], found[0])
      world.addLabels(pr(1), ["more"])
      assert.deepStrictEqual(yield* statuses({ cacheFile }, read(found)), [304, 200])
      assert.notDeepEqual(found[2], found[0])
    }))

  test("never shows one credential what another was answered, and keeps neither of them", (cacheFile) =>
    Effect.gen(function* () {
      const token = Redacted.make("ghp_a-token-of-ours")
      yield* statuses({ cacheFile, token }, reads)
      const other = yield* statuses({ cacheFile, token: Redacted.make("ghp_another-token") }, reads)
      assert.notInclude(other, 304)
      const elsewhere = yield* statuses({ cacheFile, token, baseUrl: new URL("http://github.test/") }, reads)
      assert.notInclude(
        yield* statuses({ cacheFile, token, baseUrl: new URL("http://ghe.test/api/v3") }, Effect.ignore(reads)),
        304
      )
      assert.deepStrictEqual(new Set(elsewhere), new Set([304]))
      assert.notInclude(yield* statuses({ cacheFile }, reads), 304)
      const bytes = ["", "-wal"].map((end) => readFileSync(`${cacheFile}${end}`, { flag: "a+" }).toString("latin1"))
      assert.notInclude(bytes.join(""), "ghp_")
    }))

  test("does without where the file can't be used, leaves what isn't its own as it is, and says so", (path) =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const logs = Logger.layer([Logger.make(({ message }) => void told.push(String(message)))])
      const cases: ReadonlyArray<readonly [file: string, make: (file: string) => void]> = [
        [`${path}-text`, (file) => writeFileSync(file, "a".repeat(5000))],
        [
          `${path}-foreign`,
          (file) => {
            const db = new DatabaseSync(file)
            db.exec("CREATE TABLE theirs (a)")
            db.close()
          }
        ],
        [
          `${path}-newer`,
          (file) => {
            const db = new DatabaseSync(file)
            db.exec("CREATE TABLE salt (a); PRAGMA application_id = 1282368353; PRAGMA user_version = 99")
            db.close()
          }
        ],
        [`${path}-folder/x/y`, () => writeFileSync(`${path}-folder`, "")]
      ]
      for (const [cacheFile, make] of cases) {
        make(cacheFile)
        const before = cacheFile.includes("-folder") ? "" : readFileSync(cacheFile).toString("latin1")
        const answers = yield* Effect.provide(statuses({ cacheFile }, reads), logs)
        assert.deepStrictEqual(new Set(answers), new Set([200]), cacheFile)
        if (before !== "") assert.strictEqual(readFileSync(cacheFile).toString("latin1").length, before.length)
      }
      assert.strictEqual(told.length, cases.length)
      for (const line of told) assert.match(line, /^The file .* can't keep what GitHub answers \(.+\)/u)
    }))
})

describe("EtagCache.inFile", () => {
  const opened = (path: string, options: AnswerFile.AnswerFileOptions = {}) =>
    Effect.flatMap(AnswerFile.open(path, "me", options), (file) =>
      file === undefined ? Effect.die("it was not opened") : Effect.succeed(file)
    )

  test("holds no more than it is told to, and lets go what was not used for longest", (path) =>
    Effect.gen(function* () {
      const cache = EtagCache.inFile(yield* opened(path, { capacity: 3 }), Text)
      for (let at = 0; at < 20; at++) {
        cache.set(`/${at}`, { etag: "e", value: { text: `${at}` } })
        cache.get("/0")
      }
      const left = Array.from({ length: 20 }, (_, at) => at).filter((at) => cache.get(`/${at}`) !== undefined)
      assert.include(left, 0)
      assert.include(left, 19)
      assert.isAtMost(left.length, 5)

      const large = EtagCache.inFile(yield* opened(`${path}-2`, { capacity: 100, size: 10_000 }), Text)
      for (let at = 0; at < 200; at++) large.set(`/${at}`, { etag: "e", value: { text: "x".repeat(1000) } })
      const kept = Array.from({ length: 200 }, (_, at) => at).filter((at) => large.get(`/${at}`) !== undefined)
      assert.isAtMost(kept.length, 110)
    }).pipe(Effect.scoped))

  test("does not find what was read in another way", (path) =>
    Effect.gen(function* () {
      const file = yield* opened(path)
      EtagCache.inFile(file, Text).set("/", { etag: "e", value: { text: "a" } })
      assert.strictEqual(EtagCache.inFile(file, Text).get("/")?.value.text, "a")
      const More = Schema.Struct({ text: Schema.String, more: Schema.optionalKey(Schema.String) })
      assert.isUndefined(EtagCache.inFile(file, More).get("/"))
    }).pipe(Effect.scoped))

  test("is shared by programs that write at the same time", (path) =>
    Effect.gen(function* () {
      const caches = yield* Effect.forEach([1, 2, 3], () =>
        Effect.map(opened(path), (file) => EtagCache.inFile(file, Text))
      )
      for (let at = 0; at < 60; at++) {
        caches[at % 3]?.set(`/${at % 10}`, { etag: `${at}`, value: { text: `${at}` } })
        for (const cache of caches) assert.strictEqual(cache.get(`/${at % 10}`)?.value.text, `${at}`)
      }
      const other = new DatabaseSync(path, { readOnly: true })
      assert.strictEqual(Object.values(other.prepare("SELECT count(*) FROM answers").get() ?? {})[0], 10)
      other.close()
    }).pipe(Effect.scoped))
})
