import { Resource, MemoryStore, ResourceStore } from "@lockstep/core"
import {
  Coordinator,
  Discovery,
  LabelManager,
  PullRequestTracker,
  SyncResult,
  type GitHub
} from "@lockstep/github-sync"
import { GitHubEmulator, type Emulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Random, type Context, type Scope } from "effect"
import { acme, pr, seed } from "./fixtures/acme.ts"
import { foreign, statesOf } from "./fixtures/labels.ts"

/** An operator of its own: its store knows nothing of the other one's. */
interface Operator {
  readonly context: Context.Context<Coordinator | ResourceStore>
  readonly tracker: PullRequestTracker
  /** How often it found something to write to the labels. */
  applied: number
}

const operator = Effect.gen(function* () {
  const context = yield* Layer.build(
    Layer.fresh(Coordinator.layer.pipe(Layer.provideMerge(LabelManager.layer), Layer.provideMerge(MemoryStore.layer())))
  )
  const tracker = yield* Effect.provide(Discovery.track(pr(1)), context)
  return { context, tracker, applied: 0 } satisfies Operator
})

const pass = (self: Operator) =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const tracker = yield* store.get(PullRequestTracker, Resource.keyOf(self.tracker))
    const { result } = yield* Coordinator.use((coordinator) => coordinator.bringInStep(tracker))
    if (result.labelsAdded.length + result.labelsRemoved.length > 0) self.applied++
    return result
  }).pipe(Effect.provide(self.context))

const labels = ["cd/discovered", "cd/qualified", "cd/rejected", "cd/merged", "cd/closed", "cd/healthy", "team", "bug"]

/** Something a person or a check does; tells whether it changed what an operator may have to answer. */
const something = ({ world }: Emulator): Effect.Effect<boolean> =>
  Effect.gen(function* () {
    const kind = yield* Random.nextIntBetween(0, 10)
    const label = labels[yield* Random.nextIntBetween(0, labels.length)] ?? "bug"
    const before = world.labelsOf(pr(1))
    const pull = world.pullRequest(pr(1))
    if (kind < 5) world.addLabels(pr(1), [label], "human")
    else if (kind < 8 && before.includes(label)) world.removeLabel(pr(1), label, "human")
    else if (kind === 8)
      world.setCheck(acme, pull.head.sha, "test", (yield* Random.nextBoolean) ? "success" : "failure")
    else if (kind === 9 && pull.open) world.close(pr(1))
    else if (kind === 9 && (yield* Random.nextBoolean)) world.reopen(pr(1))
    else return false
    return kind >= 8 || statesOf(world.labelsOf(pr(1))).join() !== statesOf(before).join()
  })

const world = GitHubEmulator.layerGitHub({ seed, rateLimit: 1_000_000 })

const test = (title: string, effect: Effect.Effect<void, unknown, GitHub | GitHubEmulator | Scope.Scope>) => {
  for (const round of [1, 2, 3]) {
    it.effect(
      `${title} (round ${round})`,
      () => Effect.scoped(effect).pipe(Random.withSeed(round), Effect.provide(world)),
      60_000
    )
  }
}

/** Both operators look until neither finds anything to do. */
const calm = (operators: ReadonlyArray<Operator>) =>
  Effect.gen(function* () {
    for (let quiet = 0, looks = 0; quiet < operators.length * 2; looks++) {
      assert.isAtMost(looks, 20)
      for (const one of operators) quiet = SyncResult.isSuccess(yield* pass(one)) ? quiet + 1 : 0
    }
    const before = operators.reduce((sum, { applied }) => sum + applied, 0)
    for (const one of operators) assert.strictEqual((yield* pass(one))._tag, "unchanged")
    assert.strictEqual(
      operators.reduce((sum, { applied }) => sum + applied, 0),
      before
    )
  })

const agree = (operators: ReadonlyArray<Operator>) =>
  Effect.gen(function* () {
    const shown = statesOf((yield* GitHubEmulator).world.labelsOf(pr(1)))
    assert.strictEqual(shown.length, 1)
    for (const { context, tracker } of operators) {
      const store = yield* Effect.provide(ResourceStore, context)
      const { status } = yield* store.get(PullRequestTracker, Resource.keyOf(tracker))
      assert.deepStrictEqual([status?.state, status?.labels?.lastApplied], [shown[0], shown[0]])
    }
  })

describe("Two operators and a person who edits labels", () => {
  test(
    "agree after 1000 steps, write no more often than something changed, and leave the person's own labels alone",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const operators = [yield* operator, yield* operator]
      let changes = 1
      for (let step = 0; step < 1000; step++) {
        const which = yield* Random.nextIntBetween(0, 3)
        const one = operators[which]
        if (one === undefined) {
          if (yield* something(emulator)) changes++
          continue
        }
        const others = foreign(emulator.world.labelsOf(pr(1)))
        yield* pass(one)
        assert.deepStrictEqual(foreign(emulator.world.labelsOf(pr(1))), others)
        const applied = operators.reduce((sum, { applied }) => sum + applied, 0)
        assert.isAtMost(applied, changes, `after step ${step}`)
      }
      yield* calm(operators)
      yield* agree(operators)
      const applied = operators.reduce((sum, { applied }) => sum + applied, 0)
      assert.isAtMost(applied, changes)
      assert.isAtLeast(changes, 150)
    })
  )

  test(
    "agree when they work at the very same time",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const operators = [yield* operator, yield* operator]
      for (let step = 0; step < 100; step++) {
        yield* something(emulator)
        const fibers = yield* Effect.forEach(operators, (one) => Effect.forkChild(pass(one)))
        yield* something(emulator)
        yield* Effect.forEach(fibers, Fiber.join)
      }
      yield* calm(operators)
      yield* agree(operators)
    })
  )
})
