import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { apply, create, get, refused, refusedAsInvalid, update, updateStatus } from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** How several managers share an object. */
export const contractOfApply = ({ name, test }: Suite): void => {
  describe(`${name}: apply`, () => {
    test(
      "creates what is missing",
      Effect.gen(function* () {
        const parcel = yield* apply("one", { spec: { address: "here" } })
        assert.strictEqual(parcel.metadata.generation, 1)
        assert.deepStrictEqual(yield* get("a"), parcel)
      })
    )

    test(
      "changes its own fields and leaves the others",
      Effect.gen(function* () {
        yield* create("a", { spec: { address: "here", weight: 3, speed: "normal" } })
        const parcel = yield* apply("one", { spec: { handling: { fragile: true } } })
        assert.deepStrictEqual(parcel.spec, {
          address: "here",
          weight: 3,
          speed: "normal",
          handling: { fragile: true }
        })
        assert.strictEqual(parcel.metadata.generation, 2)
      })
    )

    test(
      "again with the same content keeps the version",
      Effect.gen(function* () {
        const first = yield* apply("one", { spec: { address: "here" } })
        assert.deepStrictEqual(yield* apply("one", { spec: { address: "here" } }), first)
      })
    )

    test(
      "over a field of another manager is a conflict that names both",
      Effect.gen(function* () {
        yield* apply("one", { spec: { address: "here", weight: 1 } })
        const error = yield* refused(apply("two", { spec: { weight: 2 } }), "FieldConflict")
        assert.include(error.message, "one")
        assert.include(error.message, ".spec.weight")
      })
    )

    test(
      "over a field that somebody updated is a conflict",
      Effect.gen(function* () {
        const parcel = yield* apply("one", { spec: { address: "here", weight: 1 } })
        yield* update({ ...parcel, spec: { ...parcel.spec, weight: 5 } })
        yield* refused(apply("one", { spec: { address: "here", weight: 1 } }), "FieldConflict")
      })
    )

    test(
      "with force takes the field over",
      Effect.gen(function* () {
        yield* apply("one", { spec: { address: "here", weight: 1 } })
        assert.strictEqual((yield* apply("two", { spec: { weight: 2 } }, true)).spec.weight, 2)
        yield* refused(apply("one", { spec: { address: "here", weight: 1 } }), "FieldConflict")
      })
    )

    test(
      "of an equal value shares the field: the version moves, the generation does not",
      Effect.gen(function* () {
        const first = yield* apply("one", { spec: { address: "here", weight: 1 } })
        const second = yield* apply("two", { spec: { weight: 1 } })
        assert.strictEqual(second.metadata.generation, first.metadata.generation)
        assert.notStrictEqual(second.metadata.resourceVersion, first.metadata.resourceVersion)
      })
    )

    test(
      "drops what its manager no longer wants, unless another one does",
      Effect.gen(function* () {
        yield* apply("one", { spec: { address: "here", weight: 1, handling: { note: "x" } } })
        yield* apply("two", { spec: { weight: 1 } })
        const parcel = yield* apply("one", { spec: { address: "here" } })
        assert.strictEqual(parcel.spec.weight, 1)
        assert.isUndefined(parcel.spec.handling)
      })
    )

    test(
      "owns labels one by one",
      Effect.gen(function* () {
        yield* apply("one", { spec: { address: "here" } }, false, { labels: { a: "1", b: "1" } })
        yield* apply("two", {}, false, { labels: { c: "1" } })
        const parcel = yield* apply("one", { spec: { address: "here" } }, false, { labels: { a: "1" } })
        assert.deepStrictEqual(parcel.metadata.labels, { a: "1", c: "1" })
      })
    )

    test(
      "replaces lists as a whole",
      Effect.gen(function* () {
        yield* apply("one", { spec: { address: "here", stops: ["x", "y"] } })
        const parcel = yield* apply("one", { spec: { address: "here", stops: ["z"] } })
        assert.deepStrictEqual(parcel.spec.stops, ["z"])
      })
    )

    test("of something invalid is refused", refusedAsInvalid(apply("one", { spec: { address: "here", weight: 0 } })))

    test(
      "can't touch the status",
      Effect.gen(function* () {
        const parcel = yield* Effect.flatMap(apply("one", { spec: { address: "here" } }), (created) =>
          updateStatus({ ...created, status: { phase: "sent" } })
        )
        const after = yield* apply("one", { spec: { address: "here", weight: 2 } })
        assert.deepStrictEqual(after.status, parcel.status)
      })
    )

    test("without a manager's name is refused", refusedAsInvalid(apply("", { spec: { address: "here" } })))
  })
}
