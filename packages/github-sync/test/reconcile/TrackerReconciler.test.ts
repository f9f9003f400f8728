import { Conditions, Outcome, Resource, ResourceStore } from "@lockstep/core"
import { Coordinator, DriftMonitor, PullRequestTracker, TrackerReconciler, type Contest } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import { acme, pr } from "../fixtures/acme.ts"
import { foreign, statesOf } from "../fixtures/labels.ts"
import { again, labelsOf, onGitHub, track, world, writesSoFar, type World } from "../support/world.ts"
import { until } from "../support/until.ts"

const test = (title: string, effect: Effect.Effect<void, unknown, World>) =>
  it.effect(title, () => Effect.provide(effect, world()))

const reconcile = (tracker: PullRequestTracker, options: TrackerReconciler.TrackerReconcilerOptions = {}) =>
  TrackerReconciler.reconcile(Resource.keyOf(tracker), options)

const update = (tracker: PullRequestTracker, change: Partial<PullRequestTracker["spec"]>) =>
  ResourceStore.use((store) => store.update(PullRequestTracker, { ...tracker, spec: { ...tracker.spec, ...change } }))

describe("TrackerReconciler.reconcile", () => {
  test(
    "brings tracker and labels in step, and comes back after a while",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      const outcome = yield* reconcile(tracker, { syncInterval: "10 minutes" })
      assert.strictEqual(outcome._tag, "RequeueAfter")
      if (outcome._tag === "RequeueAfter") {
        assert.isAtLeast(Duration.toMinutes(outcome.after), 8)
        assert.isAtMost(Duration.toMinutes(outcome.after), 12)
      }
      assert.deepStrictEqual(yield* labelsOf(1), ["bug", "cd/qualified"])
      assert.isTrue(Conditions.isTrue((yield* again(tracker)).status?.conditions, "Ready"))
    })
  )

  test(
    "writes nothing anywhere the second time",
    Effect.gen(function* () {
      const tracker = yield* track(4)
      yield* reconcile(tracker, { clusters: ["eu-west-1"] })
      const [first, writes] = [yield* again(tracker), yield* writesSoFar]
      yield* TestClock.adjust("1 hour")
      yield* reconcile(tracker, { clusters: ["eu-west-1"] })
      assert.deepStrictEqual([yield* again(tracker), yield* writesSoFar], [first, writes])
    })
  )

  test(
    "has nothing to do with a tracker that is gone",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* ResourceStore.use((store) => store.delete(PullRequestTracker, Resource.keyOf(tracker)))
      assert.deepStrictEqual(yield* reconcile(tracker), Outcome.done)
      assert.strictEqual((yield* GitHubEmulator).exchanges.length, 0)
    })
  )

  test(
    "leaves a tracker that is being deleted alone",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const tracker = yield* track(1)
      const metadata = { ...tracker.metadata, finalizers: ["test.lockstep.dev/hold"] }
      yield* store.update(PullRequestTracker, { ...tracker, metadata })
      yield* store.delete(PullRequestTracker, Resource.keyOf(tracker))
      assert.deepStrictEqual(yield* reconcile(tracker), Outcome.done)
      assert.strictEqual((yield* GitHubEmulator).exchanges.length, 0)
    })
  )

  test(
    "leaves a suspended tracker alone and says so, until it is no longer",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      const suspended = yield* update(tracker, { suspend: true })
      assert.deepStrictEqual(yield* reconcile(suspended), Outcome.done)
      assert.strictEqual((yield* GitHubEmulator).exchanges.length, 0)
      const noted = yield* again(tracker)
      assert.deepInclude(Conditions.get(noted.status?.conditions, "Ready"), {
        status: "Unknown",
        reason: "Suspended",
        observedGeneration: 2
      })
      yield* reconcile(yield* update(noted, { suspend: false }))
      assert.isTrue(Conditions.isTrue((yield* again(tracker)).status?.conditions, "Ready"))
    })
  )

  test(
    "keeps up with the generation of the tracker in status and conditions",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      yield* reconcile(tracker)
      yield* update(yield* again(tracker), { suspend: true })
      yield* update(yield* again(tracker), { suspend: false })
      yield* reconcile(tracker)
      const { metadata, status } = yield* again(tracker)
      assert.strictEqual(status?.observedGeneration, metadata.generation)
      for (const { observedGeneration } of status?.conditions ?? []) {
        assert.strictEqual(observedGeneration, metadata.generation)
      }
    })
  )

  test(
    "comes back when GitHub says it may",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.plan({ fault: GitHubFaults.secondaryLimit(300) })
      assert.deepStrictEqual(yield* reconcile(yield* track(1)), Outcome.requeueAfter("5 minutes"))
    })
  )

  test(
    "tries again where it worked out in part",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.world.addLabels(pr(1), ["cd/discovered"])
      emulator.plan({ fault: GitHubFaults.badGateway({ applied: false }), method: "DELETE" })
      assert.strictEqual((yield* reconcile(yield* track(1)))._tag, "Retry")
    })
  )

  test(
    "looks again later where GitHub refuses, because nobody tells when that changes",
    Effect.gen(function* () {
      const options = { syncInterval: "1 minute", recheckInterval: "10 minutes" } as const
      const outcome = yield* reconcile(yield* track(99), options)
      assert.isAtLeast(outcome._tag === "RequeueAfter" ? Duration.toMinutes(outcome.after) : 0, 8)
    })
  )
})

