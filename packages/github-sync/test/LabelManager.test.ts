import { Plan } from "@lockstep/core"
import { GitHub, LabelManager, LifecycleState } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults, type Emulator, type GitHubEmulatorOptions } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Schema } from "effect"
import { acme, pr } from "./fixtures/acme.ts"
import { foreign, named, statesOf } from "./fixtures/labels.ts"
import { until } from "./support/until.ts"

const holding = (labels: ReadonlyArray<string>) => ({
  repositories: [{ ...acme, pullRequests: [{ title: "Faster start", labels }] }]
})

const world = (labels: ReadonlyArray<string>, options: GitHubEmulatorOptions = {}) =>
  LabelManager.layer.pipe(Layer.provideMerge(GitHubEmulator.layerGitHub({ seed: holding(labels), ...options })))

const test = (
  title: string,
  labels: ReadonlyArray<string>,
  effect: Effect.Effect<void, unknown, GitHub | GitHubEmulator | LabelManager>
) => it.effect(title, () => Effect.provide(effect, world(labels)))

const sync = (state: LifecycleState.LifecycleState) =>
  Effect.gen(function* () {
    const manager = yield* LabelManager
    return yield* manager.syncToGitHub(yield* GitHub.use((github) => github.getPR(pr(1))), state)
  })

const labels = Effect.map(GitHubEmulator, (emulator) => emulator.world.labelsOf(pr(1)))

const writes = (emulator: Emulator) => emulator.exchanges.filter(({ method }) => method !== "GET")

const plan = (...args: Parameters<Emulator["plan"]>) => Effect.map(GitHubEmulator, (emulator) => emulator.plan(...args))

describe("LabelManager.getCurrentState", () => {
  test(
    "reads the state that labels show: of several the furthest, of none nothing",
    [],
    Effect.gen(function* () {
      const manager = yield* LabelManager
      const shown = (...names: ReadonlyArray<string>) => manager.getCurrentState({ labels: named(names) })
      assert.strictEqual(shown("bug", "cd/discovered", "CD/MERGED"), "merged")
      assert.strictEqual(shown("bug", "cd/nonsense"), undefined)
    })
  )
})

