import { Plan } from "@lockstep/core"
import { LabelCatalogue, LabelVocabulary, LifecycleState, type LabelCatalogueOptions } from "@lockstep/github-sync"
import { GitHubEmulator, GitHubFaults, type GitHubEmulatorOptions } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { acme, pr, seed } from "./fixtures/acme.ts"

const { standard } = LabelVocabulary

const test = (
  title: string,
  effect: Effect.Effect<void, unknown, LabelCatalogue | GitHubEmulator>,
  options: LabelCatalogueOptions & GitHubEmulatorOptions = {}
) =>
  it.effect(title, () =>
    Effect.provide(
      effect,
      LabelCatalogue.layerWith(options).pipe(Layer.provideMerge(GitHubEmulator.layerGitHub({ seed, ...options })))
    )
  )

const plan = LabelCatalogue.use((catalogue) => catalogue.plan(acme))

const apply = LabelCatalogue.use((catalogue) =>
  Effect.flatMap(catalogue.plan(acme), (planned) => catalogue.apply(acme, planned))
)

describe("LabelCatalogue.apply", () => {
  test(
    "creates what is missing, and changes nothing the second time",
    Effect.gen(function* () {
      const { exchanges, world } = yield* GitHubEmulator
      const result = yield* apply
      assert.strictEqual(result.status, "applied")
      for (const state of LifecycleState.all) {
        const { color = "", description = "", name } = standard.labels[state]
        assert.deepInclude(world.label(acme, name), { name, color, description })
      }
      assert.deepInclude(world.label(acme, "bug"), { color: "d73a4a" })
      const sent = exchanges.length
      assert.deepInclude(yield* apply, { status: "unchanged", applied: [] })
      assert.isFalse(exchanges.slice(sent).some(({ method }) => method !== "GET"))
    })
  )

  test(
    "renames a label on every pull request that has it",
    Effect.gen(function* () {
      const { world } = yield* GitHubEmulator
      world.addLabels(pr(1), ["Released"])
      world.addLabels(pr(2), ["CD/QUALIFIED"])
      assert.strictEqual((yield* apply).status, "applied")
      assert.deepStrictEqual(world.labelsOf(pr(1)), ["bug", "cd/merged"])
      assert.deepStrictEqual(world.labelsOf(pr(2)), ["cd/qualified"])
    }),
    { formerNames: { merged: ["released"] } }
  )

  test(
    "tells what was done when it fails halfway, and goes on from there",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      emulator.plan({ fault: GitHubFaults.meanwhile(() => {}), method: "POST", times: 3 })
      emulator.plan({ fault: GitHubFaults.badGateway({ applied: false }), method: "POST" })
      const { applied, errors, status } = yield* apply
      assert.strictEqual(status, "partial")
      assert.deepStrictEqual(applied, ["cd/discovered", "cd/qualified", "cd/rejected"])
      assert.strictEqual(errors[0]?.reason._tag, "Unavailable")
      assert.deepInclude(yield* apply, { status: "applied" })
    })
  )

  test(
    "succeeds when a write failed but was carried out, and when somebody else was faster",
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator
      const { color = "", description = "", name } = standard.labels.merged
      emulator.plan({
        fault: GitHubFaults.meanwhile((world) => void world.createLabel(acme, name, color, description)),
        method: "POST",
        path: "/labels"
      })
      const { errors, status } = yield* apply
      assert.deepStrictEqual([status, errors], ["applied", []])
    })
  )

  test(
    "starts nothing that the hourly limit would not let it finish",
    Effect.gen(function* () {
      const { exchanges } = yield* GitHubEmulator
      const planned = yield* plan
      assert.strictEqual(planned.forecast.requests, Plan.effective(planned).length + 1)
      const error = yield* Effect.flip(LabelCatalogue.use((catalogue) => catalogue.apply(acme, planned)))
      assert.strictEqual(error.reason._tag, "RateLimited")
      assert.strictEqual(exchanges.length, 1)
    }),
    { rateLimit: 10 }
  )
})
