import { Resource, ResourceStore } from "@lockstep/core"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { Parcel } from "../Parcel.ts"
import {
  at,
  create,
  eventually,
  get,
  list,
  mark,
  names,
  refused,
  remove,
  update,
  updateStatus,
  withFinalizers
} from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** How objects go, with what belonged to them. */
export const contractOfDelete = ({ abilities, name, test, testWhere }: Suite): void => {
  describe(`${name}: delete`, () => {
    test(
      "takes an object without finalizers away at once",
      Effect.gen(function* () {
        yield* create("a")
        assert.isTrue((yield* remove("a")).gone)
        yield* refused(get("a"), "NotFound")
      })
    )

    test("of a missing object is not found", Effect.asVoid(refused(remove("a"), "NotFound")))

    test(
      "marks an object with finalizers and counts as a change of what was asked for",
      Effect.gen(function* () {
        yield* create("a", { finalizers: ["test.lockstep.dev/hold"] })
        const { gone, object } = yield* remove("a")
        assert.isFalse(gone)
        assert.isDefined(object?.metadata.deletionTimestamp)
        assert.strictEqual(object?.metadata.generation, 2)
        assert.deepStrictEqual(yield* get("a"), object)
      })
    )

    test(
      "again changes nothing",
      Effect.gen(function* () {
        yield* create("a", { finalizers: ["test.lockstep.dev/hold"] })
        const first = yield* remove("a")
        assert.deepStrictEqual(yield* remove("a"), first)
      })
    )

    test(
      "ends when the last finalizer is taken away",
      Effect.gen(function* () {
        yield* create("a", { finalizers: ["test.lockstep.dev/one", "test.lockstep.dev/two"] })
        const object = yield* mark("a")
        const left = yield* update(withFinalizers(object, ["test.lockstep.dev/two"]))
        assert.deepStrictEqual((yield* get("a")).metadata.finalizers, ["test.lockstep.dev/two"])
        yield* update(withFinalizers(left, []))
        yield* refused(get("a"), "NotFound")
      })
    )

    test(
      "allows no new finalizer while it goes on",
      Effect.gen(function* () {
        yield* create("a", { finalizers: ["test.lockstep.dev/one"] })
        const object = yield* mark("a")
        yield* refused(update(withFinalizers(object, ["test.lockstep.dev/one", "test.lockstep.dev/two"])), "Invalid")
      })
    )

    test(
      "leaves spec and status writable while it goes on",
      Effect.gen(function* () {
        yield* create("a", { finalizers: ["test.lockstep.dev/one"] })
        const object = yield* mark("a")
        const updated = yield* update({ ...object, spec: { ...object.spec, weight: 4 } })
        assert.strictEqual(updated.metadata.generation, 3)
        assert.deepStrictEqual((yield* updateStatus({ ...updated, status: { phase: "sent" } })).status, {
          phase: "sent"
        })
      })
    )

    test(
      "goes ahead only for the object and the version that were meant",
      Effect.gen(function* () {
        const store = yield* ResourceStore
        const parcel = yield* create("a")
        yield* refused(store.delete(Parcel, at("a"), { uid: "another" }), "Conflict")
        yield* refused(store.delete(Parcel, at("a"), { resourceVersion: "0" }), "Conflict")
        const { resourceVersion, uid } = parcel.metadata
        assert.isTrue((yield* store.delete(Parcel, at("a"), { uid, resourceVersion })).gone)
      })
    )

    testWhere(
      abilities.collectsGarbage,
      "takes what belonged to the object with it, down the whole chain",
      Effect.gen(function* () {
        const root = yield* create("root")
        const child = yield* create("child", { ownerReferences: [Resource.ownerReference(root)] })
        yield* create("grandchild", { ownerReferences: [Resource.ownerReference(child)] })
        yield* create("other")
        yield* remove("root")
        yield* eventually(list(), (page) => page.items.length === 1)
        assert.deepStrictEqual(names(yield* list()), ["other"])
      })
    )

    testWhere(
      abilities.collectsGarbage,
      "leaves what still has another owner",
      Effect.gen(function* () {
        const one = yield* create("one")
        const two = yield* create("two")
        const ownerReferences = [Resource.ownerReference(one), Resource.ownerReference(two)]
        yield* create("child", { ownerReferences })
        yield* remove("one")
        yield* get("child")
        yield* remove("two")
        yield* eventually(list(), (page) => page.items.length === 0)
      })
    )

    testWhere(
      abilities.collectsGarbage,
      "waits for the finalizers of what belonged to the object",
      Effect.gen(function* () {
        const root = yield* create("root")
        yield* create("child", {
          ownerReferences: [Resource.ownerReference(root)],
          finalizers: ["test.lockstep.dev/hold"]
        })
        yield* remove("root")
        yield* eventually(get("child"), (child) => child.metadata.deletionTimestamp !== undefined)
      })
    )

    testWhere(
      abilities.collectsGarbage,
      "reaches what was created after its owner had gone",
      Effect.gen(function* () {
        const root = yield* create("root")
        yield* remove("root")
        yield* create("child", { ownerReferences: [Resource.ownerReference(root)] })
        yield* eventually(list(), (page) => page.items.length === 0)
      })
    )
  })
}