describe("LabelManager.syncToGitHub", () => {
  test(
    "adds first, then takes away, then looks",
    ["bug", "cd/discovered"],
    Effect.gen(function* () {
      const result = yield* sync("qualified")
      assert.deepInclude(result, {
        _tag: "applied",
        initialState: "discovered",
        finalState: "qualified",
        labelsAdded: ["cd/qualified"],
        labelsRemoved: ["cd/discovered"],
        errors: []
      })
      assert.deepStrictEqual(yield* labels, ["bug", "cd/qualified"])
      const { exchanges } = yield* GitHubEmulator
      assert.deepStrictEqual(
        exchanges.map(({ method }) => method),
        ["GET", "POST", "DELETE", "GET"]
      )
    })
  )

  test(
    "writes nothing when the label is there, also in another case",
    ["CD/Qualified"],
    Effect.gen(function* () {
      const result = yield* sync("qualified")
      assert.deepInclude(result, { _tag: "unchanged", initialState: "qualified", finalState: "qualified" })
      assert.deepStrictEqual(writes(yield* GitHubEmulator), [])
    })
  )

  test(
    "repairs several labels",
    ["cd/discovered", "cd/merged", "cd/healthy"],
    Effect.gen(function* () {
      const result = yield* sync("merged")
      assert.deepInclude(result, { _tag: "applied", labelsAdded: [], labelsRemoved: ["cd/discovered", "cd/healthy"] })
      assert.deepStrictEqual(yield* labels, ["cd/merged"])
    })
  )

  test(
    "takes nothing away when the new label could not be added",
    ["cd/discovered"],
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.badGateway({ applied: false }), method: "POST" })
      const result = yield* sync("qualified")
      assert.deepInclude(result, { _tag: "deferred", finalState: "discovered", labelsAdded: [], labelsRemoved: [] })
      assert.strictEqual(result.errors[0]?.reason._tag, "Unavailable")
      assert.deepStrictEqual(yield* labels, ["cd/discovered"])
    })
  )

  test(
    "believes its eyes when a write failed but was carried out",
    ["cd/discovered"],
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.badGateway({ applied: true }), method: "DELETE" })
      const result = yield* sync("qualified")
      assert.deepInclude(result, { _tag: "applied", finalState: "qualified", errors: [] })
    })
  )

  test(
    "tells what was done and what was not",
    ["cd/discovered", "cd/rejected"],
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.drop({ applied: false }), method: "DELETE", path: "cd/rejected" })
      const result = yield* sync("qualified")
      assert.deepInclude(result, {
        _tag: "partial",
        finalState: "rejected",
        labelsAdded: ["cd/qualified"],
        labelsRemoved: ["cd/discovered"]
      })
      assert.strictEqual(result.errors.length, 1)
    })
  )

  test(
    "waits for as long as GitHub asks, and tries nothing more",
    ["cd/discovered"],
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.secondaryLimit(90), method: "POST" })
      const result = yield* sync("qualified")
      assert.strictEqual(result._tag, "deferred")
      if (result._tag === "deferred") assert.deepStrictEqual(result.retryAfter, Duration.seconds(90))
      assert.strictEqual(writes(yield* GitHubEmulator).length, 1)
    })
  )

  test(
    "is refused where the token may not write",
    ["cd/discovered"],
    Effect.gen(function* () {
      const fault = { _tag: "answer", status: 403, message: "Resource not accessible", applied: false } as const
      yield* plan({ fault, method: "POST" })
      assert.deepInclude(yield* sync("qualified"), { _tag: "refused", finalState: "discovered" })
    })
  )

  const crowd = (count: number) => Array.from({ length: count }, (_, at) => `team ${at}`)

  test(
    "makes room among its own labels where there is none for another one, and keeps one of them",
    [...crowd(98), "cd/discovered", "cd/rejected"],
    Effect.gen(function* () {
      const { world: github } = yield* GitHubEmulator
      const shown: Array<number> = []
      github.onEvent(() => void shown.push(statesOf(github.labelsOf(pr(1))).length))
      assert.deepInclude(yield* sync("qualified"), { _tag: "applied", finalState: "qualified" })
      assert.deepStrictEqual(foreign(yield* labels).length, 98)
      assert.isTrue(shown.length > 0 && shown.every((count) => count > 0))
    })
  )

  test(
    "is refused where others have left no room, and says so",
    [...crowd(99), "cd/discovered"],
    Effect.gen(function* () {
      const result = yield* sync("qualified")
      assert.deepInclude(result, { _tag: "refused", finalState: "discovered" })
      assert.include(result.reason, "Issues cannot have more than 100 labels")
      assert.strictEqual((yield* labels).length, 100)
    })
  )

  test(
    "does not know the end when it could not look",
    ["cd/discovered"],
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.drop({ applied: false }), method: "GET", path: "/labels" })
      const result = yield* sync("qualified")
      assert.deepInclude(result, { _tag: "partial", finalState: undefined })
      assert.strictEqual(result.errors[0]?.reason._tag, "Unavailable")
    })
  )

  test(
    "tells that somebody set another state at the same time, and leaves it alone",
    ["cd/discovered"],
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.meanwhile((now) => now.addLabels(pr(1), ["cd/rejected"])), method: "DELETE" })
      const result = yield* sync("qualified")
      assert.deepInclude(result, { _tag: "partial", finalState: "rejected" })
      assert.strictEqual(result.errors[0]?.treatment._tag, "conflict")
      assert.deepStrictEqual(yield* labels, ["cd/qualified", "cd/rejected"])
    })
  )

  test(
    "succeeds when somebody else did the same at the same time",
    ["cd/discovered"],
    Effect.gen(function* () {
      yield* plan({ fault: GitHubFaults.meanwhile((now) => now.setLabels(pr(1), ["cd/qualified"])), method: "POST" })
      assert.deepInclude(yield* sync("qualified"), { _tag: "applied", finalState: "qualified" })
    })
  )

  const shown = Schema.Array(
    Schema.Literals(["bug", "Team: Web", "cd/discovered", "CD/Qualified", "cd/merged", "cd/unknown", "cd/healthy"])
  )

  it.effect.prop(
    "interrupted at any request and started anew, it ends the same, with a state label at every moment and foreign ones untouched",
    [
      shown,
      LifecycleState.LifecycleState,
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 6 })),
      Schema.Boolean
    ],
    ([before, state, crashAt, applied]) =>
      Effect.gen(function* () {
        const emulator = yield* GitHubEmulator
        const start = yield* labels
        const hadState = statesOf(start).length > 0
        const moments: Array<ReadonlyArray<string>> = []
        const look = GitHubFaults.meanwhile((now) => void moments.push(now.labelsOf(pr(1))))

        for (let request = 0; request < crashAt; request++) emulator.plan({ fault: look })
        emulator.plan({ fault: GitHubFaults.silence({ applied }) })
        const fiber = yield* Effect.forkChild(sync(state))
        const reached = Effect.sync(
          () => fiber.pollUnsafe() !== undefined || emulator.exchanges.some(({ status }) => status === 0)
        )
        yield* until(reached, Boolean)
        yield* Fiber.interrupt(fiber)
        emulator.calm()
        moments.push(yield* labels)
        emulator.plan({ fault: look, times: 100 })
        const result = yield* sync(state)

        assert.include(["unchanged", "applied"], result._tag)
        const end = yield* labels
        assert.deepStrictEqual(foreign(end), foreign(start))
        assert.strictEqual(result.finalState, state)
        for (const moment of moments) {
          assert.deepStrictEqual(foreign(moment), foreign(start))
          if (hadState) assert.isNotEmpty(statesOf(moment))
        }
      }).pipe(Effect.provide(world([...new Set(before)]))),
    { timeout: 30_000 }
  )
})

describe("LabelManager.applyState", () => {
  test(
    "succeeds when the labels show the state",
    ["cd/discovered"],
    Effect.gen(function* () {
      const manager = yield* LabelManager
      const pullRequest = yield* GitHub.use((github) => github.getPR(pr(1)))
      yield* manager.applyState(pullRequest, "merged")
      assert.deepStrictEqual(yield* labels, ["cd/merged"])
    })
  )

  test(
    "fails with what went wrong when they don't",
    ["cd/discovered"],
    Effect.gen(function* () {
      const manager = yield* LabelManager
      const pullRequest = yield* GitHub.use((github) => github.getPR(pr(1)))
      yield* plan({ fault: GitHubFaults.badGateway({ applied: false }), method: "POST" })
      const error = yield* Effect.flip(manager.applyState(pullRequest, "merged"))
      assert.strictEqual(error.reason._tag, "Unavailable")
    })
  )
})

describe("LabelManager.plan", () => {
  test(
    "says what would be done without doing it",
    ["cd/discovered"],
    Effect.gen(function* () {
      const manager = yield* LabelManager
      const pullRequest = yield* GitHub.use((github) => github.getPR(pr(1)))
      assert.deepStrictEqual(Plan.summarize(manager.plan(pullRequest, "merged")), {
        creates: 1,
        updates: 0,
        deletes: 1,
        moves: 0
      })
      assert.deepStrictEqual(yield* labels, ["cd/discovered"])
    })
  )
})
