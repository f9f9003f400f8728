import { Conditions, Resource, ResourceStore } from "@lockstep/core"
import { Coordinator, DriftMonitor, monitorName, PullRequestTracker, type SyncResult } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Ref } from "effect"
import { TestClock } from "effect/testing"
import { pr } from "./fixtures/acme.ts"
import { again, labelsOf, onGitHub, track, world, writesSoFar, type World } from "./support/world.ts"

const test = (title: string, effect: Effect.Effect<void, unknown, World>, options: Parameters<typeof world>[0] = {}) =>
  it.effect(title, () => Effect.provide(effect, world(options)))

const pull = (tracker: PullRequestTracker) => Coordinator.use((one) => one.syncGitHubToPRT(tracker))
const push = (tracker: PullRequestTracker) => Coordinator.use((one) => one.syncPRTToGitHub(tracker))
const consistent = (tracker: PullRequestTracker) => Coordinator.use((one) => one.ensureConsistency(tracker))

const status = (tracker: PullRequestTracker, type: string) => {
  const condition = Conditions.get(tracker.status?.conditions, type)
  return condition === undefined ? undefined : `${condition.status} ${condition.reason}`
}

const brief = ({ _tag, finalState, initialState, labelsAdded, labelsRemoved }: SyncResult) => ({
  _tag,
  from: initialState,
  to: finalState,
  added: labelsAdded,
  removed: labelsRemoved
})

describe("Coordinator.syncGitHubToPRT", () => {
  test(
    "writes down what GitHub says, and writes no label",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      const result = yield* pull(tracker)
      assert.deepStrictEqual(brief(result), {
        _tag: "applied",
        from: undefined,
        to: "qualified",
        added: [],
        removed: []
      })
      const after = yield* again(tracker)
      assert.deepInclude(after.status, { state: "qualified", title: "Faster start", observedGeneration: 1 })
      assert.strictEqual(status(after, "Qualified"), "True Qualified")
      assert.strictEqual(status(after, "LabelsInSync"), "False LabelsOutdated")
      assert.strictEqual(yield* writesSoFar, 0)
    })
  )

  test(
    "changes nothing the second time",
    Effect.gen(function* () {
      const tracker = yield* track(4)
      yield* pull(tracker)
      const first = yield* again(tracker)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* pull(first))._tag, "unchanged")
      assert.deepStrictEqual(yield* again(tracker), first)
    })
  )

  const states: ReadonlyArray<readonly [number, string, string]> = [
    [1, "qualified", "True Qualified"],
    [2, "discovered", "False NotQualified"],
    [3, "discovered", "False NotQualified"],
    [4, "merged", "Unknown Merged"],
    [5, "closed", "Unknown Closed"]
  ]
  for (const [number, state, qualified] of states) {
    test(
      `finds pull request ${number} ${state}`,
      Effect.gen(function* () {
        const tracker = yield* track(number)
        yield* pull(tracker)
        const after = yield* again(tracker)
        assert.deepStrictEqual([after.status?.state, status(after, "Qualified")], [state, qualified])
      })
    )
  }

  test(
    "tells every reason why a pull request does not qualify",
    Effect.gen(function* () {
      const tracker = yield* track(3)
      yield* pull(tracker)
      const { conditions, qualification } = (yield* again(tracker)).status ?? {}
      assert.deepStrictEqual(qualification?.reasons, ["it is a draft", "check 'test' is not finished"])
      assert.strictEqual(
        Conditions.get(conditions, "Qualified")?.message,
        "it is a draft; check 'test' is not finished"
      )
    })
  )

  test(
    "takes over what a person asked for by a label",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* consistent(tracker)
      yield* onGitHub((github) => github.addLabels(pr(1), ["cd/rejected"]))
      const result = yield* pull(yield* again(tracker))
      assert.deepInclude(brief(result), { _tag: "applied", from: "qualified", to: "rejected" })
    })
  )

  test(
    "refuses a forged label, and follows the facts",
    Effect.gen(function* () {
      const tracker = yield* track(2)
      yield* onGitHub((github) => github.addLabels(pr(2), ["cd/merged"]))
      const result = yield* pull(tracker)
      assert.deepInclude(brief(result), { _tag: "refused", to: "discovered" })
      assert.include(result.reason, "'merged' is refused")
      const after = yield* again(tracker)
      assert.strictEqual(after.status?.state, "discovered")
      assert.strictEqual(status(after, "LabelsInSync"), "False LabelRefused")
    })
  )

  test(
    "keeps a history of states, with reasons, and no more of it than is useful",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      for (let turn = 0; turn < 15; turn++) {
        yield* onGitHub((github) => github.close(pr(1)))
        yield* pull(yield* again(tracker))
        yield* onGitHub((github) => github.reopen(pr(1)))
        yield* pull(yield* again(tracker))
      }
      const history = (yield* again(tracker)).status?.history ?? []
      assert.strictEqual(history.length, 20)
      assert.deepStrictEqual(
        history.slice(-2).map(({ state }) => state),
        ["closed", "qualified"]
      )
    })
  )

  test(
    "starts over when somebody else changed the tracker meanwhile",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const stale = yield* track(1)
      yield* store.update(PullRequestTracker, { ...stale, metadata: { ...stale.metadata, labels: { team: "web" } } })
      const fiber = yield* Effect.forkChild(pull(stale))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "applied")
      const after = yield* again(stale)
      assert.deepStrictEqual([after.metadata.labels, after.status?.state], [{ team: "web" }, "qualified"])
    })
  )
})

