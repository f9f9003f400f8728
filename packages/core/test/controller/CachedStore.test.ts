import { CachedStore, Cache, Controller, MemoryStore, Outcome, ResourceStore, Source } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Latch, Layer, Schema, Stream } from "effect"
import { Shelf } from "../../src/controller/Cache/Shelf.ts"
import { Parcel } from "../resource/Parcel.ts"
import { change, create, key, read, remove, spec } from "../support/parcels.ts"
import { breathe, until } from "../support/until.ts"

/** A store that counts its reads, and whose watches tell nothing while the gate is closed. */
const makeWorld = Effect.gen(function* () {
  const gate = yield* Latch.make(true)
  const reads = { count: 0 }
  const counted = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.suspend(() => {
      reads.count++
      return effect
    })
  const layer = Layer.effect(
    ResourceStore,
    Effect.map(ResourceStore, (store) =>
      ResourceStore.of({
        ...store,
        get: (kind, one) => counted(store.get(kind, one)),
        list: (kind, options) => counted(store.list(kind, options)),
        watch: (kind, options) => Stream.tap(store.watch(kind, options), () => gate.await)
      })
    )
  ).pipe(Layer.provideMerge(MemoryStore.layer()))
  const direct = yield* Layer.build(layer)
  const cached = yield* Layer.build(
    CachedStore.layer([{ kind: Parcel }]).pipe(Layer.provide(Layer.succeedContext(direct)))
  )
  yield* breathe
  reads.count = 0
  return { gate, reads, direct, cached }
})

const test = (
  title: string,
  effect: (world: Effect.Success<typeof makeWorld>) => Effect.Effect<void, unknown, ResourceStore>
) =>
  it.effect(title, () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* Effect.provide(effect(world), world.cached)
    })
  )

const names = Effect.flatMap(ResourceStore, (store) =>
  Effect.map(store.list(Parcel), ({ items }) => items.map(({ metadata }) => metadata.name))
)

describe("CachedStore.layer", () => {
  test("reads what others wrote without asking the store", ({ direct, reads }) =>
    Effect.gen(function* () {
      const parcel = yield* Effect.provide(create("a"), direct)
      yield* breathe
      assert.deepStrictEqual(yield* read("a"), parcel)
      assert.deepStrictEqual(yield* names, ["a"])
      const error = yield* Effect.flip(read("missing"))
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.strictEqual(reads.count, 0)
    }))

  test("reads its own writes at once, although the watch has not told of them", ({ gate }) =>
    Effect.gen(function* () {
      yield* gate.close
      const parcel = yield* create("a")
      assert.deepStrictEqual(yield* read("a"), parcel)
      const heavy = yield* change("a", 7)
      assert.deepStrictEqual(yield* read("a"), heavy)
      const store = yield* ResourceStore
      const sent = yield* store.updateStatus(Parcel, { ...heavy, status: { phase: "sent" } })
      assert.deepStrictEqual(yield* read("a"), sent)
      yield* create("b")
      assert.deepStrictEqual(yield* names, ["a", "b"])
      yield* remove("a")
      assert.deepStrictEqual(yield* names, ["b"])
      yield* gate.open
      yield* breathe
      assert.deepStrictEqual(yield* names, ["b"])
    }))

  test("doesn't read an object of its own that it has let go of", ({ direct, gate }) =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      yield* store.create(Parcel, { metadata: { ...key("a"), finalizers: ["test.lockstep.dev/hold"] }, spec })
      yield* breathe
      yield* gate.close
      yield* remove("a")
      const marked = yield* read("a")
      assert.isDefined(marked.metadata.deletionTimestamp)
      const { finalizers: _, ...metadata } = marked.metadata
      yield* store.update(Parcel, { ...marked, metadata })
      assert.strictEqual((yield* Effect.flip(read("a"))).reason._tag, "NotFound")
      const other = yield* Effect.provide(create("a"), direct)
      yield* gate.open
      yield* breathe
      assert.deepStrictEqual(yield* read("a"), other)
    }))

  test("isn't taken back by events from before its own write, and follows others after it", ({ direct, gate }) =>
    Effect.gen(function* () {
      yield* create("a")
      yield* breathe
      yield* gate.close
      yield* Effect.provide(change("a", 1), direct)
      const store = yield* ResourceStore
      const fresh = yield* Effect.provide(read("a"), direct)
      const own = yield* store.update(Parcel, { ...fresh, spec: { ...spec, weight: 2 } })
      const theirs = yield* Effect.provide(change("a", 3), direct)
      const seen = [yield* read("a")]
      yield* gate.open
      yield* breathe
      seen.push(yield* read("a"))
      assert.deepStrictEqual(seen, [own, theirs])
    }))

  test("leaves pages, fields and other kinds of questions to the store", ({ reads }) =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      yield* create("a")
      yield* breathe
      yield* store.list(Parcel, { limit: 1 })
      yield* store.list(Parcel, { fieldSelector: "metadata.name=a" })
      assert.strictEqual(reads.count, 2)
      assert.deepStrictEqual((yield* store.list(Parcel, { labelSelector: "app=web" })).items, [])
      assert.deepStrictEqual((yield* store.list(Parcel, { namespace: "default" })).items.length, 1)
      assert.strictEqual(reads.count, 2)
    }))

  it.effect("never lets a reconcile read what was before the change that led to it", () =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* Effect.gen(function* () {
        let seen = 0
        yield* Controller.make<ResourceStore>({
          name: "parcels",
          sources: [Source.resource(Parcel)],
          reconcile: () =>
            Effect.gen(function* () {
              const parcel = yield* read("a")
              seen = parcel.spec.weight ?? 0
              return Outcome.done
            }).pipe(Effect.orDie)
        })
        yield* Effect.provide(create("a"), world.direct)
        for (let weight = 1; weight <= 100; weight++) {
          yield* Effect.provide(change("a", weight), world.direct)
          if (weight % 10 === 0) yield* breathe
        }
        yield* until(() => seen === 100)
      }).pipe(Effect.provide(world.cached))
      // The one list and watch is that of the cache; the writer reads once for each of its changes.
      assert.strictEqual(world.reads.count, 100)
    })
  )

  it.effect("asks the store while its watch is broken", () =>
    Effect.gen(function* () {
      const reads = { count: 0 }
      const broken = Layer.effect(
        ResourceStore,
        Effect.map(ResourceStore, (store) =>
          ResourceStore.of({
            ...store,
            get: (kind, one) => {
              reads.count++
              return store.get(kind, one)
            },
            watch: () => Stream.die("connection lost")
          })
        )
      ).pipe(Layer.provide(MemoryStore.layer()))
      yield* Effect.gen(function* () {
        yield* breathe
        yield* create("a")
        yield* read("a")
        assert.strictEqual(reads.count, 1)
      }).pipe(Effect.provide(CachedStore.layer([{ kind: Parcel }]).pipe(Layer.provide(broken))))
    })
  )
})

