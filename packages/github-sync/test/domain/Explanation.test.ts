import { Coordinator } from "@lockstep/github-sync"
import { GitHubEmulator } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { acme, pr } from "../fixtures/acme.ts"
import { again, onGitHub, track, world, writesSoFar, type World } from "../support/world.ts"

const explained = (number: number, before: Effect.Effect<unknown, unknown, World> = Effect.void) =>
  Effect.gen(function* () {
    yield* before
    const tracker = yield* Effect.flatMap(track(number), again)
    const writes = yield* writesSoFar
    const told = yield* Coordinator.use((coordinator) => coordinator.explain(tracker))
    assert.strictEqual(yield* writesSoFar, writes)
    assert.deepStrictEqual(yield* again(tracker), tracker)
    return { ...told, steps: told.steps.map(({ finding, step }) => `${step}: ${finding}`) }
  })

const rows: ReadonlyArray<
  readonly [title: string, number: number, before: Effect.Effect<unknown, unknown, World>, steps: ReadonlyArray<string>]
> = [
  [
    "one that qualifies",
    1,
    Effect.void,
    [
      "pull request: open, GitHub is still looking for conflicts",
      "checks: passed: test",
      "reviews: 0 approved",
      "qualification: it qualifies",
      "labels: none of Lockstep's; nothing is recorded of what was set last",
      "decision: qualified (started): it is open and qualifies",
      "changes: +cd/qualified"
    ]
  ],
  [
    "a draft with a forged label",
    3,
    onGitHub((github) => {
      github.addLabels(pr(3), ["cd/merged"])
      github.setCheck(acme, github.pullRequest(pr(3)).head.sha, "lint", "failure")
      github.review(pr(3), "ann", "APPROVED")
    }),
    [
      "pull request: open, a draft, GitHub is still looking for conflicts",
      "checks: failed: lint; pending: test",
      "reviews: 1 approved",
      "qualification: it does not qualify: it is a draft, check 'test' is not finished, check 'lint' failed",
      "labels: cd/merged; nothing is recorded of what was set last",
      "decision: discovered (refused): the label 'merged' is refused: it is open and does not qualify: it is a draft, check 'test' is not finished, check 'lint' failed",
      "changes: +cd/discovered -cd/merged"
    ]
  ],
  [
    "one that is merged and in step",
    4,
    Effect.flatMap(track(4), (tracker) => Coordinator.use((coordinator) => coordinator.bringInStep(tracker))),
    [
      "pull request: merged",
      "labels: cd/merged; what was set last was 'merged'",
      "decision: merged (inStep): it is merged",
      "changes: none: the label shows the state"
    ]
  ]
]

describe("Coordinator.explain", () => {
  for (const [title, number, before, steps] of rows) {
    it.effect(`tells of ${title} what led to its state and what follows, and writes nothing`, () =>
      Effect.map(explained(number, before), (told) => assert.deepStrictEqual(told.steps, steps)).pipe(
        Effect.provide(world())
      )
    )
  }

  it.effect("fails where GitHub can't be asked", () =>
    Effect.map(Effect.flip(explained(99)), (error) => assert.include(String(error), "acme/web#99")).pipe(
      Effect.provide(world())
    )
  )

  it.effect("asks no more than a look takes", () =>
    Effect.gen(function* () {
      yield* explained(1)
      assert.strictEqual((yield* GitHubEmulator).exchanges.length, 4)
    }).pipe(Effect.provide(world()))
  )
})
