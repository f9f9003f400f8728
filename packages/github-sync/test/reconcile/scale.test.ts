import { MemoryStore, ResourceStore, SqliteStore, type Controller } from "@lockstep/core"
import {
  Coordinator,
  GitHub,
  LabelManager,
  PullRequestTracker,
  RepositoryPoll,
  TrackerReconciler
} from "@lockstep/github-sync"
import { GitHubEmulator, type Emulator, type Exchange, type GitHubSeed } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, References } from "effect"
import { TestClock } from "effect/testing"
import { join } from "node:path"
import { statesOf } from "../fixtures/labels.ts"
import { folder } from "../support/folder.ts"
import { until } from "../support/until.ts"

const repositories = Array.from({ length: 20 }, (_, index) => ({ owner: "acme", name: `service${index}` }))

const seed = (labels: ReadonlyArray<string>): GitHubSeed.GitHubSeed => ({
  repositories: repositories.map((repository) => ({
    ...repository,
    pullRequests: Array.from({ length: 50 }, (_, index) => ({
      title: `Change ${index + 1}`,
      labels,
      draft: index % 10 === 9,
      checks: [{ name: "test", conclusion: index % 10 === 8 ? ("failure" as const) : ("success" as const) }]
    }))
  }))
})

const world = (labels: ReadonlyArray<string>) =>
  Coordinator.layer.pipe(
    Layer.provideMerge(LabelManager.layer),
    Layer.provideMerge(GitHubEmulator.layerGitHub({ seed: seed(labels), rateLimit: 50_000 })),
    Layer.provideMerge(MemoryStore.layer())
  )

const start = (resume = false) =>
  TrackerReconciler.start({
    recheckInterval: "1 day",
    resume,
    sources: [RepositoryPoll.source({ repositories, interval: "2 minutes" })]
  })

/** What one run of a program has, which keeps what it knows in files. */
const client = (emulator: Emulator, path: string) =>
  Coordinator.layer.pipe(
    Layer.provideMerge(LabelManager.layer),
    Layer.provideMerge(
      GitHub.layerWith({
        baseUrl: new URL("http://github.test"),
        token: Redacted.make("t"),
        timeout: Duration.seconds(30),
        pace: { writeInterval: 0 },
        fetch: emulator.fetch,
        cacheFile: join(path, "answers.db")
      })
    ),
    Layer.provideMerge(SqliteStore.layer({ path: join(path, "store.db") })),
    Layer.fresh
  )

const everyPullRequest = ({ world: github }: Emulator) =>
  repositories.flatMap((repository) => [...github.repository(repository).pullRequests.values()])

const inStep = (emulator: Emulator) =>
  everyPullRequest(emulator).filter(({ labels }) => {
    const shown = statesOf([...labels].map(({ name }) => name))
    return shown.length === 1
  }).length

/** Lets the time pass until every repository was looked at so many times, and everything that follows is done. */
const rounds = (emulator: Emulator, { idle }: Controller.Controller, count: number) =>
  Effect.gen(function* () {
    const start = emulator.exchanges.length
    let seen = start
    let lists = 0
    const counted = Effect.sync(() => {
      for (; seen < emulator.exchanges.length; seen++) if (isList(emulator.exchanges[seen])) lists++
      return lists
    })
    while ((yield* counted) < count * repositories.length) {
      yield* TestClock.adjust("10 seconds")
      yield* until(counted, (now) => now % repositories.length === 0)
      yield* idle
    }
  })

const isList = (exchange: Exchange | undefined) => exchange?.path.includes("/pulls?") ?? false

/** What is asked from now on */
const asked = <E>(emulator: Emulator, during: Effect.Effect<unknown, E>) =>
  Effect.gen(function* () {
    const before = emulator.exchanges.length
    yield* during
    return emulator.exchanges.slice(before)
  })

