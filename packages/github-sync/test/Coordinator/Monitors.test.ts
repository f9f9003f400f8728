import { MemoryStore, ResourceStore, SqliteStore } from "@lockstep/core"
import { Coordinator, Discovery, DriftMonitor, LabelManager, PullRequestTracker } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, References, Schema, type Context } from "effect"
import { join } from "node:path"
import { pr, seed } from "../fixtures/acme.ts"
import { folder } from "../support/folder.ts"

type Program = Context.Context<Coordinator | ResourceStore>

const program = <E>(store: Layer.Layer<ResourceStore, E>) =>
  Layer.build(Layer.fresh(Coordinator.layer.pipe(Layer.provideMerge(LabelManager.layer), Layer.provideMerge(store))))

const Clusters = Schema.Array(Schema.Literals(["eu-west-1", "us-east-1", "EU West 1", "ap-south-1"]))

/** What several callers ask for at the same time, each through one of the programs. */
const Calls = Schema.Array(Clusters).check(Schema.isMaxLength(6))

const once = (programs: ReadonlyArray<Program>, calls: typeof Calls.Type) =>
  Effect.gen(function* () {
    const [first] = programs
    if (first === undefined) return assert.fail("there is no program")
    const tracked = Effect.gen(function* () {
      const tracker = yield* Discovery.track(pr(4))
      yield* Coordinator.use((one) => one.syncGitHubToPRT(tracker))
      return yield* ResourceStore.use((store) =>
        store.get(PullRequestTracker, { name: tracker.metadata.name, namespace: "default" })
      )
    })
    const tracker = yield* Effect.provide(tracked, first)
    const create = (clusters: typeof Clusters.Type, at: number) =>
      Coordinator.use((one) => one.createDriftMonitorForPRT(tracker, clusters)).pipe(
        Effect.provide(programs[at % programs.length] ?? first)
      )
    // Each call is made twice: by whoever asks, and by whoever asks again because no answer came.
    const answers = yield* Effect.all([...calls, ...calls].map(create), { concurrency: "unbounded" })

    const list = ResourceStore.use((store) => store.list(DriftMonitor))
    const { items } = yield* Effect.provide(list, first)
    const wanted = [...new Set(calls.flat())].toSorted()
    assert.deepStrictEqual(items.map(({ spec }) => spec.cluster).toSorted(), wanted)
    for (const monitor of items) {
      assert.deepStrictEqual(
        monitor.metadata.ownerReferences?.map(({ kind, uid }) => [kind, uid]),
        [["PullRequestTracker", tracker.metadata.uid]]
      )
      assert.strictEqual(monitor.spec.revision, tracker.status?.mergeCommitSHA)
    }
    const uids = new Map(items.map(({ metadata, spec }) => [spec.cluster, metadata.uid]))
    for (const [at, answer] of answers.entries()) {
      const asked = [...new Set([...calls, ...calls][at])]
      assert.deepStrictEqual(
        answer.map(({ metadata, spec }) => [spec.cluster, metadata.uid]),
        asked.map((cluster) => [cluster, uids.get(cluster)])
      )
    }
  }).pipe(
    Effect.scoped,
    Effect.provide(GitHubEmulator.layerGitHub({ seed })),
    Effect.provideService(References.MinimumLogLevel, "None")
  )

describe("Coordinator.createDriftMonitorForPRT, asked by many at once", () => {
  it.effect.prop(
    "creates one for each cluster on a store in memory",
    [Calls],
    ([calls]) =>
      Effect.flatMap(program(MemoryStore.layer()), (one) => once([one], calls)).pipe(
        Effect.scoped,
        Effect.provide(GitHubEmulator.layerGitHub({ seed }))
      ),
    { arbitrary: { runs: 100 }, timeout: 60_000 }
  )

  it.live(
    "creates one for each cluster on a file that three programs have open",
    () =>
      Effect.gen(function* () {
        const samples = [
          [["eu-west-1"], ["eu-west-1"], ["eu-west-1"]],
          [["eu-west-1", "us-east-1"], ["us-east-1", "eu-west-1"], ["EU West 1"], ["ap-south-1", "eu-west-1"]],
          [[], ["us-east-1", "us-east-1"]]
        ] as const satisfies ReadonlyArray<typeof Calls.Type>
        for (const calls of samples) {
          const path = join(yield* folder, "store.db")
          const programs = yield* Effect.forEach([1, 2, 3], () => program(SqliteStore.layer({ path })))
          yield* once(programs, calls)
        }
      }).pipe(Effect.scoped, Effect.provide(GitHubEmulator.layerGitHub({ seed }))),
    60_000
  )
})