describe("Coordinator.syncGitHubToPRT when GitHub fails", () => {
  test(
    "is deferred and says so in the conditions, once",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const tracker = yield* track(1)
      emulator.plan({ fault: GitHubFaults.secondaryLimit(60), times: 2 })
      const result = yield* pull(tracker)
      assert.strictEqual(result._tag, "deferred")
      const first = yield* again(tracker)
      assert.strictEqual(status(first, "RateLimited"), "True RateLimited")
      assert.strictEqual(status(first, "Ready"), "False GitHubRateLimited")
      yield* TestClock.adjust("30 seconds")
      yield* pull(first)
      assert.deepStrictEqual(yield* again(tracker), first)
    })
  )

  test(
    "keeps what was known, and forgets the trouble when it is over",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const tracker = yield* track(1)
      yield* consistent(tracker)
      const before = yield* again(tracker)
      emulator.plan({ fault: GitHubFaults.drop({ applied: false }) })
      yield* pull(before)
      const troubled = yield* again(tracker)
      assert.strictEqual(troubled.status?.state, "qualified")
      assert.strictEqual(status(troubled, "Ready"), "False GitHubUnavailable")
      yield* pull(troubled)
      const after = yield* again(tracker)
      assert.strictEqual(status(after, "Ready"), "True InStep")
    })
  )

  test(
    "is refused for a pull request that isn't there",
    Effect.gen(function* () {
      const tracker = yield* track(99)
      const result = yield* pull(tracker)
      assert.strictEqual(result._tag, "refused")
      assert.strictEqual(status(yield* again(tracker), "Ready"), "False GitHubNotFound")
    })
  )
})

