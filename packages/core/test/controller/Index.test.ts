import {
  Cache,
  CachedStore,
  Controller,
  Index,
  MemoryStore,
  Outcome,
  Resource,
  ResourceStore,
  Source
} from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { Shelf } from "../../src/controller/Cache/Shelf.ts"
import { Depot, Parcel } from "../resource/Parcel.ts"
import { create, key, read, remove, spec } from "../support/parcels.ts"
import { breathe, until } from "../support/until.ts"

const byTeam = Index.byLabel("team")

const label = (name: string, team: string) =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.get(Parcel, key(name)), (parcel) =>
      store.update(Parcel, { ...parcel, metadata: { ...parcel.metadata, labels: { team } } })
    )
  )

const named = (parcels: ReadonlyArray<Parcel>) => parcels.map(({ metadata }) => metadata.name)

const Step = Schema.Struct({
  deed: Schema.Literals(["seen", "seen", "gone", "written", "let go", "listed"]),
  name: Schema.Literals(["a", "b", "c"]),
  teams: Schema.Literals(["", "red", "blue", "red blue"])
})

/** The teams that a parcel has in its stops, any number of them. */
const byStop = Index.make(({ spec: { stops = [] } }: Parcel) => stops)

describe("an index of a cache", () => {
  it.prop("finds what one finds by looking at everything, whatever happened", [Schema.Array(Step)], ([steps]) => {
    const shelf = new Shelf<Parcel>()
    shelf.take({ _tag: "synced", resourceVersion: "1" })
    shelf.find(byStop, "red")
    for (const [number, { deed, name, teams }] of steps.entries()) {
      const object: Parcel = {
        apiVersion: Parcel.apiVersion,
        kind: "Parcel",
        metadata: {
          ...key(name),
          uid: name,
          resourceVersion: String(number + 2),
          generation: 1,
          creationTimestamp: "2026-01-01T00:00:00Z"
        },
        spec: { ...spec, stops: teams.split(" ").filter((team) => team !== "") }
      }
      if (deed === "seen") shelf.take({ _tag: "added", object, initial: false })
      else if (deed === "gone") shelf.take({ _tag: "deleted", object })
      else if (deed === "written") shelf.noteWritten(object)
      else if (deed === "let go") shelf.noteGone(object)
      else shelf.take({ _tag: "synced", resourceVersion: String(number + 2) })
      for (const team of ["red", "blue"]) {
        assert.deepStrictEqual(
          shelf.find(byStop, team),
          shelf.list().filter(({ spec: { stops = [] } }) => stops.includes(team))
        )
      }
    }
  })

  it.effect("finds by labels, owners, namespaces and values of one's own", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const owner = yield* create("owner")
      yield* create("owned", [Resource.ownerReference(owner)])
      yield* label("owned", "red")
      yield* store.create(Parcel, { metadata: { name: "far", namespace: "elsewhere" }, spec })
      const cases: ReadonlyArray<readonly [Index.Index<Parcel>, string, ReadonlyArray<string>]> = [
        [byTeam, "red", ["owned"]],
        [byTeam, "blue", []],
        [Index.byOwner, owner.metadata.uid, ["owned"]],
        [Index.byNamespace, "elsewhere", ["far"]],
        [Index.make(({ spec: { address } }: Parcel) => [address]), "Main Street", ["owned", "owner", "far"]]
      ]
      const check = (reads: "from the store" | "from the cache") =>
        Effect.forEach(cases, ([index, value, expected]) =>
          Effect.map(Cache.find(Parcel, index, value), (found) =>
            assert.deepStrictEqual(named(found), expected, `${value} ${reads}`)
          )
        )
      yield* check("from the store")
      yield* Effect.gen(function* () {
        yield* breathe
        yield* check("from the cache")
      }).pipe(Effect.provide(CachedStore.layer([{ kind: Parcel }])))
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("follows what changes, our own writes at once", () =>
    Effect.gen(function* () {
      yield* create("a")
      yield* breathe
      const team = (name: string) => Effect.map(Cache.find(Parcel, byTeam, name), named)
      assert.deepStrictEqual(yield* team("red"), [])
      yield* label("a", "red")
      assert.deepStrictEqual(yield* team("red"), ["a"])
      yield* label("a", "blue")
      assert.deepStrictEqual([yield* team("red"), yield* team("blue")], [[], ["a"]])
      yield* remove("a")
      assert.deepStrictEqual(yield* team("blue"), [])
    }).pipe(Effect.provide(CachedStore.layer([{ kind: Parcel }]).pipe(Layer.provideMerge(MemoryStore.layer()))))
  )

  it.effect("that can't cope with an object fails who asks by it, and nobody else", () =>
    Effect.gen(function* () {
      const picky = Index.make((parcel: Parcel) => [parcel.spec.handling?.note ?? assert.fail("no note")])
      yield* breathe
      assert.deepStrictEqual(yield* Cache.find(Parcel, picky, "x"), [])
      yield* create("a")
      yield* breathe
      assert.strictEqual((yield* Effect.exit(Cache.find(Parcel, picky, "x")))._tag, "Failure")
      assert.strictEqual((yield* read("a")).metadata.name, "a")
    }).pipe(Effect.provide(CachedStore.layer([{ kind: Parcel }]).pipe(Layer.provideMerge(MemoryStore.layer()))))
  )
})

describe("Source.referring", () => {
  const depot = (name: string, town: string) =>
    ResourceStore.use((store) => store.create(Depot, { metadata: { name }, spec: { town } }))

  const move = (name: string, town: string) =>
    ResourceStore.use((store) =>
      Effect.flatMap(store.get(Depot, { name }), (found) => store.update(Depot, { ...found, spec: { town } }))
    )

  const source = Source.referring(Depot, {
    kind: Parcel,
    index: Index.make(({ spec: { address } }: Parcel) => [address]),
    values: ({ spec: { town } }) => [town]
  })

  for (const [title, layer] of [
    ["the store", Layer.effect(ResourceStore, ResourceStore)],
    ["a cache", CachedStore.layer([{ kind: Parcel }])]
  ] as const) {
    it.effect(`leads to the objects that refer to what changed, and to what it was before, found in ${title}`, () =>
      Effect.gen(function* () {
        const looked: Array<string> = []
        const store = yield* ResourceStore
        for (const [name, address] of [
          ["a", "Bern"],
          ["b", "Basel"],
          ["c", "Bern"],
          ["d", "Genf"]
        ] as const)
          yield* store.create(Parcel, { metadata: key(name), spec: { ...spec, address } })
        yield* depot("one", "Bern")
        const context = yield* Layer.build(layer)
        yield* breathe
        yield* Controller.make({
          name: "referring",
          sources: [source],
          reconcile: ({ name }) =>
            Effect.sync(() => Outcome.done).pipe(Effect.tap(() => Effect.sync(() => looked.push(name))))
        }).pipe(Effect.provide(context))
        yield* until(() => looked.length === 2)
        assert.deepStrictEqual(looked.toSorted(), ["a", "c"])
        yield* move("one", "Basel")
        yield* until(() => looked.length === 5)
        assert.deepStrictEqual(looked.slice(2).toSorted(), ["a", "b", "c"])
      }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))
    )
  }
})
