import { GitHub, GitHubError } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults, serve, type GitHubEmulatorOptions } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Fiber, Layer, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { createServer, type Server } from "node:http"
import { acme, pr, seed } from "../fixtures/acme.ts"

const test = (
  title: string,
  effect: Effect.Effect<void, unknown, GitHub | GitHubEmulator>,
  options: GitHubEmulatorOptions = {}
) => it.effect(title, () => Effect.provide(effect, GitHubEmulator.layerGitHub({ seed, ...options })))

const failing = <A>(effect: Effect.Effect<A, GitHubError, GitHub | GitHubEmulator>, reason: string) =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(Effect.asVoid(effect))
    assert.instanceOf(error, GitHubError)
    assert.strictEqual(error.reason._tag, reason, error.message)
    return error
  })

const getRefusal = (number: number) =>
  Effect.flatMap(failing(getPR(number), "RateLimited"), ({ reason }) =>
    reason._tag === "RateLimited" ? Effect.succeed(reason.retryAfter) : Effect.die(reason)
  )

const plan = (...args: Parameters<(typeof GitHubEmulator)["Service"]["plan"]>) =>
  Effect.map(GitHubEmulator, (emulator) => emulator.plan(...args))

const getPR = (number: number) => GitHub.use((github) => github.getPR(pr(number)))
const addLabel = (number: number, label: string) => GitHub.use((github) => github.addLabel(pr(number), label))
const removeLabel = (number: number, label: string) => GitHub.use((github) => github.removeLabel(pr(number), label))
const labelsOf = (number: number) => Effect.map(GitHubEmulator, ({ world }) => world.labelsOf(pr(number)))

/** A server that answers as told, until the scope ends. */
const listening = (answer: Parameters<typeof createServer>[1]) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly server: Server; readonly url: URL }>((resume) => {
      const server = createServer(answer ?? (() => {}))
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ server, url: new URL(`http://localhost:${port}`) }))
      })
    }),
    ({ server }) => Effect.sync(() => void server.close())
  ).pipe(Effect.map(({ url }) => url))

describe("GitHub.getPR", () => {
  test(
    "reads an open pull request with its labels",
    Effect.gen(function* () {
      const found = yield* getPR(1)
      assert.deepInclude(found, { title: "Faster start", author: "octocat", open: true, draft: false, merged: false })
      assert.deepStrictEqual(found.labels, [{ name: "bug", color: "d73a4a", description: "Something isn't working" }])
      assert.strictEqual(found.head.ref, "topic-1")
    })
  )

  test(
    "does not take the commit of a trial merge for that of a merge",
    Effect.gen(function* () {
      assert.notProperty(yield* getPR(1), "mergeCommitSHA")
      const merged = yield* getPR(4)
      assert.isTrue(merged.merged)
      assert.match(merged.mergeCommitSHA ?? "", /^[0-9a-f]{40}$/u)
      assert.isDefined(merged.mergedAt)
    })
  )

  test(
    "does not take a question that GitHub is still working on for a no",
    Effect.gen(function* () {
      assert.strictEqual((yield* getPR(1)).mergeable, "unknown")
      assert.strictEqual((yield* getPR(1)).mergeable, "yes")
    })
  )

  test(
    "says what was not found",
    Effect.map(failing(getPR(99), "NotFound"), (error) => {
      assert.include(error.message, "acme/web#99")
      assert.strictEqual(error.treatment._tag, "terminal")
    })
  )
})

describe("GitHub.addLabel", () => {
  test(
    "adds beside what is there",
    Effect.gen(function* () {
      yield* addLabel(1, "cd/merged")
      assert.deepStrictEqual(yield* labelsOf(1), ["bug", "cd/merged"])
    })
  )

  test(
    "succeeds when the label is there, in whatever case",
    Effect.gen(function* () {
      yield* addLabel(1, "bug")
      yield* addLabel(1, "BUG")
      assert.deepStrictEqual(yield* labelsOf(1), ["bug"])
    })
  )

  test(
    "tells which name GitHub does not take",
    Effect.map(failing(addLabel(1, "x".repeat(51)), "Invalid"), (error) => {
      assert.include(error.message, "Label name invalid")
    })
  )

  test(
    "never replaces the set",
    Effect.gen(function* () {
      yield* addLabel(1, "cd/merged")
      const { exchanges } = yield* GitHubEmulator
      assert.isFalse(exchanges.some(({ method }) => method === "PUT"))
    })
  )
})

