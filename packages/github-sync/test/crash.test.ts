import { Resource, ResourceStore } from "@lockstep/core"
import {
  Coordinator,
  Discovery,
  DriftMonitor,
  GitHub,
  LabelManager,
  PullRequestTracker,
  RepositoryPoll,
  TrackerReconciler
} from "@lockstep/github-sync"
import { GitHubEmulator, type GitHubWorld } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { acme, pr } from "./fixtures/acme.ts"
import { foreign, statesOf } from "./fixtures/labels.ts"
import { Crash, crashing } from "./support/crashes.ts"
import { until } from "./support/until.ts"
import type { World } from "./support/world.ts"

type Step<A = unknown> = Effect.Effect<A, unknown, World>

interface Scenario {
  readonly title: string
  /** What was before, in step. */
  readonly before?: Step
  /** What happens then. */
  readonly act?: (github: GitHubWorld) => unknown
  /** What is interrupted, and started again. */
  readonly run: Step
  /** At least so many things are waited for. */
  readonly awaits: number
}

const clusters = ["eu-west-1", "us-east-1"]

const reconcileAll: Step = Effect.flatMap(
  ResourceStore.use((store) => store.list(PullRequestTracker)),
  ({ items }) => Effect.forEach(items, (tracker) => TrackerReconciler.reconcile(Resource.keyOf(tracker), { clusters }))
)

const reconcile = (number: number): Step =>
  Effect.flatMap(Discovery.track(pr(number)), (tracker) =>
    TrackerReconciler.reconcile(Resource.keyOf(tracker), { clusters })
  )

const settled = (number: number): Step => Effect.andThen(reconcile(number), reconcile(number))

const on = (number: number, run: (tracker: PullRequestTracker) => Step): Step =>
  Effect.flatMap(Discovery.track(pr(number)), run)

const report = (phase: "Healthy" | "Drifted"): Step =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.list(DriftMonitor), ({ items }) =>
      Effect.forEach(items, (monitor) => store.updateStatus(DriftMonitor, { ...monitor, status: { phase } }))
    )
  )

const label = "cd/qualified"

const scenarios: ReadonlyArray<Scenario> = [
  { title: "a pull request that is new", run: reconcile(1), awaits: 9 },
  {
    title: "checks that fail",
    before: settled(1),
    act: (github) => github.setCheck(acme, github.pullRequest(pr(1)).head.sha, "test", "failure"),
    run: reconcile(1),
    awaits: 9
  },
  {
    title: "a merge",
    before: settled(1),
    act: (github) => github.merge(pr(1)),
    run: reconcile(1),
    awaits: 10
  },
  {
    title: "a close",
    before: settled(1),
    act: (github) => github.close(pr(1)),
    run: reconcile(1),
    awaits: 7
  },
  {
    title: "a label that got lost",
    before: settled(1),
    act: (github) => github.removeLabel(pr(1), label),
    run: reconcile(1),
    awaits: 8
  },
  {
    title: "a label that is forged",
    before: settled(1),
    act: (github) => github.addLabels(pr(1), ["cd/merged"]),
    run: reconcile(1),
    awaits: 8
  },
  {
    title: "a rejection by replacing the label",
    before: settled(1),
    act: (github) => github.setLabels(pr(1), ["bug", "cd/rejected"]),
    run: reconcile(1),
    awaits: 6
  },
  {
    title: "many labels",
    before: settled(1),
    act: (github) => github.addLabels(pr(1), ["cd/discovered", "cd/closed", "cd/merged", "cd/healthy"]),
    run: reconcile(1),
    awaits: 11
  },
  {
    title: "a drift after the merge",
    before: Effect.andThen(settled(4), Effect.andThen(report("Healthy"), settled(4))).pipe(
      Effect.andThen(report("Drifted"))
    ),
    run: reconcile(4),
    awaits: 7
  },
  {
    title: "LabelManager.syncToGitHub",
    act: (github) => github.addLabels(pr(1), ["cd/discovered", "CD/Rejected"]),
    run: Effect.gen(function* () {
      const pullRequest = yield* GitHub.use((github) => github.getPR(pr(1)))
      return yield* LabelManager.use((manager) => manager.syncToGitHub(pullRequest, "merged"))
    }),
    awaits: 5
  },
  {
    title: "Coordinator.syncGitHubToPRT",
    run: on(1, (tracker) => Coordinator.use((one) => one.syncGitHubToPRT(tracker))),
    awaits: 6
  },
  {
    title: "Coordinator.syncPRTToGitHub",
    before: on(1, (tracker) => Coordinator.use((one) => one.syncGitHubToPRT(tracker))),
    run: on(1, (tracker) => Coordinator.use((one) => one.syncPRTToGitHub(tracker))),
    awaits: 7
  },
  {
    title: "Coordinator.ensureConsistency",
    act: (github) => github.addLabels(pr(2), ["cd/healthy"]),
    run: on(2, (tracker) => Coordinator.use((one) => one.ensureConsistency(tracker))),
    awaits: 8
  },
  {
    title: "Coordinator.createDriftMonitorForPRT",
    before: on(4, (tracker) => Coordinator.use((one) => one.syncGitHubToPRT(tracker))),
    run: on(4, (tracker) => Coordinator.use((one) => one.createDriftMonitorForPRT(tracker, clusters))),
    awaits: 4
  },
  { title: "a repository that is looked at first", run: RepositoryPoll.look(acme), awaits: 6 },
  {
    title: "a repository some of whose trackers are over",
    before: Effect.andThen(RepositoryPoll.look(acme), reconcileAll),
    act: (github) => {
      github.close(pr(2))
      github.close(pr(3))
    },
    run: Effect.andThen(reconcileAll, RepositoryPoll.look(acme, { prune: "closed" })),
    awaits: 10
  }
]