describe("TrackerReconciler.start", () => {
  test(
    "follows every tracker, and every change of its monitors",
    Effect.gen(function* () {
      const controller = yield* TrackerReconciler.start({ clusters: ["eu-west-1"] })
      yield* controller.synced
      const tracker = yield* track(4)
      const recorded = (state: string) =>
        Effect.andThen(
          until(again(tracker), ({ status }) => status?.state === state),
          controller.idle
        )
      yield* recorded("merged")
      assert.deepStrictEqual(yield* labelsOf(4), ["cd/merged"])
      const store = yield* ResourceStore
      const [monitor] = (yield* store.list(DriftMonitor)).items
      if (monitor === undefined) return assert.fail("there is no monitor")
      yield* store.updateStatus(DriftMonitor, { ...monitor, status: { phase: "Degraded" } })
      yield* recorded("degraded")
      assert.deepStrictEqual(yield* labelsOf(4), ["cd/degraded"])
    }).pipe(Effect.scoped)
  )
})

// What people, programs and operators may do, in any order.
const Step = Schema.Union([
  Schema.Struct({
    do: Schema.Literals(["add", "remove"]),
    label: Schema.Literals([
      "cd/discovered",
      "cd/qualified",
      "cd/rejected",
      "CD/Merged",
      "cd/healthy",
      "bug",
      "team: web"
    ])
  }),
  Schema.Struct({ do: Schema.Literals(["pass", "fail", "push", "merge", "close", "reopen"]) }),
  Schema.Struct({ do: Schema.Literals(["reconcile", "reconcile twice at once", "fail a write", "lose a write"]) })
])

const act = (step: typeof Step.Type, tracker: PullRequestTracker) =>
  Effect.gen(function* () {
    const emulator = yield* GitHubEmulator
    const { world: github } = emulator
    const pull = github.pullRequest(pr(1))
    const onlyIf = (condition: boolean, change: () => unknown) => void (condition && change())
    switch (step.do) {
      case "add":
        return github.addLabels(pr(1), [step.label])
      case "remove":
        return onlyIf(
          github.labelsOf(pr(1)).some((name) => name.toLowerCase() === step.label.toLowerCase()),
          () => github.removeLabel(pr(1), step.label)
        )
      case "pass":
        return void github.setCheck(acme, pull.head.sha, "test", "success")
      case "fail":
        return void github.setCheck(acme, pull.head.sha, "test", "failure")
      case "push":
        return void github.push(acme, pull.head.ref)
      case "merge":
        return onlyIf(pull.open, () => github.merge(pr(1)))
      case "close":
        return onlyIf(pull.open, () => github.close(pr(1)))
      case "reopen":
        return onlyIf(!pull.open && pull.merge === undefined, () => github.reopen(pr(1)))
      case "reconcile":
        return yield* passes(tracker, 1)
      case "reconcile twice at once":
        return yield* passes(tracker, 2)
      case "fail a write":
        return emulator.plan({ fault: GitHubFaults.badGateway({ applied: false }), method: "POST" })
      case "lose a write":
        return emulator.plan({ fault: GitHubFaults.drop({ applied: true }), method: "DELETE" })
    }
  })

