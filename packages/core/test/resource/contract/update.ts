import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { create, get, refused, remove, update } from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** How objects are changed, one writer at a time. */
export const contractOfUpdate = ({ name, test }: Suite): void => {
  describe(`${name}: update`, () => {
    test(
      "moves the version and, for a new spec, the generation",
      Effect.gen(function* () {
        const before = yield* create("a")
        const after = yield* update({ ...before, spec: { ...before.spec, weight: 5 } })
        assert.notStrictEqual(after.metadata.resourceVersion, before.metadata.resourceVersion)
        assert.strictEqual(after.metadata.generation, 2)
        assert.strictEqual(after.spec.weight, 5)
        assert.strictEqual(after.metadata.uid, before.metadata.uid)
      })
    )

    test(
      "leaves the generation alone for labels, annotations and finalizers",
      Effect.gen(function* () {
        const before = yield* create("a")
        const metadata = {
          ...before.metadata,
          labels: { a: "b" },
          annotations: { c: "d" },
          finalizers: ["test.lockstep.dev/hold"]
        }
        const after = yield* update({ ...before, metadata })
        assert.strictEqual(after.metadata.generation, 1)
        assert.notStrictEqual(after.metadata.resourceVersion, before.metadata.resourceVersion)
        assert.deepStrictEqual(after.metadata.labels, { a: "b" })
      })
    )

    test(
      "that changes nothing keeps the version",
      Effect.gen(function* () {
        const before = yield* create("a", { labels: { a: "b" } })
        assert.deepStrictEqual(yield* update(before), before)
      })
    )

    test(
      "ignores a generation, identity and time sent along",
      Effect.gen(function* () {
        const before = yield* create("a")
        const metadata = { ...before.metadata, generation: 99, creationTimestamp: "never" }
        assert.deepStrictEqual(yield* update({ ...before, metadata }), before)
      })
    )

    test(
      "removes labels that are left out",
      Effect.gen(function* () {
        const before = yield* create("a", { labels: { a: "b" } })
        const { labels: _, ...metadata } = before.metadata
        assert.isUndefined((yield* update({ ...before, metadata })).metadata.labels)
      })
    )

    test(
      "from a stale read is a conflict, and the first writer's change stays",
      Effect.gen(function* () {
        const read = yield* create("a")
        const first = yield* update({ ...read, spec: { ...read.spec, weight: 1 } })
        const error = yield* refused(update({ ...read, spec: { ...read.spec, weight: 2 } }), "Conflict")
        assert.strictEqual(error.treatment._tag, "conflict")
        assert.deepStrictEqual(yield* get("a"), first)
      })
    )

    test(
      "from a stale read is a conflict even if it changes nothing",
      Effect.gen(function* () {
        const read = yield* create("a")
        const first = yield* update({ ...read, spec: { ...read.spec, weight: 1 } })
        yield* refused(update({ ...first, metadata: read.metadata }), "Conflict")
      })
    )

    test(
      "of an object that was created anew under the same name is a conflict",
      Effect.gen(function* () {
        const old = yield* create("a")
        yield* remove("a")
        yield* create("a")
        yield* refused(update(old), "Conflict")
      })
    )

    test(
      "of a missing object is not found and creates nothing",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        yield* remove("a")
        yield* refused(update(parcel), "NotFound")
        yield* refused(get("a"), "NotFound")
      })
    )

    test(
      "of many writers at once, each version is won by exactly one",
      Effect.gen(function* () {
        const read = yield* create("a")
        const exits = yield* Effect.forEach(
          [1, 2, 3, 4, 5, 6, 7, 8],
          (weight) => Effect.exit(update({ ...read, spec: { ...read.spec, weight } })),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter((exit) => exit._tag === "Success").length, 1)
      })
    )
  })
}
