import {
  GitHubEmulator,
  GitHubFaults,
  GitHubSeed,
  serve,
  type Emulator,
  type GitHubEmulatorOptions
} from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { acme, pr, seed } from "../fixtures/acme.ts"

const test = (
  title: string,
  run: (ask: ReturnType<typeof asking>, emulator: Emulator) => Effect.Effect<void, unknown>,
  options: GitHubEmulatorOptions = {}
) =>
  it.effect(title, () =>
    Effect.flatMap(GitHubEmulator.make({ seed, ...options }), (emulator) => run(asking(emulator), emulator))
  )

const asking =
  ({ fetch }: Pick<Emulator, "fetch">, root = new URL("http://github.test")) =>
  (method: string, path: string, body?: unknown, headers: { readonly [name: string]: string } = {}) =>
    Effect.promise(async () => {
      const response = await fetch(new URL(path, root), {
        method,
        headers: { "user-agent": "test", ...headers },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) })
      })
      const text = await response.text()
      const json: unknown = text === "" ? undefined : JSON.parse(text)
      return { status: response.status, headers: response.headers, body: json }
    })

const names = (body: unknown) =>
  Schema.decodeUnknownSync(Schema.Array(Schema.Struct({ name: Schema.String })))(body).map(({ name }) => name)

const messageOf = (body: unknown) => Schema.decodeUnknownSync(Schema.Struct({ message: Schema.String }))(body).message

const labels = "/repos/acme/web/issues/1/labels"

describe("GitHubEmulator: labels of a pull request", () => {
  test("are added beside each other, and the whole list comes back", (ask) =>
    Effect.gen(function* () {
      const { body, status } = yield* ask("POST", labels, { labels: ["a", { name: "b" }] })
      assert.deepStrictEqual([status, names(body)], [200, ["bug", "a", "b"]])
    }))

  test("are created in the catalogue with the colour ededed when they are new", (ask) =>
    Effect.gen(function* () {
      yield* ask("POST", labels, { labels: ["Fresh"] })
      const { body } = yield* ask("GET", "/repos/acme/web/labels/fresh")
      assert.deepInclude(body, { name: "Fresh", color: "ededed", description: null })
    }))

  test("are the same whatever their case", (ask) =>
    Effect.gen(function* () {
      yield* ask("POST", labels, { labels: ["BUG"] })
      assert.deepStrictEqual(names((yield* ask("GET", labels)).body), ["bug"])
      assert.strictEqual((yield* ask("DELETE", `${labels}/Bug`)).status, 200)
      assert.deepStrictEqual(names((yield* ask("GET", labels)).body), [])
    }))

  test("that are absent can't be taken away", (ask) =>
    Effect.gen(function* () {
      const { body, status } = yield* ask("DELETE", `${labels}/absent`)
      assert.strictEqual(status, 404)
      assert.deepInclude(body, { message: "Label does not exist" })
    }))

  test("may have names with slashes", (ask) =>
    Effect.gen(function* () {
      yield* ask("POST", labels, { labels: ["cd/merged"] })
      assert.deepStrictEqual(names((yield* ask("DELETE", `${labels}/cd%2Fmerged`)).body), ["bug"])
    }))

  test("are replaced as a set by PUT, and cleared by an empty one", (ask) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(names((yield* ask("PUT", labels, { labels: ["only"] })).body), ["only"])
      assert.deepStrictEqual(names((yield* ask("PUT", labels, { labels: [] })).body), [])
    }))

  test("have at most 50 characters each and are at most 100", (ask) =>
    Effect.gen(function* () {
      const long = yield* ask("POST", labels, { labels: ["x".repeat(51)] })
      assert.strictEqual(long.status, 422)
      assert.deepInclude(long.body, {
        errors: [{ value: "x".repeat(51), resource: "Label", field: "name", code: "invalid" }]
      })
      const many = Array.from({ length: 100 }, (_, index) => `label ${index}`)
      const full = yield* ask("POST", labels, { labels: many })
      assert.strictEqual(full.status, 422)
      assert.include(JSON.stringify(full.body), "more than 100 labels")
      assert.strictEqual((yield* ask("POST", labels, { labels: many.slice(1) })).status, 200)
    }))
})

