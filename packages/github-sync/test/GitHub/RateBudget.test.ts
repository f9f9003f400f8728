import { GitHub, GitHubError, RateBudget } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Latch, Option } from "effect"
import { TestClock } from "effect/testing"
import { pr, seed } from "../fixtures/acme.ts"

const told = (remaining: number, limit = 5000) =>
  Effect.map(Clock.currentTimeMillis, (now) => ({
    "x-ratelimit-limit": String(limit),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String(now / 1000 + 1800),
    "x-ratelimit-resource": "core"
  }))

const remaining = (budget: RateBudget.RateBudget) =>
  Effect.map(budget.left, Option.match({ onNone: () => undefined, onSome: (left) => left.remaining }))

const refused = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.instanceOf(error, GitHubError)
    assert.strictEqual(error.reason._tag, "RateLimited")
    if (error.reason._tag !== "RateLimited") throw error
    return { kind: error.reason.kind, seconds: Duration.toSeconds(error.reason.retryAfter) }
  })

describe("RateBudget.reserve", () => {
  it.effect("refuses what can't finish before it starts, and says when it could", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make()
      yield* budget.learn(yield* told(500))
      let started = 0
      const work = Effect.sync(() => void started++)
      assert.deepStrictEqual(yield* refused(budget.reserve("do much", 501)(work)), { kind: "primary", seconds: 1800 })
      assert.strictEqual(started, 0)
      yield* budget.reserve("do less", 500)(work)
      assert.strictEqual(started, 1)
      yield* TestClock.adjust("30 minutes")
      yield* budget.reserve("do much", 501)(work)
      assert.strictEqual(started, 2)
    })
  )

  it.effect("keeps what is set aside from others, and gives back what was not used", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make()
      yield* budget.learn(yield* told(10))
      const latch = yield* Latch.make()
      const work = Effect.gen(function* () {
        yield* budget.spend("read", "read")(Effect.void)
        yield* latch.await
        yield* budget.reserve("a part of the work", 7)(Effect.void)
        return yield* refused(budget.reserve("more than there is", 11)(Effect.void))
      })
      const fiber = yield* Effect.forkChild(budget.reserve("work", 8)(work))
      yield* Effect.yieldNow
      assert.strictEqual(yield* remaining(budget), 3)
      assert.deepStrictEqual(yield* refused(budget.reserve("other", 4)(Effect.void)), { kind: "primary", seconds: 10 })
      yield* budget.reserve("other", 3)(Effect.void)
      yield* latch.open
      assert.deepStrictEqual(yield* Fiber.join(fiber), { kind: "primary", seconds: 10 })
      assert.strictEqual(yield* remaining(budget), 10)
    })
  )

  it.effect("gives back what is set aside when the work is interrupted", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make()
      yield* budget.learn(yield* told(10))
      const fiber = yield* Effect.forkChild(budget.reserve("work", 8)(Effect.never))
      yield* Effect.yieldNow
      assert.strictEqual(yield* remaining(budget), 2)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(yield* remaining(budget), 10)
    })
  )

  it.effect("asks nothing where GitHub tells of no limit, as an Enterprise server may not", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make()
      yield* budget.learn({})
      yield* budget.reserve("do very much", 1_000_000)(Effect.void)
      assert.isTrue(Option.isNone(yield* budget.left))
    })
  )
})

describe("RateBudget.learn", () => {
  it.effect("believes the least that was told within an hour, whatever the order of answers", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make()
      const [first, second] = [yield* told(100), yield* told(99)]
      yield* budget.learn(second)
      yield* budget.learn(first)
      assert.strictEqual(yield* remaining(budget), 99)
    })
  )

  it.effect("does not take the limit of searches for its own", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make()
      yield* budget.learn({ ...(yield* told(0, 30)), "x-ratelimit-resource": "search" })
      assert.isTrue(Option.isNone(yield* budget.left))
    })
  )
})

