import { MemoryStore, Plan } from "@lockstep/core"
import { Coordinator, Discovery, DryRun, GitHub, LabelCatalogue, LabelManager } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { acme, pr, seed } from "../fixtures/acme.ts"

const setUp = () => {
  const writes: Array<string> = []
  const harmless = Layer.effect(
    GitHub,
    Effect.map(GitHub, (github) => DryRun.make(github, (write) => Effect.sync(() => void writes.push(write))))
  ).pipe(Layer.provideMerge(GitHubEmulator.layerGitHub({ seed })))
  const world = Layer.mergeAll(Coordinator.layer, LabelCatalogue.layer).pipe(
    Layer.provideMerge(LabelManager.layer),
    Layer.provideMerge(harmless),
    Layer.provideMerge(MemoryStore.layer())
  )
  return { writes, world }
}

const nothingWritten = Effect.map(GitHubEmulator, ({ exchanges }) =>
  assert.isFalse(exchanges.some(({ method }) => method !== "GET"))
)

describe("DryRun.make", () => {
  it.effect("tells what would be done to labels, shows them as they would be, and writes nothing", () => {
    const { world, writes } = setUp()
    return Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.world.addLabels(pr(1), ["cd/merged"])
      const coordinator = yield* Coordinator
      const { result, tracker } = yield* coordinator.bringInStep(yield* Discovery.track(pr(1)))
      assert.deepInclude(result, { _tag: "applied", finalState: "qualified", labelsAdded: ["cd/qualified"] })
      assert.deepStrictEqual(writes, [
        "add the label cd/qualified to acme/web#1",
        "take the label cd/merged from acme/web#1"
      ])
      assert.strictEqual((yield* coordinator.bringInStep(tracker)).result._tag, "unchanged")
      const listed = yield* Stream.runCollect(
        GitHub.use((github) => Effect.succeed(github.listPRs(acme))).pipe(Stream.unwrap)
      )
      assert.deepStrictEqual(
        listed.find(({ number }) => number === 1)?.labels.map(({ name }) => name),
        ["bug", "cd/qualified"]
      )
      assert.deepStrictEqual(emulator.world.labelsOf(pr(1)), ["bug", "cd/merged"])
      yield* nothingWritten
    }).pipe(Effect.provide(world))
  })

  it.effect("does the same for the catalogue", () => {
    const { world, writes } = setUp()
    return Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.world.createLabel(acme, "CD/Merged", "ededed", null)
      const catalogue = yield* LabelCatalogue
      const { status } = yield* catalogue.apply(acme, yield* catalogue.plan(acme))
      assert.strictEqual(status, "applied")
      assert.strictEqual(writes[0], "change the label CD/Merged of acme/web")
      assert.strictEqual(writes.length, 9)
      assert.isTrue(Plan.isEmpty(yield* catalogue.plan(acme)))
      yield* nothingWritten
    }).pipe(Effect.provide(world))
  })

  it.effect("merges nothing and comments on nothing", () => {
    const { world, writes } = setUp()
    return Effect.gen(function* () {
      const github = yield* GitHub
      yield* github.merge(pr(1), { head: "a".repeat(40) })
      yield* github.createComment(pr(1), "Hello")
      yield* github.updateComment(acme, 7, "Hello")
      yield* github.addLabel(pr(1), "BUG")
      yield* github.removeLabel(pr(1), "absent")
      assert.deepStrictEqual(writes, ["merge acme/web#1", "comment on acme/web#1", "change the comment 7 in acme/web"])
      yield* nothingWritten
    }).pipe(Effect.provide(world))
  })
})
