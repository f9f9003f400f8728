import {
  CachedStore,
  Controller,
  EventRecorder,
  FailureCondition,
  type Happening,
  MemoryStore,
  Outcome,
  ResourceStore,
  Source,
  type EventSubject
} from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Metric } from "effect"
import { Letter, OldLetter } from "../resource/Letter.ts"
import { until } from "../support/until.ts"

const at = (name: string) => ({ namespace: "default", name })

const write = (name: string, text: string) =>
  ResourceStore.use((store) => store.create(OldLetter, { metadata: at(name), spec: { text } }))

const rewrite = (name: string, text: string) =>
  ResourceStore.use((store) =>
    Effect.flatMap(store.get(OldLetter, at(name)), (letter) => store.update(OldLetter, { ...letter, spec: { text } }))
  )

const long = "longer than ten"

interface Told extends Happening {
  readonly name: string
}

/** A recorder that keeps what it is told. */
const recorder = (told: Array<Told>) =>
  Layer.succeed(EventRecorder, {
    record: ({ metadata }: EventSubject, happening: Happening) =>
      Effect.sync(() => void told.push({ ...happening, name: metadata.name }))
  })

/** What a controller of letters has read, as `name text`, and how often its reconciles failed for good. */
const reading = Effect.gen(function* () {
  const read: Array<string> = []
  yield* Controller.make<ResourceStore>({
    name: "letters",
    sources: [Source.resource(Letter)],
    reconcile: (key) =>
      ResourceStore.use((store) => store.get(Letter, key)).pipe(
        Effect.map(({ spec }) => void read.push(`${key.name} ${spec.text}`)),
        Effect.catchReason("StoreError", "NotFound", () => Effect.sync(() => void read.push(`${key.name} gone`))),
        Effect.as(Outcome.done)
      )
  })
  return read
})

const metric = (id: string, attributes: { readonly [name: string]: string }) =>
  Effect.map(Metric.snapshot, (all) => {
    const found = all.find(
      (one) => one.id === id && Object.entries(attributes).every(([name, value]) => one.attributes?.[name] === value)
    )
    return found?.type === "Counter"
      ? Number(found.state.count)
      : found?.type === "Gauge"
        ? Number(found.state.value)
        : 0
  })

const unreadable = metric("reflector_unreadable_objects", { name: "letters" })
const stalled = metric("controller_runtime_terminal_reconcile_errors_total", { controller: "letters" })

const stores: ReadonlyArray<readonly [string, Layer.Layer<ResourceStore, never, ResourceStore>]> = [
  ["from the store", Layer.effect(ResourceStore, ResourceStore)],
  ["from a cache", CachedStore.layer([{ kind: Letter }])]
]

describe("an object that can't be read", () => {
  for (const [title, store] of stores) {
    it.effect(`keeps no other from being worked on, and is taken up once it is put right, reading ${title}`, () =>
      Effect.gen(function* () {
        const told: Array<Told> = []
        yield* write("a", "short")
        yield* write("b", long)
        const failures = yield* stalled
        const read = yield* reading.pipe(Effect.provide(recorder(told)), Effect.provide(yield* Layer.build(store)))
        yield* until(() => read.length === 1)
        yield* until(Effect.map(stalled, (count) => count === failures + 1))
        assert.strictEqual(yield* unreadable, 1)
        assert.deepStrictEqual(
          told.map(({ name, note, reason, type }) => [type, reason, name, note.includes("spec.text")]),
          [["Warning", "Unreadable", "b", true]]
        )

        yield* rewrite("a", long)
        yield* until(Effect.map(unreadable, (count) => count === 2))
        yield* write("c", "short")
        yield* until(() => read.includes("c short"))
        assert.deepStrictEqual(read, ["a short", "c short"])

        // The very text it had before: nothing has changed but that it can be read.
        yield* rewrite("a", "short")
        yield* rewrite("b", "good")
        yield* until(() => read.includes("b good") && read.length === 4)
        assert.deepStrictEqual(read.toSorted(), ["a short", "a short", "b good", "c short"])
        assert.strictEqual(yield* unreadable, 0)

        yield* rewrite("b", long)
        yield* until(Effect.map(unreadable, (count) => count === 1))
        yield* ResourceStore.use((present) => present.delete(Letter, at("b")))
        yield* until(() => read.includes("b gone"))
        assert.strictEqual(yield* unreadable, 0)
      }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))
    )
  }

  it.effect("gets no condition, as it could not be written whole, and nobody complains of that", () =>
    Effect.gen(function* () {
      const { metadata } = yield* write("a", long)
      yield* FailureCondition.make(Letter)(at("a"), { _tag: "Stalled", message: "it can't be read" })
      const after = yield* ResourceStore.use((store) => store.get(OldLetter, at("a")))
      assert.strictEqual(after.metadata.resourceVersion, metadata.resourceVersion)
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("is refused by a cache too, and told of by its lists", () =>
    Effect.gen(function* () {
      yield* write("a", long)
      yield* write("b", "short")
      const store = yield* Effect.provide(ResourceStore, yield* Layer.build(CachedStore.layer([{ kind: Letter }])))
      const listed = Effect.map(store.list(Letter, { namespace: "default" }), ({ items, unreadable = [] }) => [
        items.map(({ metadata }) => metadata.name),
        unreadable.map(({ metadata }) => metadata.name)
      ])
      yield* until(Effect.map(Effect.orDie(listed), ([items = []]) => items.length === 1))
      assert.deepStrictEqual(yield* listed, [["b"], ["a"]])
      const error = yield* Effect.flip(store.get(Letter, at("a")))
      assert.strictEqual(error.reason._tag, "Unreadable")
      assert.deepStrictEqual(yield* store.delete(Letter, at("a")), { gone: true })
    }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))
  )

  it.effect("is not taken for deleted: what it led to is looked at, and finds it missing among the others", () =>
    Effect.gen(function* () {
      yield* write("a", "short")
      const looked: Array<string> = []
      yield* Controller.make<ResourceStore>({
        name: "shelves",
        sources: [Source.mapped(Letter, ({ spec }) => [{ name: `shelf-of-${spec.text}` }])],
        reconcile: ({ name }) =>
          ResourceStore.use((store) => store.list(Letter)).pipe(
            Effect.map(({ items, unreadable: others = [] }) => {
              looked.push(`${name}: ${items.length} and ${others.length}`)
              return Outcome.done
            })
          )
      })
      yield* until(() => looked.length === 1)
      yield* rewrite("a", long)
      yield* until(() => looked.length === 2)
      assert.deepStrictEqual(looked, ["shelf-of-short: 1 and 0", "shelf-of-short: 0 and 1"])
    }).pipe(Effect.scoped, Effect.provide(MemoryStore.layer()))
  )
})