const passes = (tracker: PullRequestTracker, count: number) =>
  Effect.gen(function* () {
    const fibers = yield* Effect.replicateEffect(Effect.forkChild(Effect.exit(reconcile(tracker))), count)
    // Two that meet wait for each other a little.
    const waited = Effect.map(TestClock.adjust("1 second"), () => fibers)
    yield* until(waited, (all) => all.every((fiber) => fiber.pollUnsafe() !== undefined))
  })

describe("TrackerReconciler", () => {
  it.effect.prop(
    "ends in step with the facts, whatever people, programs and two operators did in whatever order",
    [Schema.Array(Step)],
    ([steps]) =>
      Effect.gen(function* () {
        const tracker = yield* track(1)
        for (const step of steps) yield* act(step, tracker)
        const emulator = yield* GitHubEmulator
        emulator.calm()
        const before = foreign(yield* labelsOf(1))
        yield* passes(tracker, 1)
        yield* passes(tracker, 1)

        const end = yield* again(tracker)
        const pull = emulator.world.pullRequest(pr(1))
        const labels = yield* labelsOf(1)
        assert.deepStrictEqual(foreign(labels), before)
        const state = end.status?.state
        assert.isDefined(state)
        assert.deepStrictEqual(statesOf(labels), [state])
        assert.isTrue(Conditions.isTrue(end.status?.conditions, "Ready"))
        assert.strictEqual(state === "merged", pull.merge !== undefined)
        assert.strictEqual(state === "closed", !pull.open && pull.merge === undefined)

        const writes = yield* writesSoFar
        yield* passes(tracker, 1)
        assert.deepStrictEqual([yield* again(tracker), yield* writesSoFar], [end, writes])
      }).pipe(Effect.provide(world())),
    { arbitrary: { runs: 60 }, timeout: 30_000 }
  )

  it.effect.prop(
    "comes to the same end however events are lost, doubled or reordered",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })))],
    ([order]) =>
      Effect.gen(function* () {
        const trackers = yield* Effect.forEach([1, 2, 3, 4, 5], track)
        for (const number of order) yield* reconcile(trackers[number - 1] ?? (yield* track(number)))
        yield* Effect.forEach(trackers, (tracker) => reconcile(tracker))
        const ends = yield* Effect.forEach(trackers, again)
        assert.deepStrictEqual(
          ends.map(({ status }) => status?.state),
          ["qualified", "discovered", "discovered", "merged", "closed"]
        )
      }).pipe(Effect.provide(world())),
    { arbitrary: { runs: 15 }, timeout: 30_000 }
  )

  test(
    "writes a label no more often than something really changes",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      const coordinator = yield* Coordinator
      for (let round = 0; round < 20; round++) {
        yield* onGitHub((github) =>
          github.setCheck(acme, github.pullRequest(pr(1)).head.sha, "test", round % 2 === 0 ? "success" : "failure")
        )
        const before = yield* writesSoFar
        for (let look = 0; look < 5; look++) yield* coordinator.bringInStep(yield* again(tracker))
        assert.isAtMost((yield* writesSoFar) - before, 2)
      }
    })
  )
})