describe("RateBudget.spend", () => {
  it.effect("lets a few writes through at once, then one a second", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make({ writeBurst: 3 })
      const start = yield* Clock.currentTimeMillis
      const times: Array<number> = []
      const write = Effect.map(Clock.currentTimeMillis, (now) => void times.push(now - start))
      const fiber = yield* Effect.forkChild(
        Effect.forEach([1, 2, 3, 4, 5], () => budget.spend("write", "write")(write), { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(times, [0, 0, 0, 1000, 2000])
    })
  )

  it.effect("sends one write at a time, and no more requests at once than set", () =>
    Effect.gen(function* () {
      const budget = yield* RateBudget.make({ writeInterval: 0, concurrency: 3 })
      const most = { read: 0, write: 0 }
      const now = { read: 0, write: 0 }
      const send = (kind: RateBudget.RequestKind) =>
        budget.spend(
          kind,
          kind
        )(
          Effect.gen(function* () {
            now[kind]++
            most[kind] = Math.max(most[kind], now[kind])
            yield* Effect.sleep("1 second")
            now[kind]--
          })
        )
      const fiber = yield* Effect.forkChild(
        Effect.forEach(["read", "write", "read", "write", "read", "read"] as const, send, { concurrency: "unbounded" })
      )
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(fiber)
      assert.strictEqual(most.write, 1)
      assert.isAtMost(most.read, 3)
    })
  )
})

describe("A secondary limit", () => {
  const addLabel = (label: string) => GitHub.use((github) => github.addLabel(pr(1), label))

  it.effect("stops everything for exactly as long as GitHub says", () =>
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.plan({ fault: GitHubFaults.secondaryLimit(90), method: "POST" })
      assert.deepStrictEqual(yield* refused(Effect.provideContext(addLabel("a"), yield* Effect.context<GitHub>())), {
        kind: "secondary",
        seconds: 90
      })
      const sent = emulator.exchanges.length
      yield* TestClock.adjust("89 seconds")
      assert.deepStrictEqual(yield* refused(Effect.provideContext(addLabel("a"), yield* Effect.context<GitHub>())), {
        kind: "secondary",
        seconds: 1
      })
      yield* Effect.flip(GitHub.use((github) => github.getPR(pr(1))))
      assert.strictEqual(emulator.exchanges.length, sent)
      yield* TestClock.adjust("1 second")
      yield* addLabel("a")
      assert.deepStrictEqual(emulator.world.labelsOf(pr(1)), ["bug", "a"])
    }).pipe(Effect.provide(GitHubEmulator.layerGitHub({ seed })))
  )
})

describe("What is known already", () => {
  it.effect("is answered with 304, costs nothing, and reads the same", () =>
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const github = yield* GitHub
      const look = Effect.all([
        github.getPR(pr(4)),
        github.listLabels(pr(1)),
        github.listChecks(pr(1).repository, emulator.world.pullRequest(pr(1)).head.sha),
        github.listReviews(pr(1))
      ])
      const first = yield* look
      const left = yield* remaining(github.budget)
      const sent = emulator.exchanges.length
      assert.deepStrictEqual(yield* look, first)
      assert.deepStrictEqual([...new Set(emulator.exchanges.slice(sent).map(({ status }) => status))], [304])
      assert.strictEqual(yield* remaining(github.budget), left)
    }).pipe(Effect.provide(GitHubEmulator.layerGitHub({ seed })))
  )

  it.effect("is read anew when it has changed", () =>
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const github = yield* GitHub
      yield* github.listLabels(pr(1))
      emulator.world.addLabels(pr(1), ["new"])
      const labels = yield* github.listLabels(pr(1))
      assert.deepStrictEqual(
        labels.map(({ name }) => name),
        ["bug", "new"]
      )
    }).pipe(Effect.provide(GitHubEmulator.layerGitHub({ seed })))
  )
})