describe("1000 trackers over 20 repositories", () => {
  it.effect(
    "cost 20 requests in a quiet round, all answered with 304, and 50 changes no more than 50 times one",
    () =>
      Effect.gen(function* () {
        const emulator = yield* GitHubEmulator
        const store = yield* ResourceStore
        const controller = yield* start()
        yield* controller.synced
        yield* controller.idle
        assert.strictEqual((yield* store.list(PullRequestTracker)).items.length, 1000)
        assert.strictEqual(inStep(emulator), 1000)

        // Mergeability is known at the second look, and labels that were just set come up in the list once more.
        yield* rounds(emulator, controller, 3)
        const quiet = yield* asked(emulator, rounds(emulator, controller, 1))
        assert.deepStrictEqual(
          quiet.map(({ method, path, status }) => [method, isList({ method, path, status }), status]),
          repositories.map(() => ["GET", true, 304])
        )

        // What one change costs by itself.
        const change = (count: number, from: number) =>
          Effect.sync(() => {
            const open = everyPullRequest(emulator).filter(({ labels }) =>
              [...labels].some(({ name }) => name === "cd/qualified")
            )
            for (const pull of open.slice(from, from + count)) {
              emulator.world.setCheck(pull.repository, pull.head.sha, "test", "failure")
              pull.title += "!"
            }
          })
        const costs = (during: Effect.Effect<unknown>) =>
          Effect.map(
            asked(emulator, Effect.andThen(during, rounds(emulator, controller, 4))),
            (exchanges) => exchanges.filter(({ status }) => status !== 304).length
          )
        const one = yield* costs(change(1, 0))
        const fifty = yield* costs(change(50, 10))
        assert.strictEqual(inStep(emulator), 1000)
        assert.isAtMost(fifty, 50 * one)
        assert.isAtMost(one, 8)
        assert.isAtMost(fifty, 50 * 8)
        const failed = (yield* store.list(PullRequestTracker)).items.filter(({ status }) =>
          status?.qualification?.reasons.includes("check 'test' failed")
        )
        assert.strictEqual(failed.length, 100 + 51)
      }).pipe(Effect.scoped, Effect.provide(world([]))),
    120_000
  )

  it.effect(
    "cost 20 requests after a restart, all answered with 304, and what changed meanwhile is found by them",
    () =>
      Effect.gen(function* () {
        const emulator = yield* GitHubEmulator
        const path = yield* folder
        const run = <A, E>(during: (controller: Controller.Controller) => Effect.Effect<A, E, ResourceStore>) =>
          Effect.gen(function* () {
            const controller = yield* start(true)
            yield* controller.synced
            yield* controller.idle
            return yield* during(controller)
          }).pipe(Effect.scoped, Effect.provide(client(emulator, path)))

        yield* run((controller) => rounds(emulator, controller, 3))
        assert.strictEqual(inStep(emulator), 1000)
        const restarted = yield* asked(
          emulator,
          run(() => Effect.void)
        )
        assert.deepStrictEqual(
          restarted.map((exchange) => [isList(exchange), exchange.status]),
          repositories.map(() => [true, 304])
        )

        const { world: github } = emulator
        const at = (index: number, number: number) => ({
          repository: repositories[index] ?? { owner: "", name: "" },
          number
        })
        github.removeLabel(at(0, 1), "cd/qualified")
        github.addLabels(at(1, 1), ["cd/rejected"])
        github.merge(at(2, 1))
        github.pullRequest(at(3, 1)).draft = true
        yield* run(() => Effect.void)
        const shown = [0, 1, 2, 3].map((index) => github.labelsOf(at(index, 1)))
        assert.deepStrictEqual(shown, [["cd/qualified"], ["cd/rejected"], ["cd/merged"], ["cd/discovered"]])
      }).pipe(
        Effect.scoped,
        Effect.provide(GitHubEmulator.layer({ seed: seed([]), rateLimit: 50_000 })),
        Effect.provide(Layer.succeed(References.MinimumLogLevel, "None"))
      ),
    120_000
  )

  it.effect(
    "start nothing that the 500 requests that are left would not let them finish, and go on when there are more",
    () =>
      Effect.gen(function* () {
        const emulator = yield* GitHubEmulator
        // The first answer tells how many are left.
        emulator.leaveRequests(500)
        const controller = yield* start()
        yield* controller.synced
        yield* controller.idle
        const count = (counts: (exchange: Exchange) => boolean) => emulator.exchanges.filter(counts).length
        assert.strictEqual(
          count(({ status }) => status >= 400),
          0
        )
        // What is known already is free.
        const cost = count(({ status }) => status !== 304)
        assert.isAtMost(cost, 500)
        // Four work at once, and each has set aside what a pass takes.
        assert.isAtLeast(cost, 500 - 4 * 7)
        // Of what was begun, everything was finished: each has one label, and not the one from before.
        const changed = Effect.sync(() =>
          everyPullRequest(emulator).filter(({ labels }) => [...labels].every(({ name }) => name !== "cd/closed"))
        )
        const done = (yield* changed).length
        assert.isAtLeast(done, 60)
        assert.strictEqual(inStep(emulator), 1000)
        assert.strictEqual(
          count(({ method }) => method === "POST"),
          done
        )
        assert.strictEqual(
          count(({ method }) => method === "DELETE"),
          done
        )

        yield* until(Effect.andThen(TestClock.adjust("10 minutes"), changed), ({ length }) => length === 1000)
        yield* controller.idle
        assert.strictEqual(inStep(emulator), 1000)
        assert.deepStrictEqual(
          emulator.exchanges.filter(({ status }) => status >= 400),
          []
        )
      }).pipe(Effect.scoped, Effect.provide(world(["cd/closed"]))),
    120_000
  )
})
