import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { Parcel } from "../Parcel.ts"
import { create, refused, remove, update, updateStatus } from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** That status and the rest are written apart. */
export const contractOfStatus = ({ name, test }: Suite): void => {
  describe(`${name}: status`, () => {
    test(
      "is written on its own and leaves the generation alone",
      Effect.gen(function* () {
        const before = yield* create("a")
        const after = yield* updateStatus({ ...before, status: { phase: "sent" } })
        assert.deepStrictEqual(after.status, { phase: "sent" })
        assert.strictEqual(after.metadata.generation, 1)
        assert.notStrictEqual(after.metadata.resourceVersion, before.metadata.resourceVersion)
      })
    )

    test(
      "write can't touch spec or labels",
      Effect.gen(function* () {
        const before = yield* create("a")
        const metadata = { ...before.metadata, labels: { a: "b" } }
        const after = yield* updateStatus({ ...before, metadata, spec: { ...before.spec, weight: 9 }, status: {} })
        assert.deepStrictEqual(after.spec, before.spec)
        assert.isUndefined(after.metadata.labels)
      })
    )

    test(
      "can't be touched by an update",
      Effect.gen(function* () {
        const before = yield* Effect.flatMap(create("a"), (parcel) =>
          updateStatus({ ...parcel, status: { phase: "sent" } })
        )
        assert.deepStrictEqual(yield* update({ ...before, status: { phase: "delivered" } }), before)
      })
    )

    test(
      "write that changes nothing keeps the version",
      Effect.gen(function* () {
        const before = yield* Effect.flatMap(create("a"), (parcel) =>
          updateStatus({ ...parcel, status: { phase: "sent" } })
        )
        assert.deepStrictEqual(yield* updateStatus(before), before)
      })
    )

    test(
      "write from a stale read is a conflict",
      Effect.gen(function* () {
        const read = yield* create("a")
        yield* update({ ...read, spec: { ...read.spec, weight: 2 } })
        yield* refused(updateStatus({ ...read, status: { phase: "sent" } }), "Conflict")
      })
    )

    test(
      "of a missing object is not found",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        yield* remove("a")
        yield* refused(updateStatus({ ...parcel, status: { phase: "sent" } }), "NotFound")
      })
    )

    test(
      "that breaks the schema is refused and names the field",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a caller without types could send
        const status = { phase: "lost" } as unknown as NonNullable<Parcel["status"]>
        const error = yield* refused(updateStatus({ ...parcel, status }), "Invalid")
        assert.include(error.message, "status.phase")
      })
    )

    test(
      "survives an update of the spec",
      Effect.gen(function* () {
        const before = yield* Effect.flatMap(create("a"), (parcel) =>
          updateStatus({ ...parcel, status: { phase: "sent" } })
        )
        const after = yield* update({ ...before, spec: { ...before.spec, weight: 3 } })
        assert.deepStrictEqual(after.status, { phase: "sent" })
      })
    )
  })
}
