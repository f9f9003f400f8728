import { Resource, ResourceStore } from "@lockstep/core"
import { Coordinator, Discovery, DriftMonitor, PullRequestTracker } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { acme, pr } from "../fixtures/acme.ts"
import { onGitHub, world, type World } from "../support/world.ts"

const test = (title: string, effect: Effect.Effect<void, unknown, World>) =>
  it.effect(title, () => Effect.provide(effect, world()))

const stored = Effect.map(
  ResourceStore.use((store) => store.list(PullRequestTracker)),
  ({ items }) => items
)

const numbers = (trackers: ReadonlyArray<PullRequestTracker>) =>
  trackers.map(({ spec }) => spec.number).toSorted((a, b) => a - b)

/** Brings every tracker in step, as the reconciler would. */
const reconciled = Effect.flatMap(stored, (trackers) =>
  Effect.forEach(trackers, (tracker) => Coordinator.use((coordinator) => coordinator.bringInStep(tracker)))
)

describe("Discovery.discover", () => {
  test(
    "creates a tracker for each open pull request, once, and asks for the list alone",
    Effect.gen(function* () {
      assert.deepStrictEqual(numbers((yield* Discovery.discover(acme)).trackers), [1, 2, 3])
      yield* onGitHub((github) => github.openPullRequest(acme, { title: "Another one" }))
      assert.deepStrictEqual(numbers((yield* Discovery.discover(acme)).trackers), [1, 2, 3, 6])
      assert.deepStrictEqual(numbers(yield* stored), [1, 2, 3, 6])
      assert.strictEqual((yield* GitHubEmulator).exchanges.length, 2)
    })
  )

  test(
    "creates trackers only where the labels are as asked for",
    Effect.gen(function* () {
      const { trackers } = yield* Discovery.discover({ ...acme, labels: { any: ["BUG"] } })
      assert.deepStrictEqual(numbers(trackers), [1])
      yield* Discovery.discover({ ...acme, labels: { none: ["bug"] } })
      assert.deepStrictEqual(numbers(yield* stored), [1, 2, 3])
    })
  )

  test(
    "does not delete what it did not create",
    Effect.gen(function* () {
      const tracker = yield* Discovery.track(pr(5))
      yield* reconciled
      assert.deepStrictEqual((yield* Discovery.discover(acme, { prune: "ended" })).pruned, [])
      yield* ResourceStore.use((store) => store.get(PullRequestTracker, Resource.keyOf(tracker)))
    })
  )

  const policies: ReadonlyArray<readonly [Discovery.PrunePolicy, left: ReadonlyArray<number>]> = [
    ["keep", [1, 2, 3]],
    ["closed", [1, 3]],
    ["ended", [3]]
  ]
  for (const [prune, left] of policies) {
    test(
      `leaves the trackers ${left.join(", ")} under the policy ${prune}, once their labels tell the end`,
      Effect.gen(function* () {
        yield* Discovery.discover(acme)
        yield* reconciled
        yield* onGitHub((github) => {
          github.merge(pr(1))
          github.close(pr(2))
        })
        // Nobody has noticed yet: a tracker that goes now would leave a wrong label behind.
        assert.deepStrictEqual((yield* Discovery.discover(acme, { prune })).pruned, [])
        yield* reconciled
        const merged = (yield* stored).find(({ spec }) => spec.number === 1)
        if (merged !== undefined) {
          const [monitor] = yield* Coordinator.use((one) => one.createDriftMonitorForPRT(merged, ["eu-west-1"]))
          yield* ResourceStore.use((store) =>
            monitor === undefined
              ? Effect.die("no monitor")
              : store.updateStatus(DriftMonitor, { ...monitor, status: { phase: "Healthy" } })
          )
        }
        yield* reconciled
        yield* Discovery.discover(acme, { prune })
        assert.deepStrictEqual(numbers(yield* stored), left)
        yield* Discovery.discover(acme, { prune })
        assert.deepStrictEqual(numbers(yield* stored), left)
      })
    )
  }

  test(
    "deletes the tracker of what is no longer meant",
    Effect.gen(function* () {
      const followed = { ...acme, labels: { none: ["hands-off"] } }
      yield* Discovery.discover(followed)
      yield* onGitHub((github) => github.addLabels(pr(2), ["hands-off"]))
      assert.deepStrictEqual(numbers((yield* Discovery.discover(followed, { prune: "closed" })).pruned), [2])
      assert.deepStrictEqual(numbers(yield* stored), [1, 3])
    })
  )
})
