import { Resource, ResourceStore } from "@lockstep/core"
import {
  Coordinator,
  Discovery,
  DriftMonitor,
  LabelManager,
  PullRequestTracker,
  TrackerReconciler
} from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { acme, pr, seed } from "../fixtures/acme.ts"

const clusters = ["eu-west-1", "us-east-1"]

const trackers = Effect.map(
  ResourceStore.use((store) => store.list(PullRequestTracker, { namespace: "default" })),
  ({ items }) => items.toSorted((a, b) => a.spec.number - b.spec.number)
)

const reconciled = Effect.flatMap(trackers, (items) =>
  Effect.forEach(items, (tracker) => TrackerReconciler.reconcile(Resource.keyOf(tracker), { clusters }))
)

const states = Effect.map(trackers, (items) => items.map(({ spec, status }) => `${spec.number} ${status?.state}`))

const report = (phase: "Healthy" | "Drifted") =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.list(DriftMonitor, { namespace: "default" }), ({ items }) =>
      Effect.forEach(items, (monitor) => store.updateStatus(DriftMonitor, { ...monitor, status: { phase } }))
    )
  )

const versions = Effect.map(trackers, (items) => items.map(({ metadata }) => metadata.resourceVersion))

/** The whole of the label loop, on whatever store there is: found, qualified, merged, watched, corrected and pruned. */
export const labelLoop = Effect.gen(function* () {
  const emulator = yield* GitHubEmulator
  const { world } = emulator
  yield* Discovery.discover(acme)
  yield* reconciled
  assert.deepStrictEqual(yield* states, ["1 qualified", "2 discovered", "3 discovered"])

  world.removeLabel(pr(1), "cd/qualified")
  yield* reconciled
  assert.include(world.labelsOf(pr(1)), "cd/qualified")

  world.merge(pr(1))
  world.close(pr(2))
  yield* reconciled
  assert.deepStrictEqual(yield* states, ["1 merged", "2 closed", "3 discovered"])
  yield* report("Healthy")
  yield* reconciled
  yield* report("Drifted")
  yield* reconciled
  assert.deepStrictEqual(yield* states, ["1 drifted", "2 closed", "3 discovered"])
  yield* report("Healthy")
  yield* reconciled
  assert.deepStrictEqual(world.labelsOf(pr(1)), ["bug", "cd/healthy"])

  const [before, sent] = [yield* versions, emulator.exchanges.length]
  yield* reconciled
  assert.deepStrictEqual(yield* versions, before)
  assert.isFalse(emulator.exchanges.slice(sent).some(({ method }) => method !== "GET"))

  const { pruned } = yield* Discovery.discover(acme, { prune: "ended" })
  assert.deepStrictEqual(
    pruned.map(({ spec }) => spec.number).toSorted((a, b) => a - b),
    [1, 2]
  )
  assert.deepStrictEqual(yield* states, ["3 discovered"])
})

/** Everything the loop needs but a store. */
export const layerLoop = Coordinator.layer.pipe(
  Layer.provideMerge(LabelManager.layer),
  Layer.provideMerge(GitHubEmulator.layerGitHub({ seed }))
)