describe("GitHubEmulator: the catalogue of labels", () => {
  const catalogue = "/repos/acme/web/labels"

  test("takes a new label once, whatever its case", (ask) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask("POST", catalogue, { name: "New", color: "00ff00" })).status, 201)
      const again = yield* ask("POST", catalogue, { name: "new", color: "00ff00" })
      assert.strictEqual(again.status, 422)
      assert.include(JSON.stringify(again.body), "already_exists")
    }))

  test("renames a label on every pull request that has it", (ask, { world }) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask("PATCH", `${catalogue}/bug`, { new_name: "defect", color: "000000" })).status, 200)
      assert.deepStrictEqual(world.labelsOf(pr(1)), ["defect"])
    }))

  test("takes a deleted label from every pull request", (ask, { world }) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask("DELETE", `${catalogue}/bug`)).status, 204)
      assert.deepStrictEqual(world.labelsOf(pr(1)), [])
    }))

  test("refuses what GitHub refuses", (ask) =>
    Effect.gen(function* () {
      for (const body of [
        { color: "000000" },
        { name: "🚀", color: "000000" },
        { name: "a", color: "#000000" },
        { name: "a", color: "000000", description: "x".repeat(101) }
      ]) {
        assert.strictEqual((yield* ask("POST", catalogue, body)).status, 422, JSON.stringify(body))
      }
    }))
})

describe("GitHubEmulator: pull requests", () => {
  const merge = "/repos/acme/web/pulls/1/merge"

  test("are merged only at the head that was meant", (ask, { world }) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask("PUT", merge, { sha: "0".repeat(40) })).status, 409)
      const { body, status } = yield* ask("PUT", merge, { sha: world.pullRequest(pr(1)).head.sha })
      assert.strictEqual(status, 200)
      assert.deepInclude(body, { merged: true })
      assert.strictEqual((yield* ask("PUT", merge)).status, 405)
    }))

  test("are not merged as drafts or with a conflict", (ask, { world }) =>
    Effect.gen(function* () {
      const draft = yield* ask("PUT", "/repos/acme/web/pulls/3/merge")
      assert.deepStrictEqual([draft.status, messageOf(draft.body)], [405, "Pull Request is still a draft"])
      world.pullRequest(pr(1)).conflicting = true
      const conflicting = yield* ask("PUT", merge)
      assert.deepStrictEqual([conflicting.status, messageOf(conflicting.body)], [405, "Pull Request is not mergeable"])
    }))

  test("begin their checks anew when their branch moves", (ask, { world }) =>
    Effect.gen(function* () {
      const sha = world.push(acme, "topic-1")
      assert.strictEqual(world.pullRequest(pr(1)).head.sha, sha)
      assert.deepInclude((yield* ask("GET", `/repos/acme/web/commits/${sha}/check-runs`)).body, { total_count: 0 })
    }))

  test("are opened, closed and opened again", (ask) =>
    Effect.gen(function* () {
      const opened = yield* ask("POST", "/repos/acme/web/pulls", { title: "T", head: "h", base: "main" })
      assert.deepInclude(opened.body, { number: 6, state: "open" })
      assert.deepInclude((yield* ask("PATCH", "/repos/acme/web/pulls/6", { state: "closed" })).body, {
        state: "closed"
      })
      assert.deepInclude((yield* ask("PATCH", "/repos/acme/web/pulls/6", { state: "open" })).body, { state: "open" })
    }))

  test("take statuses and checks from programs", (ask, { world }) =>
    Effect.gen(function* () {
      const { sha } = world.pullRequest(pr(2)).head
      yield* ask("POST", `/repos/acme/web/statuses/${sha}`, { state: "success", context: "scan" })
      yield* ask("POST", "/repos/acme/web/check-runs", { name: "test", head_sha: sha, conclusion: "success" })
      assert.deepInclude((yield* ask("GET", `/repos/acme/web/commits/${sha}/status`)).body, { state: "success" })
      assert.include(JSON.stringify((yield* ask("GET", `/repos/acme/web/commits/${sha}/check-runs`)).body), "success")
    }))
})

