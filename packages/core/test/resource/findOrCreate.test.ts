import { findOrCreate, MemoryStore, Resource, ResourceStore } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Depot } from "./Parcel.ts"

const key = Resource.key("depot")
const draft = (town: string) => ({ metadata: { name: "depot" }, spec: { town } })

const test = (title: string, effect: Effect.Effect<void, unknown, ResourceStore>) =>
  it.effect(title, () => Effect.provide(effect, MemoryStore.layer()))

describe("findOrCreate", () => {
  test(
    "creates what is not there, and says so",
    Effect.gen(function* () {
      const { created, object } = yield* findOrCreate(Depot, draft("Bern"))
      assert.deepStrictEqual([created, object.spec.town], [true, "Bern"])
      assert.deepStrictEqual(yield* ResourceStore.use((store) => store.get(Depot, key)), object)
    })
  )

  test(
    "leaves what is there as it is",
    Effect.gen(function* () {
      const first = yield* findOrCreate(Depot, draft("Bern"))
      const second = yield* findOrCreate(Depot, draft("Chur"))
      assert.deepStrictEqual(second, { created: false, object: first.object })
    })
  )

  test(
    "returns what somebody else creates at the same moment",
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const faster = ResourceStore.of({
        ...store,
        create: (resource, object) => Effect.andThen(store.create(Depot, draft("Chur")), store.create(resource, object))
      })
      const { created, object } = yield* Effect.provideService(
        findOrCreate(Depot, draft("Bern")),
        ResourceStore,
        faster
      )
      assert.deepStrictEqual([created, object.spec.town], [false, "Chur"])
    })
  )

  test(
    "fails with what the store refuses",
    Effect.gen(function* () {
      const wrong = { metadata: { name: "Not a name" }, spec: { town: "Bern" } }
      const error = yield* Effect.flip(Effect.asVoid(findOrCreate(Depot, wrong)))
      assert.strictEqual(error.reason._tag, "Invalid")
    })
  )
})
