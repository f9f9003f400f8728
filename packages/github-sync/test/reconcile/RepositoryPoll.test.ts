import { Resource, ResourceStore } from "@lockstep/core"
import { Coordinator, PullRequestTracker, RepositoryPoll } from "@lockstep/github-sync"
import { GitHubEmulator, type GitHubWorld } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { acme, pr } from "../fixtures/acme.ts"
import { onGitHub, world, type World } from "../support/world.ts"

const test = (title: string, effect: Effect.Effect<void, unknown, World>) =>
  it.effect(title, () => Effect.provide(effect, world()))

type Memory = NonNullable<Parameters<typeof RepositoryPoll.look>[2]>

const looked = (memory: Memory = new Map()) =>
  Effect.flatMap(RepositoryPoll.look(acme, {}, memory), (keys) =>
    Effect.forEach(keys, (key) =>
      ResourceStore.use((store) => Effect.map(store.get(PullRequestTracker, key), ({ spec }) => spec.number))
    ).pipe(Effect.map((numbers) => numbers.toSorted((a, b) => a - b)))
  )

const reconciled = Effect.flatMap(
  ResourceStore.use((store) => store.list(PullRequestTracker)),
  ({ items }) => Effect.forEach(items, (tracker) => Coordinator.use((one) => one.bringInStep(tracker)))
)

describe("RepositoryPoll.look", () => {
  test(
    "finds what is new, and nothing once that is in step",
    Effect.gen(function* () {
      const memory: Memory = new Map()
      assert.deepStrictEqual(yield* looked(memory), [1, 2, 3])
      yield* reconciled
      // Their labels have changed since the last look.
      yield* looked(memory)
      assert.deepStrictEqual(yield* looked(memory), [])
      assert.strictEqual((yield* GitHubEmulator).exchanges.at(-1)?.status, 304)
    })
  )

  test(
    "finds nothing after a restart when everything is in step",
    Effect.gen(function* () {
      yield* looked()
      yield* reconciled
      assert.deepStrictEqual(yield* looked(), [])
    })
  )

  const changes: ReadonlyArray<readonly [title: string, act: (github: GitHubWorld) => unknown]> = [
    ["a label that somebody added", (github) => github.addLabels(pr(1), ["cd/rejected"])],
    ["a label that somebody took away", (github) => github.removeLabel(pr(1), "cd/qualified")],
    ["a push", (github) => github.push(acme, "topic-1")],
    ["a merge", (github) => github.merge(pr(1))],
    ["a close", (github) => github.close(pr(1))],
    ["a new title", (github) => (github.pullRequest(pr(1)).title = "Even faster start")],
    ["a draft", (github) => (github.pullRequest(pr(1)).draft = true)]
  ]
  for (const [title, act] of changes) {
    test(
      `finds ${title}`,
      Effect.gen(function* () {
        const memory: Memory = new Map()
        yield* looked(memory)
        yield* reconciled
        yield* looked(memory)
        yield* onGitHub(act)
        assert.deepStrictEqual(yield* looked(memory), [1])
        yield* reconciled
        yield* looked(memory)
        assert.deepStrictEqual(yield* looked(memory), [])
      })
    )
  }

  test(
    "does not ask again and again for one that is not there any more",
    Effect.gen(function* () {
      const memory: Memory = new Map()
      yield* ResourceStore.use((store) =>
        store.create(PullRequestTracker, {
          metadata: { namespace: "default", name: "transferred" },
          spec: { ...pr(99), suspend: false }
        })
      )
      assert.include(yield* looked(memory), 99)
      yield* reconciled
      assert.notInclude(yield* looked(memory), 99)
    })
  )

  test(
    "finds a pull request that was reopened",
    Effect.gen(function* () {
      yield* looked()
      yield* onGitHub((github) => github.close(pr(1)))
      yield* reconciled
      yield* onGitHub((github) => github.reopen(pr(1)))
      assert.deepStrictEqual(yield* looked(), [1])
    })
  )
})

describe("RepositoryPoll.source", () => {
  test(
    "looks at the repositories it is told, and at those that trackers are for, in spite of one that can't be read",
    Effect.gen(function* () {
      const found: Array<string> = []
      yield* ResourceStore.use((store) =>
        store.create(PullRequestTracker, {
          metadata: { namespace: "default", name: "mine" },
          spec: { ...pr(2), suspend: false }
        })
      )
      yield* Effect.raceFirst(
        RepositoryPoll.source({ repositories: [{ owner: "acme", name: "gone" }] })({
          add: (key) => Effect.sync(() => void found.push(Resource.formatKey(key))),
          synced: Effect.void,
          trouble: () => Effect.void
        }),
        Effect.yieldNow.pipe(Effect.repeat({ until: () => found.length >= 3 }))
      )
      assert.deepStrictEqual(found.toSorted(), ["default/acme-web-1", "default/acme-web-3", "default/mine"])
    })
  )
})