/** Everything that counts in the end. When and in which words it came about may differ. */
const end = Effect.gen(function* () {
  const store = yield* ResourceStore
  const { world } = yield* GitHubEmulator
  const trackers = (yield* store.list(PullRequestTracker)).items
  const monitors = (yield* store.list(DriftMonitor)).items
  return {
    labels: [1, 2, 3, 4, 5].map((number) => world.labelsOf(pr(number))),
    trackers: trackers
      .map(({ metadata, spec, status }) => ({
        name: metadata.name,
        spec,
        ...status,
        history: (status?.history ?? []).map(({ state }) => state),
        conditions: (status?.conditions ?? []).map(({ reason, status: is, type }) => [type, is, reason])
      }))
      .toSorted((a, b) => a.spec.number - b.spec.number),
    monitors: Object.fromEntries(monitors.map(({ metadata, spec, status }) => [metadata.name, { spec, status }]))
  }
})

/** Whoever starts again looks until there is nothing left to do. */
const again = (run: Step): Step => Effect.andThen(run, Effect.andThen(run, run))

const play = ({ act, before, run }: Scenario, at?: { readonly await: number; readonly done: boolean }) =>
  Effect.suspend(() => {
    const crash = new Crash()
    const moments: Array<ReadonlyArray<string>> = []
    let watching = false
    const look = (github: GitHubWorld) =>
      void (watching && moments.push(github.labelsOf(pr(1)), github.labelsOf(pr(4))))
    return Effect.gen(function* () {
      const { world } = yield* GitHubEmulator
      yield* before ?? Effect.void
      act?.(world)
      const start = { 1: world.labelsOf(pr(1)), 4: world.labelsOf(pr(4)) }
      watching = true
      const from = crash.awaits
      if (at !== undefined) {
        crash.plan(at.await, at.done)
        const fiber = yield* Effect.forkChild(run)
        yield* until(
          Effect.sync(() => crash.reached || fiber.pollUnsafe() !== undefined),
          Boolean
        )
        yield* Fiber.interrupt(fiber)
        crash.calm()
      } else yield* run
      const awaits = crash.awaits - from
      yield* again(run)
      watching = false
      for (const [index, labels] of moments.entries()) {
        const before = index % 2 === 0 ? start[1] : start[4]
        assert.deepStrictEqual(foreign(labels), foreign(before))
        if (statesOf(before).length > 0) assert.isNotEmpty(statesOf(labels))
      }
      return { awaits, reached: crash.reached, end: yield* end }
    }).pipe(Effect.provide(crashing(crash, look)))
  })

describe("Interrupted at each thing it waits for, before and after that is done, and started again", () => {
  for (const scenario of scenarios) {
    const title = `${scenario.title} ends the same`
    const everywhere = Effect.gen(function* () {
      const whole = yield* play(scenario)
      assert.isAtLeast(whole.awaits, scenario.awaits)
      for (let position = 0; position < whole.awaits; position++) {
        for (const done of [false, true]) {
          const interrupted = yield* play(scenario, { await: position, done })
          assert.isTrue(interrupted.reached, `await ${position}`)
          assert.deepStrictEqual(interrupted.end, whole.end, `await ${position}, ${done ? "done" : "not done"}`)
        }
      }
    })
    it.effect(title, () => everywhere, 60_000)
  }
})
