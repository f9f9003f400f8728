import { ResourceStore } from "@lockstep/core"
import { Discovery, PullRequestTracker } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { acme } from "../fixtures/acme.ts"
import { onGitHub, world } from "../support/world.ts"

describe("Discovery.discover", () => {
  it.effect("creates a tracker for each open pull request, once", () =>
    Effect.gen(function* () {
      const first = yield* Discovery.discover(acme)
      assert.deepStrictEqual(
        first.map(({ spec }) => spec.number),
        [3, 2, 1]
      )
      yield* onGitHub((github) => github.openPullRequest(acme, { title: "Another one" }))
      assert.deepStrictEqual(
        (yield* Discovery.discover(acme)).map(({ spec }) => spec.number),
        [6, 3, 2, 1]
      )
      assert.strictEqual((yield* ResourceStore.use((store) => store.list(PullRequestTracker))).items.length, 4)
    }).pipe(Effect.provide(world()))
  )
})
