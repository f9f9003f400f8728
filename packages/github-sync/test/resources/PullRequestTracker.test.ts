import { MemoryStore, ResourceStore } from "@lockstep/core"
import { monitorName, PullRequestTracker, trackerName } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { acme, pr } from "../fixtures/acme.ts"

const name = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/u

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

  const repository = Schema.Struct({
    owner: Schema.String.check(Schema.isPattern(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/u)),
    name: Schema.String.check(Schema.isPattern(/^[A-Za-z0-9._-]{1,100}$/u))
  })

  it.prop("is always a name that a resource can have", [repository], ([one]) => {
    const found = trackerName({ repository: one, number: 7 })
    assert.match(found, name)
    assert.isAtMost(found.length, 253)
  })

  it.prop("gives monitors names that a resource can have", [Schema.String, Schema.String], ([tracker, cluster]) => {
    const safe = trackerName({ repository: acme, number: tracker.length + 1 })
    assert.match(monitorName(safe, cluster), name)
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
      for (const number of [1, 2]) {
        const metadata = { namespace: "default", name: trackerName(pr(number)) }
        const tracker = yield* store.create(PullRequestTracker, { metadata, spec: { ...pr(number), suspend: false } })
        yield* store.updateStatus(PullRequestTracker, {
          ...tracker,
          status: { state: number === 1 ? "merged" : "closed" }
        })
      }
      for (const fieldSelector of ["spec.number=1", "status.state=merged,spec.repository.owner=acme"]) {
        const { items } = yield* store.list(PullRequestTracker, { fieldSelector })
        assert.deepStrictEqual(
          items.map(({ spec }) => spec.number),
          [1]
        )
      }
    }).pipe(Effect.provide(MemoryStore.layer()))
  )
})