describe("Cache.make", () => {
  it.effect("tells whoever comes later what is there, and goes on from there", () =>
    Effect.gen(function* () {
      yield* create("a")
      const cache = yield* Cache.make(Parcel)
      yield* cache.synced
      const told: Array<string> = []
      yield* Effect.forkChild(
        cache.follow((event) =>
          Effect.sync(
            () => void told.push("object" in event ? `${event._tag} ${event.object.metadata.name}` : event._tag)
          )
        )
      )
      yield* breathe
      yield* create("b")
      yield* remove("a")
      yield* breathe
      assert.deepStrictEqual(told, ["added a", "synced", "added b", "deleted a"])
    }).pipe(Effect.provide(MemoryStore.layer()))
  )
})

describe("Shelf", () => {
  const writes = Schema.Array(
    Schema.Struct({ own: Schema.Boolean, name: Schema.Literals(["a", "b"]), tell: Schema.Boolean })
  )

  it.prop("never shows less than our last write, and in the end what is there", [writes], ([list]) => {
    const shelf = new Shelf<Parcel>()
    shelf.take({ _tag: "synced", resourceVersion: "0" })
    const untold: Array<Parcel> = []
    const own = new Map<string, number>()
    const last = new Map<string, number>()
    const versionOf = (name: string) => Number(shelf.get(key(name))?.metadata.resourceVersion ?? 0)
    const tellOne = () => {
      const object = untold.shift()
      if (object !== undefined) shelf.take({ _tag: "modified", object, before: object })
    }
    for (const [index, write] of list.entries()) {
      const resourceVersion = String(index + 1)
      const object: Parcel = {
        apiVersion: Parcel.apiVersion,
        kind: "Parcel",
        metadata: {
          ...key(write.name),
          uid: write.name,
          resourceVersion,
          generation: 1,
          creationTimestamp: "2026-01-01T00:00:00Z"
        },
        spec
      }
      untold.push(object)
      last.set(write.name, index + 1)
      if (write.own) {
        shelf.noteWritten(object)
        own.set(write.name, index + 1)
      }
      if (write.tell) tellOne()
      for (const [name, version] of own) assert.isAtLeast(versionOf(name), version)
    }
    while (untold.length > 0) tellOne()
    for (const [name, version] of last) assert.strictEqual(versionOf(name), version)
    assert.strictEqual(shelf.pending, 0)
  })
})