describe("GitHubEmulator: requests", () => {
  test("without a user agent are refused", (_, emulator) =>
    Effect.gen(function* () {
      const response = yield* emulator.handle(new Request("http://github.test/repos/acme/web"))
      assert.strictEqual(response.status, 403)
    }))

  test("with a trailing slash, an unknown path or broken JSON are refused", (ask) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask("GET", "/repos/acme/web/")).status, 404)
      assert.strictEqual((yield* ask("GET", "/nowhere")).status, 404)
      assert.strictEqual((yield* ask("POST", labels, "{")).status, 400)
    }))

  test("find repositories whatever their case", (ask) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ask("GET", "/repos/Acme/Web")).status, 200)
      assert.strictEqual((yield* ask("GET", "/repos/acme/other")).status, 404)
    }))

  test("for what the asker knows are answered with 304 and cost nothing", (ask) =>
    Effect.gen(function* () {
      const first = yield* ask("GET", labels)
      const etag = first.headers.get("etag") ?? ""
      const left = first.headers.get("x-ratelimit-remaining")
      const second = yield* ask("GET", labels, undefined, { "if-none-match": etag })
      assert.deepStrictEqual([second.status, second.body], [304, undefined])
      assert.strictEqual(second.headers.get("x-ratelimit-remaining"), left)
      yield* ask("POST", labels, { labels: ["new"] })
      assert.strictEqual((yield* ask("GET", labels, undefined, { "if-none-match": etag })).status, 200)
    }))

  test(
    "are counted, and refused when the limit is used up, until the hour is over",
    (ask) =>
      Effect.gen(function* () {
        assert.strictEqual((yield* ask("GET", labels)).headers.get("x-ratelimit-remaining"), "1")
        yield* ask("GET", labels)
        const refused = yield* ask("GET", labels)
        assert.deepStrictEqual([refused.status, refused.headers.get("x-ratelimit-remaining")], [403, "0"])
        assert.strictEqual((yield* ask("GET", "/rate_limit")).status, 200)
        yield* TestClock.adjust("1 hour")
        assert.strictEqual((yield* ask("GET", labels)).status, 200)
      }),
    { rateLimit: 2 }
  )

  test("for lists come in pages with links by number", (ask) =>
    Effect.gen(function* () {
      const first = yield* ask("GET", "/repos/acme/web/pulls?state=all&per_page=2")
      const link = first.headers.get("link") ?? ""
      assert.match(link, /<http:\/\/github\.test\/repositories\/\d+\/pulls\?state=all&per_page=2&page=2>; rel="next"/u)
      assert.match(link, /page=3>; rel="last"/u)
      const url = /<([^>]+)>; rel="next"/u.exec(link)?.[1] ?? ""
      assert.strictEqual((yield* ask("GET", url)).status, 200)
    }))
})

describe("GitHubEmulator: faults", () => {
  test("hit the requests they are meant for, as often as they are meant to", (ask, emulator) =>
    Effect.gen(function* () {
      emulator.plan({ fault: GitHubFaults.badGateway({ applied: true }), method: "POST", path: "labels", times: 1 })
      assert.strictEqual((yield* ask("GET", labels)).status, 200)
      assert.strictEqual((yield* ask("POST", labels, { labels: ["x"] })).status, 502)
      assert.deepStrictEqual(emulator.world.labelsOf(pr(1)), ["bug", "x"])
      assert.strictEqual((yield* ask("POST", labels, { labels: ["y"] })).status, 200)
    }))

  test("let somebody else act just before a request", (ask, emulator) =>
    Effect.gen(function* () {
      emulator.plan({ fault: GitHubFaults.meanwhile((world) => world.addLabels(pr(1), ["theirs"])) })
      assert.deepStrictEqual(names((yield* ask("GET", labels)).body), ["bug", "theirs"])
    }))
})

describe("GitHubSeed.parse", () => {
  it.effect("reads JSON and refuses what it doesn't know, with the place", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* GitHubSeed.parse(JSON.stringify(seed)), seed)
      const error = yield* Effect.flip(GitHubSeed.parse('{"repositories":[{"owner":"a","name":"b","pulls":[]}]}'))
      assert.include(error.message, '["pulls"]')
    })
  )
})

describe("serve", () => {
  it.live("answers over a socket, breaks connections where told to, and closes with its scope", () =>
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed })
      const ask = asking({ fetch }, url)
      assert.deepStrictEqual(names((yield* ask("GET", labels)).body), ["bug"])
      assert.strictEqual((yield* ask("POST", labels, { labels: ["ünïcode"] })).status, 200)
      assert.deepStrictEqual(emulator.world.labelsOf(pr(1)), ["bug", "ünïcode"])
      emulator.plan({ fault: GitHubFaults.drop({ applied: false }) })
      assert.strictEqual((yield* Effect.exit(ask("GET", labels)))._tag, "Failure")
      assert.strictEqual((yield* ask("DELETE", "/repos/acme/web/labels/bug")).status, 204)
    }).pipe(Effect.scoped)
  )

  it.live("says that an address is taken", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const error = yield* Effect.flip(serve({ port: Number(url.port) }))
      assert.include(error.message, "EADDRINUSE")
    }).pipe(Effect.scoped)
  )
})
