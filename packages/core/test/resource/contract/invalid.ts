import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { create, get, refused, update } from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** What is refused, and that nothing of it stays. */
export const contractOfInvalid = ({ name, test }: Suite): void => {
  describe(`${name}: invalid objects`, () => {
    const cases: ReadonlyArray<readonly [string, Parameters<typeof create>[1], string]> = [
      ["an empty name", { name: "" }, "metadata.name"],
      ["a name with capitals", { name: "Parcel" }, "metadata.name"],
      ["a name of 254 characters", { name: "a".repeat(254) }, "metadata.name"],
      ["a namespace with a dot", { namespace: "a.b" }, "metadata.namespace"],
      ["a label key with a space", { labels: { "a b": "c" } }, "metadata.labels"],
      ["a label value of 64 characters", { labels: { a: "b".repeat(64) } }, "metadata.labels"],
      ["annotations above 262144 bytes", { annotations: { a: "b".repeat(262_144) } }, "metadata.annotations"],
      ["a spec that breaks the schema", { spec: { address: "", speed: "normal" } }, "spec.address"]
    ]
    for (const [title, options, field] of cases) {
      test(
        `refuses ${title} and names the field`,
        Effect.gen(function* () {
          const error = yield* refused(create(options?.name ?? "a", options), "Invalid")
          assert.include(error.message, field)
          assert.strictEqual(error.treatment._tag, "terminal")
        })
      )
    }

    test(
      "refuses an owner reference without a uid",
      Effect.gen(function* () {
        const owner = { apiVersion: "v1", kind: "Parcel", name: "x", uid: "" }
        yield* refused(create("a", { ownerReferences: [owner] }), "Invalid")
      })
    )

    test(
      "lists everything that is wrong at once",
      Effect.gen(function* () {
        const error = yield* refused(create("a", { spec: { address: "", weight: 0, speed: "normal" } }), "Invalid")
        assert.include(error.message, "spec.address")
        assert.include(error.message, "spec.weight")
      })
    )

    test(
      "counts characters, not code units",
      Effect.gen(function* () {
        yield* create("a", { spec: { address: "🏠".repeat(20), speed: "normal" } })
        yield* refused(create("b", { spec: { address: "🏠".repeat(21), speed: "normal" } }), "Invalid")
      })
    )

    test(
      "keeps nothing of a refused write",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        yield* refused(update({ ...parcel, spec: { ...parcel.spec, weight: -1 } }), "Invalid")
        assert.deepStrictEqual(yield* get("a"), parcel)
      })
    )

    test(
      "enforces the rules of the kind on update",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        const error = yield* refused(update({ ...parcel, spec: { ...parcel.spec, address: "elsewhere" } }), "Invalid")
        assert.include(error.message, "the address of a parcel can't change")
      })
    )
  })
}
