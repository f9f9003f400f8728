import { ResourceStore } from "@lockstep/core"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import { Depot, Parcel } from "../Parcel.ts"
import { at, create, get, refused, remove, spec } from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** How objects come into being. */
export const contractOfCreate = ({ name, test }: Suite): void => {
  describe(`${name}: create`, () => {
    test(
      "gives an object its identity, its first version and generation 1",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        assert.strictEqual(parcel.metadata.name, "a")
        assert.strictEqual(parcel.metadata.namespace, "default")
        assert.strictEqual(parcel.metadata.generation, 1)
        assert.match(parcel.metadata.uid, /^[0-9a-f-]{36}$/u)
        assert.match(parcel.metadata.creationTimestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/u)
        assert.isUndefined(parcel.status)
        assert.deepStrictEqual(yield* get("a"), parcel)
      })
    )

    test(
      "ignores what only the store may say",
      Effect.gen(function* () {
        const store = yield* ResourceStore
        const metadata = { name: "a", namespace: "default", uid: "mine", generation: 7, creationTimestamp: "then" }
        const parcel = yield* store.create(Parcel, Object.assign({ status: { phase: "sent" } }, { metadata, spec }))
        assert.strictEqual(parcel.metadata.generation, 1)
        assert.notStrictEqual(parcel.metadata.uid, "mine")
        assert.notStrictEqual(parcel.metadata.creationTimestamp, "then")
        assert.isUndefined(parcel.status)
      })
    )

    test(
      "fills in defaults",
      Effect.gen(function* () {
        const store = yield* ResourceStore
        yield* store.apply(Parcel, { metadata: at("a"), spec: { address: "Main Street" } }, { fieldManager: "test" })
        assert.strictEqual((yield* get("a")).spec.speed, "normal")
      })
    )

    test(
      "completes a generated name",
      Effect.gen(function* () {
        const store = yield* ResourceStore
        const draft = { metadata: { generateName: "a-", namespace: "default" }, spec }
        const parcels = yield* Effect.replicateEffect(store.create(Parcel, draft), 60)
        const generated = parcels.map(({ metadata }) => metadata.name)
        for (const name of generated) assert.match(name, /^a-[a-z0-9]{5}$/u)
        assert.strictEqual(new Set(generated).size, 60)
      })
    )

    test(
      "refuses a name that is taken",
      Effect.gen(function* () {
        yield* create("a")
        yield* refused(create("a"), "AlreadyExists")
      })
    )

    test(
      "refuses the name of an object that is being deleted, and says so",
      Effect.gen(function* () {
        yield* create("a", { finalizers: ["test.lockstep.dev/hold"] })
        yield* remove("a")
        const error = yield* refused(create("a"), "AlreadyExists")
        assert.include(error.message, "being deleted")
      })
    )

    test(
      "refuses a draft with a version",
      Effect.gen(function* () {
        const store = yield* ResourceStore
        const metadata = Object.assign({ resourceVersion: "1" }, at("a"))
        yield* refused(store.create(Parcel, { metadata, spec }), "BadRequest")
      })
    )

    test(
      "lets the same name live in two namespaces",
      Effect.gen(function* () {
        const one = yield* create("a", { namespace: "one" })
        const two = yield* create("a", { namespace: "two" })
        assert.notStrictEqual(one.metadata.uid, two.metadata.uid)
      })
    )

    test(
      "refuses a namespaced kind without a namespace and a cluster-wide one with it",
      Effect.gen(function* () {
        const store = yield* ResourceStore
        yield* refused(store.create(Parcel, { metadata: { name: "a" }, spec }), "BadRequest")
        yield* refused(store.create(Depot, { metadata: at("a"), spec: { town: "Bern" } }), "BadRequest")
        yield* refused(store.get(Parcel, { name: "a" }), "BadRequest")
        const depot = yield* store.create(Depot, { metadata: { name: "a" }, spec: { town: "Bern" } })
        assert.deepStrictEqual(yield* store.get(Depot, { name: "a" }), depot)
      })
    )
  })
}