describe("Coordinator.syncPRTToGitHub", () => {
  test(
    "makes the labels show the tracker's state, and remembers what it set",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* pull(tracker)
      const result = yield* push(yield* again(tracker))
      assert.deepStrictEqual(brief(result), {
        _tag: "applied",
        from: undefined,
        to: "qualified",
        added: ["cd/qualified"],
        removed: []
      })
      assert.deepStrictEqual(yield* labelsOf(1), ["bug", "cd/qualified"])
      const after = yield* again(tracker)
      assert.deepStrictEqual(after.status?.labels, { owned: ["cd/qualified"], lastApplied: "qualified" })
      assert.strictEqual(status(after, "Ready"), "True InStep")
    })
  )

  test(
    "changes nothing the second time",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* pull(tracker)
      yield* push(yield* again(tracker))
      const first = yield* again(tracker)
      const writes = yield* writesSoFar
      assert.strictEqual((yield* push(first))._tag, "unchanged")
      assert.strictEqual(yield* writesSoFar, writes)
      assert.strictEqual((yield* again(tracker)).status?.labels?.lastApplied, "qualified")
    })
  )

  test(
    "is refused before the tracker has a state",
    Effect.gen(function* () {
      assert.deepInclude(brief(yield* push(yield* track(1))), { _tag: "refused", added: [] })
    })
  )

  test(
    "is refused where the facts moved on, because GitHub comes first",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* pull(tracker)
      yield* onGitHub((github) => github.merge(pr(1)))
      const result = yield* push(yield* again(tracker))
      assert.strictEqual(result._tag, "refused")
      assert.include(result.reason, "'qualified', but GitHub says 'merged'")
      assert.strictEqual(yield* writesSoFar, 0)
    })
  )

  test(
    "is refused where a tracker claims what never happened",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const tracker = yield* track(2)
      const forged = yield* store.updateStatus(PullRequestTracker, { ...tracker, status: { state: "healthy" } })
      assert.strictEqual((yield* push(forged))._tag, "refused")
      assert.deepStrictEqual(yield* labelsOf(2), [])
    })
  )

  test(
    "does not overwrite what a person asked for meanwhile",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* consistent(tracker)
      yield* onGitHub((github) => github.addLabels(pr(1), ["cd/rejected"]))
      assert.strictEqual((yield* push(yield* again(tracker)))._tag, "refused")
      assert.include(yield* labelsOf(1), "cd/rejected")
    })
  )

  test(
    "tells what was done and what was not, and keeps on remembering the old label",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const tracker = yield* track(2)
      yield* consistent(tracker)
      const { sha } = emulator.world.pullRequest(pr(2)).head
      emulator.world.setCheck(pr(2).repository, sha, "test", "success")
      yield* pull(yield* again(tracker))
      emulator.plan({ fault: GitHubFaults.badGateway({ applied: false }), method: "DELETE" })
      const result = yield* push(yield* again(tracker))
      assert.deepInclude(brief(result), { _tag: "partial", added: ["cd/qualified"], removed: [] })
      const after = yield* again(tracker)
      assert.strictEqual(status(after, "LabelsInSync"), "False GitHubUnavailable")
      assert.strictEqual(after.status?.labels?.lastApplied, "discovered")
      assert.isFalse(yield* consistent(after))
      assert.deepStrictEqual(yield* labelsOf(2), ["cd/qualified"])
    })
  )
})

describe("Coordinator.ensureConsistency", () => {
  test(
    "is false when something had to be corrected, and true afterwards",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      assert.isFalse(yield* consistent(tracker))
      assert.isTrue(yield* consistent(yield* again(tracker)))
      assert.deepStrictEqual(yield* labelsOf(1), ["bug", "cd/qualified"])
      assert.strictEqual((yield* again(tracker)).status?.state, "qualified")
    })
  )

  const corrections: ReadonlyArray<readonly [string, ReadonlyArray<string>, ReadonlyArray<string>]> = [
    ["a lost label", [], ["cd/qualified"]],
    ["a forged label", ["cd/qualified", "cd/healthy"], ["cd/qualified"]],
    ["a label in place of ours", ["cd/merged"], ["cd/qualified"]],
    ["several labels", ["cd/discovered", "cd/qualified", "cd/closed"], ["cd/qualified"]]
  ]
  for (const [title, found, left] of corrections) {
    test(
      `corrects ${title}`,
      Effect.gen(function* () {
        const tracker = yield* track(1)
        yield* consistent(tracker)
        yield* onGitHub((github) => github.setLabels(pr(1), ["bug", "team: web", ...found]))
        assert.isFalse(yield* consistent(yield* again(tracker)))
        assert.deepStrictEqual(yield* labelsOf(1), ["bug", "team: web", ...left])
        assert.isTrue(yield* consistent(yield* again(tracker)))
      })
    )
  }

  test(
    "starts over from the facts where a lost label is to reset",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* consistent(tracker)
      yield* onGitHub((github) => github.addLabels(pr(1), ["cd/rejected"]))
      yield* consistent(yield* again(tracker))
      yield* onGitHub((github) => github.removeLabel(pr(1), "cd/rejected"))
      assert.isFalse(yield* consistent(yield* again(tracker)))
      assert.deepStrictEqual(yield* labelsOf(1), ["bug", "cd/qualified"])
    }),
    { lostLabel: "reset" }
  )

  test(
    "fails and leaves the labels alone where a lost label is to hold",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* consistent(tracker)
      yield* onGitHub((github) => github.removeLabel(pr(1), "cd/qualified"))
      const error = yield* Effect.flip(Effect.asVoid(consistent(yield* again(tracker))))
      assert.include(String(error), "set a state's label to go on")
      assert.deepStrictEqual(yield* labelsOf(1), ["bug"])
      assert.strictEqual(status(yield* again(tracker), "LabelsInSync"), "False LabelConflict")
    }),
    { lostLabel: "hold" }
  )

  test(
    "fails when GitHub does, and does not call that consistent",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.plan({ fault: GitHubFaults.badGateway({ applied: false }) })
      const tracker = yield* track(1)
      const error = yield* Effect.flip(Effect.asVoid(consistent(tracker)))
      assert.include(String(error), "502")
    })
  )
})

