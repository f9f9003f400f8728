import { MemoryStore, ResourceStore } from "@lockstep/core"
import { PullRequestTracker, trackerName } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { pr } from "../fixtures/acme.ts"
import { anyRepository, resourceName } from "../fixtures/names.ts"

describe("trackerName", () => {
  it("is readable where the repository's name is simple", () => {
    assert.strictEqual(trackerName(pr(42)), "acme-web-42")
  })

  it("keeps repositories apart whose names look the same as names of resources", () => {
    const refs = [
      { owner: "a-b", name: "c" },
      { owner: "a", name: "b-c" },
      { owner: "a", name: "b_c" },
      { owner: "a", name: "b.c" }
    ]
    assert.strictEqual(new Set(refs.map((repository) => trackerName({ repository, number: 1 }))).size, refs.length)
  })

  it("is the same whatever the case, as the repository is", () => {
    assert.strictEqual(
      trackerName({ repository: { owner: "Acme", name: "Web_X" }, number: 1 }),
      trackerName({ repository: { owner: "acme", name: "web_x" }, number: 1 })
    )
  })

  it.prop("is always a name that a resource can have", [anyRepository], ([repository]) => {
    const found = trackerName({ repository, number: 7 })
    assert.match(found, resourceName)
    assert.isAtMost(found.length, 253)
  })
})

describe("PullRequestTracker", () => {
  it.effect("stays with its pull request", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const metadata = { namespace: "default", name: "a" }
      const tracker = yield* store.create(PullRequestTracker, { metadata, spec: { ...pr(1), suspend: false } })
      const error = yield* Effect.flip(
        Effect.asVoid(store.update(PullRequestTracker, { ...tracker, spec: { ...tracker.spec, number: 2 } }))
      )
      assert.include(String(error), "stays with its pull request")
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("is found by its repository, number and state", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const followed = [
        ["acme", "web", 1, "merged"],
        ["acme", "web", 2, "closed"],
        ["acme", "shop", 1, "closed"],
        ["globex", "web", 1, "closed"]
      ] as const
      for (const [owner, name, number, state] of followed) {
        const ref = { repository: { owner, name }, number }
        const metadata = { namespace: "default", name: trackerName(ref) }
        const tracker = yield* store.create(PullRequestTracker, { metadata, spec: { ...ref, suspend: false } })
        yield* store.updateStatus(PullRequestTracker, { ...tracker, status: { state } })
      }
      const found: ReadonlyArray<readonly [fieldSelector: string, names: ReadonlyArray<string>]> = [
        ["spec.repository.owner=globex", ["globex-web-1"]],
        ["spec.repository.name=shop", ["acme-shop-1"]],
        ["spec.number=2", ["acme-web-2"]],
        ["status.state=merged", ["acme-web-1"]],
        ["status.state=closed,spec.repository.owner=acme,spec.number=1", ["acme-shop-1"]]
      ]
      for (const [fieldSelector, names] of found) {
        const { items } = yield* store.list(PullRequestTracker, { fieldSelector })
        assert.deepStrictEqual(
          items.map(({ metadata }) => metadata.name),
          names
        )
      }
    }).pipe(Effect.provide(MemoryStore.layer()))
  )
})