describe("GitHub.removeLabel", () => {
  test(
    "takes one away and leaves the rest",
    Effect.gen(function* () {
      yield* addLabel(1, "team: web/api")
      yield* removeLabel(1, "team: web/api")
      assert.deepStrictEqual(yield* labelsOf(1), ["bug"])
    })
  )

  test(
    "succeeds when the label isn't there",
    Effect.gen(function* () {
      yield* removeLabel(1, "absent")
      assert.deepStrictEqual(yield* labelsOf(1), ["bug"])
    })
  )

  test("fails when the pull request isn't there", Effect.asVoid(failing(removeLabel(99, "bug"), "NotFound")))
})

describe("GitHub.listPRs", () => {
  const many = Array.from({ length: 230 }, (_, index) => ({ title: `Change ${index + 1}` }))

  test(
    "follows the links that GitHub gives, 100 at a time",
    Effect.gen(function* () {
      const github = yield* GitHub
      const found = yield* Stream.runCollect(github.listPRs(acme))
      assert.strictEqual(new Set(found.map(({ number }) => number)).size, 230)
      const { exchanges } = yield* GitHubEmulator
      assert.strictEqual(exchanges.length, 3)
      assert.match(exchanges[1]?.path ?? "", /^\/repositories\/\d+\/pulls/u)
    }),
    { seed: { repositories: [{ ...acme, pullRequests: many }] } }
  )

  test(
    "asks for no more than is wanted",
    Effect.gen(function* () {
      const github = yield* GitHub
      yield* Stream.runCollect(Stream.take(github.listPRs(acme), 100))
      assert.strictEqual((yield* GitHubEmulator).exchanges.length, 1)
    }),
    { seed: { repositories: [{ ...acme, pullRequests: many }] } }
  )

  test(
    "finds one that comes up on a page that wasn't there before, while the page in front of it stays the same",
    Effect.gen(function* () {
      const github = yield* GitHub
      const { world } = yield* GitHubEmulator
      const count = Effect.map(Stream.runCollect(github.listPRs(acme)), ({ length }) => length)
      // Lists begin with the newest: the oldest is alone on the second page.
      world.close(pr(1))
      assert.strictEqual(yield* count, 100)
      assert.strictEqual(yield* count, 100)
      world.reopen(pr(1))
      assert.strictEqual(yield* count, 101)
    }),
    { seed: { repositories: [{ ...acme, pullRequests: many.slice(0, 101) }] } }
  )

  test(
    "tells open, closed and merged apart",
    Effect.gen(function* () {
      const github = yield* GitHub
      const numbers = (state: "open" | "closed") =>
        Effect.map(Stream.runCollect(github.listPRs(acme, { state })), (found) => found.map(({ number }) => number))
      assert.deepStrictEqual(yield* numbers("open"), [3, 2, 1])
      assert.deepStrictEqual(yield* numbers("closed"), [5, 4])
    })
  )
})

describe("GitHub.getPR of a repository that was renamed", () => {
  it.live("follows where GitHub says it is now, for reads and for writes, and tells nobody else the token", () =>
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed, token: "t" })
      const seen: Array<readonly [host: string, authorization: string | undefined]> = []
      const moved = yield* listening((incoming, outgoing) => {
        seen.push(["moved", incoming.headers.authorization])
        const status = incoming.method === "GET" ? 301 : 307
        const path = (incoming.url ?? "").replace("/repos/acme/old", "/repos/acme/web")
        outgoing.writeHead(status, { location: new URL(path, url).href }).end()
      })
      const github = GitHub.layerWith({
        baseUrl: moved,
        token: Redacted.make("t"),
        timeout: Duration.seconds(5),
        pace: { writeInterval: 0 }
      })
      const old = { repository: { owner: "acme", name: "old" }, number: 1 }
      const error = yield* GitHub.use((client) => client.getPR(old)).pipe(Effect.provide(github), Effect.flip)
      // The other host is not told the token, so it refuses.
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.isTrue(seen.every(([, authorization]) => authorization === "token t"))

      const here = yield* serve({ seed, token: "t" })
      here.emulator.world.rename(acme, "new")
      yield* Effect.gen(function* () {
        const client = yield* GitHub
        assert.strictEqual((yield* client.getPR(pr(1))).title, "Faster start")
        yield* client.addLabel(pr(1), "more")
        yield* client.removeLabel(pr(1), "bug")
        assert.deepStrictEqual(
          (yield* client.listLabels(pr(1))).map(({ name }) => name),
          ["more"]
        )
      }).pipe(
        Effect.provide(
          GitHub.layerWith({
            baseUrl: here.url,
            token: Redacted.make("t"),
            timeout: Duration.seconds(5),
            pace: { writeInterval: 0 }
          })
        )
      )
      assert.isTrue(here.emulator.exchanges.some(({ status }) => status === 301))
      assert.isTrue(here.emulator.exchanges.some(({ status }) => status === 307))
      assert.isAbove(emulator.exchanges.length, 0)
    }).pipe(Effect.scoped)
  )
})

