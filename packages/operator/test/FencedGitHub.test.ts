import { Fence, LeaderElection, MemoryStore } from "@lockstep/core"
import { GitHub, RateBudget } from "@lockstep/github-sync"
import { layerFencedGitHub } from "@lockstep/operator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"

const ref = { repository: { owner: "acme", name: "web" }, number: 1 }

const recorded = (calls: Array<string>) =>
  layerFencedGitHub.pipe(
    Layer.provide(
      Layer.unwrap(
        Effect.map(RateBudget.make(), (budget) =>
          Layer.mock(GitHub, {
            budget,
            addLabel: (_, label) => Effect.sync(() => void calls.push(`+${label}`)),
            removeLabel: (_, label) => Effect.sync(() => void calls.push(`-${label}`)),
            listLabels: () => Effect.succeed([])
          })
        )
      )
    )
  )

const relabel = GitHub.use((github) =>
  Effect.andThen(github.addLabel(ref, "cd/merged"), github.removeLabel(ref, "cd/qualified"))
)

describe("layerFencedGitHub", () => {
  it.effect("writes labels for the replica that leads, and where there is no election", () =>
    Effect.gen(function* () {
      const calls: Array<string> = []
      const election = yield* LeaderElection.make({ lease: { namespace: "default", name: "operator" } })
      yield* relabel.pipe(Effect.provide(recorded(calls)))
      yield* election.lead(relabel.pipe(Effect.provide(recorded(calls))))
      assert.deepStrictEqual(calls, ["+cd/merged", "-cd/qualified", "+cd/merged", "-cd/qualified"])
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("writes none for one that doesn't lead, and still reads", () =>
    Effect.gen(function* () {
      const calls: Array<string> = []
      const election = yield* LeaderElection.make({ lease: { namespace: "default", name: "operator" } })
      const behind = <A, E>(effect: Effect.Effect<A, E, GitHub>) =>
        effect.pipe(Effect.provide(recorded(calls)), Effect.provideService(Fence.CurrentFence, election.fence))
      const fiber = yield* Effect.forkChild(behind(relabel))
      yield* TestClock.adjust("1 minute")
      assert.isUndefined(fiber.pollUnsafe())
      assert.deepStrictEqual(calls, [])
      assert.deepStrictEqual(yield* behind(GitHub.use((github) => github.listLabels(ref))), [])
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(MemoryStore.layer()))
  )
})