describe("TrackerReconciler.reconcile with resume", () => {
  const resume = (tracker: PullRequestTracker, options: TrackerReconciler.TrackerReconcilerOptions = {}) =>
    Effect.gen(function* () {
      const { exchanges } = yield* GitHubEmulator
      const before = exchanges.length
      yield* reconcile(yield* again(tracker), { ...options, resume: true })
      return exchanges.length - before
    })

  test(
    "asks GitHub nothing about what was settled by an earlier run",
    Effect.gen(function* () {
      const trackers = yield* Effect.forEach([1, 2, 4, 5], track)
      const clusters = ["eu-west-1"]
      for (const tracker of trackers) {
        assert.isAbove(yield* resume(tracker, { clusters }), 0)
        yield* reconcile(yield* again(tracker), { clusters })
        assert.strictEqual(yield* resume(tracker, { clusters }), 0)
      }
    })
  )

  test(
    "looks where something was waited for, asked for since, or is not as it was",
    Effect.gen(function* () {
      const waiting = yield* track(3)
      yield* reconcile(waiting)
      yield* reconcile(waiting)
      assert.isAbove(yield* resume(waiting), 0)

      const merged = yield* track(4)
      yield* reconcile(merged, { clusters: ["eu-west-1"] })
      yield* reconcile(merged, { clusters: ["eu-west-1"] })
      assert.strictEqual(yield* resume(merged, { clusters: ["eu-west-1"] }), 0)
      assert.isAbove(yield* resume(merged, { clusters: ["eu-west-1", "us-east-1"] }), 0)
      yield* ResourceStore.use((store) =>
        Effect.flatMap(store.list(DriftMonitor), ({ items }) =>
          Effect.forEach(items, (monitor) =>
            store.updateStatus(DriftMonitor, { ...monitor, status: { phase: "Drifted" } })
          )
        )
      )
      assert.isAbove(yield* resume(merged, { clusters: ["eu-west-1"] }), 0)

      const held = yield* track(1)
      yield* reconcile(held)
      yield* reconcile(held)
      yield* onGitHub((github) => github.removeLabel(pr(1), "cd/qualified"))
      const policy = { lostLabel: "hold" as const }
      const { exchanges } = yield* GitHubEmulator
      const stricter = Coordinator.layerWith({ ...policy, qualification: { checks: "all", approvals: 1 } })
      yield* Effect.provide(
        Effect.gen(function* () {
          const before = exchanges.length
          yield* TrackerReconciler.reconcile(Resource.keyOf(held), { resume: true })
          assert.isAbove(exchanges.length, before)
        }),
        stricter
      )
      assert.isAbove(yield* resume(held), 0)
    })
  )
})

describe("TrackerReconciler.start against a bot that takes each label away again", () => {
  test(
    "gives way more and more, says so, and goes on to follow the facts",
    Effect.gen(function* () {
      const tracker = yield* track(1)
      const { world: github } = yield* GitHubEmulator
      const contests = new Map<string, Contest.Contest>()
      const look = Effect.flatMap(again(tracker), (current) => reconcile(current, { contests }))
      yield* look
      const bot = Effect.sync(() => {
        for (const label of github.labelsOf(pr(1))) if (label.startsWith("cd/")) github.removeLabel(pr(1), label, "bot")
      })
      // The bot answers at once, and webhooks tell of it at once: a thousand rounds in an hour.
      const before = yield* writesSoFar
      for (let round = 0; round < 1000; round++) {
        yield* bot
        yield* look
        yield* TestClock.adjust("3600 millis")
      }
      const fought = (yield* writesSoFar) - before
      assert.isAtLeast(fought, 6)
      assert.isAtMost(fought, 15)
      yield* bot
      const { conditions } = (yield* again(tracker)).status ?? {}
      assert.deepInclude(Conditions.get(conditions, "LabelsInSync"), { status: "False", reason: "LabelsContested" })
      assert.isFalse(Conditions.isTrue(conditions, "Ready"))

      github.merge(pr(1))
      yield* look
      assert.include(yield* labelsOf(1), "cd/merged")

      // After a time of peace it is as quick as at the beginning.
      yield* TestClock.adjust("1 hour")
      github.removeLabel(pr(1), "cd/merged", "person")
      yield* look
      assert.include(yield* labelsOf(1), "cd/merged")
    })
  )
})