describe("GitHub.listChecks", () => {
  test(
    "reads check runs and commit statuses alike",
    Effect.gen(function* () {
      const github = yield* GitHub
      const { world } = yield* GitHubEmulator
      const { sha } = world.pullRequest(pr(1)).head
      world.setCheck(acme, sha, "lint", "neutral")
      world.setCheck(acme, sha, "e2e", null)
      world.setCheck(acme, sha, "build", "timed_out")
      world.setStatus(acme, sha, "licence", "success")
      world.setStatus(acme, sha, "deploy", "pending")
      world.setStatus(acme, sha, "scan", "error")
      const checks = yield* github.listChecks(acme, sha)
      assert.deepStrictEqual(Object.fromEntries(checks.map(({ name, result }) => [name, result])), {
        test: "passed",
        lint: "passed",
        e2e: "pending",
        build: "failed",
        licence: "passed",
        deploy: "pending",
        scan: "failed"
      })
    })
  )
})

describe("GitHub.listReviews", () => {
  test(
    "reads who said what, oldest first",
    Effect.gen(function* () {
      const github = yield* GitHub
      const { world } = yield* GitHubEmulator
      world.review(pr(1), "ann", "CHANGES_REQUESTED")
      world.review(pr(1), "ann", "APPROVED")
      world.review(pr(1), "passer-by", "APPROVED", "NONE")
      assert.deepStrictEqual(yield* github.listReviews(pr(1)), [
        { author: "ann", verdict: "changes-requested", mayWrite: true },
        { author: "ann", verdict: "approved", mayWrite: true },
        { author: "passer-by", verdict: "approved", mayWrite: false }
      ])
    })
  )
})