describe("Coordinator.createDriftMonitorForPRT", () => {
  const create = (tracker: PullRequestTracker, clusters: ReadonlyArray<string>) =>
    Coordinator.use((one) => one.createDriftMonitorForPRT(tracker, clusters))

  test(
    "creates one for each cluster, owned by the tracker",
    Effect.gen(function* () {
      const tracker = yield* track(4)
      yield* pull(tracker)
      const merged = yield* again(tracker)
      const monitors = yield* create(merged, ["eu-west-1", "US East", "eu-west-1"])
      assert.deepStrictEqual(
        monitors.map(({ spec }) => spec.cluster),
        ["eu-west-1", "US East"]
      )
      for (const monitor of monitors) {
        assert.strictEqual(monitor.spec.revision, merged.status?.mergeCommitSHA)
        assert.strictEqual(monitor.metadata.ownerReferences?.[0]?.uid, tracker.metadata.uid)
      }
    })
  )

  test(
    "leaves those that are there as they are",
    Effect.gen(function* () {
      const tracker = yield* track(4)
      yield* pull(tracker)
      const merged = yield* again(tracker)
      const first = yield* create(merged, ["eu-west-1"])
      const second = yield* create(merged, ["us-east-1", "eu-west-1"])
      assert.deepStrictEqual(second[1], first[0])
      const store = yield* ResourceStore
      assert.strictEqual((yield* store.list(DriftMonitor)).items.length, 2)
    })
  )

  test(
    "is refused before the merge",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* pull(tracker)
      const error = yield* Effect.flip(Effect.asVoid(create(yield* again(tracker), ["eu-west-1"])))
      assert.include(String(error), "is not merged")
    })
  )

  test(
    "does not take over the monitor of somebody else",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const tracker = yield* track(4)
      yield* pull(tracker)
      const merged = yield* again(tracker)
      const [monitor] = yield* create(merged, ["eu-west-1"])
      if (monitor === undefined) return assert.fail("there is no monitor")
      const { ownerReferences: _, ...metadata } = monitor.metadata
      yield* store.update(DriftMonitor, { ...monitor, metadata })
      const error = yield* Effect.flip(Effect.asVoid(create(merged, ["eu-west-1"])))
      assert.include(String(error), "does not belong to")
    })
  )

  test(
    "makes monitors that go with their tracker",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const tracker = yield* track(4)
      yield* pull(tracker)
      yield* create(yield* again(tracker), ["eu-west-1"])
      yield* store.delete(PullRequestTracker, Resource.keyOf(tracker))
      assert.deepStrictEqual((yield* store.list(DriftMonitor)).items, [])
    })
  )
})