describe("GitHubError", () => {
  test(
    "of a used up limit says until when to wait",
    Effect.gen(function* () {
      yield* getPR(1)
      yield* TestClock.adjust("10 minutes")
      const error = yield* failing(getPR(1), "RateLimited")
      assert.deepInclude(error.reason, { kind: "primary", retryAfter: Duration.minutes(50) })
      assert.deepStrictEqual(error.treatment, { _tag: "retry", after: Duration.minutes(50) })
    }),
    { rateLimit: 1 }
  )

  test(
    "of a secondary limit is no missing permission, though it is a 403 too",
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.secondaryLimit(120) })
      const error = yield* failing(getPR(1), "RateLimited")
      assert.deepInclude(error.reason, { kind: "secondary", retryAfter: Duration.minutes(2) })
    })
  )

  test(
    "of a secondary limit without a time waits at least a minute",
    Effect.gen(function* () {
      yield* plan({ fault: { _tag: "answer", status: 429, message: "Too many requests", applied: false } })
      assert.deepInclude((yield* failing(getPR(1), "RateLimited")).reason, { retryAfter: Duration.minutes(1) })
    })
  )

  test(
    "of secondary limits without a time waits longer each time, until one request goes through",
    Effect.gen(function* () {
      const fault = { _tag: "answer", status: 429, message: "Too many requests", applied: false } as const
      const waits: Array<number> = []
      for (const rounds of [8, 2]) {
        yield* plan({ fault, times: rounds + 2 })
        for (let round = 0; round < rounds; round++) {
          // Those that were under way together count once.
          const together = yield* Effect.all(round === 0 ? [1, 2, 3].map(getRefusal) : [getRefusal(1)], {
            concurrency: 3
          })
          const minutes = together.map((wait) => Duration.toMinutes(wait))
          waits.push(Math.max(...minutes))
          yield* TestClock.adjust(Duration.minutes(Math.max(...minutes)))
        }
        yield* Effect.map(GitHubEmulator, (emulator) => emulator.calm())
        yield* getPR(1)
      }
      assert.deepStrictEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 1, 2])
    })
  )

  test(
    "of a missing permission names it",
    Effect.gen(function* () {
      const headers = { "x-accepted-github-permissions": "issues=write" }
      yield* plan({
        fault: {
          _tag: "answer",
          status: 403,
          message: "Resource not accessible by integration",
          headers,
          applied: false
        }
      })
      assert.include((yield* failing(addLabel(1, "x"), "Forbidden")).message, "issues=write")
    })
  )

  test(
    "of a wrong token says what to set, and doesn't tell the token",
    Effect.gen(function* () {
      const { fetch } = yield* GitHubEmulator
      const layer = GitHub.layerWith({
        baseUrl: new URL("http://github.test"),
        token: Redacted.make("ghp_secret"),
        timeout: Duration.seconds(1),
        fetch
      })
      const error = yield* failing(Effect.provide(getPR(1), layer), "Unauthorized")
      assert.include(error.message, "LOCKSTEP_GITHUB_TOKEN")
      assert.notInclude(JSON.stringify(error) + String(error), "ghp_secret")
    }),
    { token: "the right one" }
  )

  test(
    "of an overloaded GitHub is tried again",
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.badGateway({ applied: false }) })
      const error = yield* failing(getPR(1), "Unavailable")
      assert.strictEqual(error.treatment._tag, "retry")
      assert.strictEqual(error.status, 502)
      assert.isDefined(error.requestId)
    })
  )

  test(
    "of a broken connection is tried again",
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.drop({ applied: false }) })
      assert.include((yield* failing(getPR(1), "Unavailable")).message, "can't be reached")
    })
  )

  test(
    "of a GitHub that doesn't answer comes when the time is up",
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.silence({ applied: false }) })
      const fiber = yield* Effect.forkChild(failing(getPR(1), "Unavailable"))
      yield* Effect.yieldNow
      yield* TestClock.adjust("30 seconds")
      assert.include((yield* Fiber.join(fiber)).message, "did not answer in time")
    })
  )

  test(
    "of an answer that is none of GitHub's says so",
    Effect.gen(function* () {
      yield* plan({ fault: { _tag: "answer", status: 200, message: "welcome to the hotel", applied: false } })
      const error = yield* failing(getPR(1), "Unexpected")
      assert.include(error.message, "the URL leads to GitHub's API")
    })
  )
})

describe("GitHub.layer", () => {
  it.live("reaches the GitHub that the environment names, over a real socket", () =>
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed, token: "t" })
      const env = { LOCKSTEP_GITHUB_URL: url.href, LOCKSTEP_GITHUB_TOKEN: "t" }
      const environment = ConfigProvider.layer(ConfigProvider.fromEnv({ env }))
      const found = yield* getPR(1).pipe(Effect.provide(GitHub.layer.pipe(Layer.provide(environment))))
      assert.strictEqual(found.title, "Faster start")
      assert.strictEqual(emulator.exchanges.length, 1)
    }).pipe(Effect.scoped)
  )

  it.live("says that nobody listens", () =>
    Effect.gen(function* () {
      const { url } = yield* Effect.scoped(serve())
      const layer = GitHub.layerWith({ baseUrl: url, timeout: Duration.seconds(5) })
      const error = yield* Effect.flip(Effect.provide(getPR(1), layer))
      assert.strictEqual(error.treatment._tag, "retry")
      assert.include(error.message, "ECONNREFUSED")
    })
  )

  it.effect("fails with the name of a setting that can't be read", () =>
    Effect.gen(function* () {
      const environment = ConfigProvider.layer(ConfigProvider.fromEnv({ env: { LOCKSTEP_GITHUB_URL: "not a url" } }))
      const error = yield* Effect.flip(Layer.build(GitHub.layer.pipe(Layer.provide(environment))))
      assert.include(String(error), "LOCKSTEP_GITHUB_URL")
    }).pipe(Effect.scoped)
  )
})