describe("Coordinator.bringInStep", () => {
  test(
    "writes the status once, whatever there is to do",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const writes = yield* Ref.make(0)
      const counting = ResourceStore.of({
        ...store,
        updateStatus: (resource, object) =>
          Effect.andThen(
            Ref.update(writes, (n) => n + 1),
            store.updateStatus(resource, object)
          )
      })
      const tracker = yield* track(4)
      const pass = Coordinator.use((one) => one.bringInStep(tracker, { clusters: ["eu-west-1", "us-east-1"] })).pipe(
        Effect.provide(Layer.fresh(Coordinator.layer).pipe(Layer.provide(Layer.succeed(ResourceStore, counting))))
      )
      const { monitors, result, tracker: after } = yield* pass
      assert.strictEqual(yield* Ref.get(writes), 1)
      assert.strictEqual(result._tag, "applied")
      assert.strictEqual(monitors.length, 2)
      assert.strictEqual(after.status?.driftMonitorRefs?.length, 2)
      yield* Coordinator.use((one) => one.bringInStep(after, { clusters: ["eu-west-1", "us-east-1"] }))
      assert.deepStrictEqual(yield* again(tracker), after)
    })
  )

  test(
    "writes nothing the second time, in whatever order the clusters are named",
    Effect.gen(function* () {
      const tracker = yield* track(4)
      const step = (clusters: ReadonlyArray<string>) =>
        Effect.flatMap(again(tracker), (current) =>
          Coordinator.use((coordinator) => coordinator.bringInStep(current, { clusters }))
        )
      const first = yield* step(["us-east-1", "eu-west-1"])
      for (const clusters of [
        ["us-east-1", "eu-west-1"],
        ["eu-west-1", "us-east-1"]
      ]) {
        const { monitors } = yield* step(clusters)
        assert.deepStrictEqual(monitors.map(({ spec }) => spec.cluster).toSorted(), ["eu-west-1", "us-east-1"])
        assert.deepStrictEqual(yield* again(tracker), first.tracker)
      }
    })
  )

  test(
    "follows its monitors",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const tracker = yield* track(4)
      const step = (one: PullRequestTracker) =>
        Coordinator.use((coordinator) => coordinator.bringInStep(one, { clusters: ["eu-west-1"] }))
      const { monitors, tracker: merged } = yield* step(tracker)
      let [monitor] = monitors
      for (const [phase, state] of [
        ["Synced", "synced"],
        ["Healthy", "healthy"],
        ["Drifted", "drifted"],
        ["Healthy", "healthy"]
      ] as const) {
        if (monitor === undefined) return assert.fail("there is no monitor")
        monitor = yield* store.updateStatus(DriftMonitor, { ...monitor, status: { phase } })
        const pass = yield* step(yield* again(merged))
        assert.strictEqual(pass.tracker.status?.state, state)
        assert.deepStrictEqual(yield* labelsOf(4), [`cd/${state}`])
      }
    })
  )

  test(
    "writes down what it did to the labels, and what is wrong, where a monitor belongs to somebody else",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const tracker = yield* track(4)
      const spec = { trackerRef: { name: "another" }, cluster: "eu-west-1", revision: "a".repeat(40) }
      const name = monitorName(tracker.metadata.name, "eu-west-1")
      yield* store.create(DriftMonitor, { metadata: { name, namespace: "default" }, spec })
      const step = Effect.flatMap(again(tracker), (current) =>
        Coordinator.use((one) => one.bringInStep(current, { clusters: ["eu-west-1", "us-east-1"] }))
      )
      const error = yield* Effect.flip(step)
      assert.include(error.message, "does not belong to")
      const after = yield* again(tracker)
      assert.strictEqual(after.status?.labels?.lastApplied, "merged")
      assert.strictEqual(status(after, "Ready"), "False ForeignMonitor")
      // The other clusters are watched all the same.
      assert.deepStrictEqual(
        after.status?.driftMonitorRefs?.map(({ name: found }) => found),
        [monitorName(tracker.metadata.name, "us-east-1")]
      )
      yield* Effect.flip(step)
      assert.deepStrictEqual(yield* again(tracker), after)

      yield* store.delete(DriftMonitor, Resource.key(name, "default"))
      yield* step
      assert.match(status(yield* again(tracker), "Ready") ?? "", /^True/u)
    })
  )
})
