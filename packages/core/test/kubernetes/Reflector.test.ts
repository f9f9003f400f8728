import { MemoryStore, Reflector, Resource, ResourceStore, StoreError, type UnreadableObject } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber, Layer, Metric, Random, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Known, type Change } from "../../src/kubernetes/Reflector/Known.ts"
import { Unreadable } from "../../src/resource/StoreError.ts"
import { Parcel } from "../resource/Parcel.ts"
import * as FaultyStore from "../support/FaultyStore.ts"
import { change, create, key, remove, spec } from "../support/parcels.ts"
import { breathe, until } from "../support/until.ts"

/** Follows parcels and writes down what is told, and what it adds up to. */
const following = (options: Reflector.ReflectorOptions = {}) =>
  Effect.gen(function* () {
    const told: Array<string> = []
    const sum = new Map<string, string>()
    const times: Array<number> = []
    const note = (event: Reflector.ReflectorEvent<Parcel>, now: number) => {
      times.push(now)
      if (event._tag === "synced" || event._tag === "troubled" || event._tag === "recovered") {
        told.push(event._tag)
        return
      }
      if (event._tag === "unreadable") {
        told.push(`unreadable ${event.unreadable.metadata.name}${event.gone ? " gone" : ""}`)
        return
      }
      const { name, resourceVersion } = event.object.metadata
      told.push(`${event._tag} ${name}`)
      if (event._tag === "deleted") sum.delete(name)
      else sum.set(name, resourceVersion)
    }
    const fiber = yield* Effect.forkChild(
      Stream.runForEach(Reflector.follow(Parcel, options), (event) =>
        Effect.map(Clock.currentTimeMillis, (now) => note(event, now))
      )
    )
    return { told, sum, times, fiber }
  })

const faulty = (plan: FaultyStore.Plan, history = 10_000) =>
  FaultyStore.layer(plan).pipe(Layer.provideMerge(MemoryStore.layer({ history })))

/** Goes wrong in turn, each method by itself, then never again. */
const inTurn =
  (faults: { readonly list?: ReadonlyArray<FaultyStore.Fault>; readonly watch?: ReadonlyArray<FaultyStore.Fault> }) =>
  ({ attempt, method }: { readonly attempt: number; readonly method: "list" | "watch" }) =>
    Effect.succeed(faults[method]?.[attempt - 1] ?? ("none" as const))

const test = (
  title: string,
  faults: Parameters<typeof inTurn>[0],
  effect: Effect.Effect<void, StoreError, ResourceStore>
) => it.effect(title, () => Effect.provide(effect, faulty(inTurn(faults))))

const reconnects = (reason: string) =>
  Effect.map(Metric.snapshot, (all) =>
    all.some(({ attributes, id }) => id === "reflector_reconnects_total" && attributes?.["reason"] === reason)
  )

describe("Reflector.follow", () => {
  test(
    "tells what is there, that this is all, and then every change",
    {},
    Effect.gen(function* () {
      yield* create("a")
      yield* create("b")
      const { told } = yield* following({ pageSize: 1 })
      yield* until(() => told.includes("synced"))
      yield* change("a", 1)
      yield* remove("b")
      yield* create("b")
      yield* until(() => told.length === 6)
      assert.deepStrictEqual(told, ["added a", "added b", "synced", "modified a", "deleted b", "added b"])
    })
  )

  test(
    "waits as long as the server asks when its first list is refused, then lists",
    { list: ["limited"] },
    Effect.gen(function* () {
      yield* create("a")
      const { times, told } = yield* following()
      yield* until(() => told.includes("synced"))
      assert.deepStrictEqual(told, ["troubled", "recovered", "added a", "synced"])
      assert.deepStrictEqual(
        times.map((time) => time / 1000),
        [0, FaultyStore.limit, FaultyStore.limit, FaultyStore.limit]
      )
    })
  )

  test(
    "lists without pages when a page has expired",
    { list: ["none", "expired"] },
    Effect.gen(function* () {
      for (const name of ["a", "b", "c"]) yield* create(name)
      const { told } = yield* following({ pageSize: 1 })
      yield* until(() => told.includes("synced"))
      assert.deepStrictEqual(told, ["added a", "added b", "added c", "synced"])
    })
  )

  test(
    "tells nothing of a list that broke off",
    { list: ["none", "unavailable"] },
    Effect.gen(function* () {
      for (const name of ["a", "b"]) yield* create(name)
      const { told } = yield* following({ pageSize: 1 })
      yield* until(() => told.includes("synced"))
      assert.deepStrictEqual(told, ["troubled", "recovered", "added a", "added b", "synced"])
    })
  )

  test(
    "gives a list up that is not answered, and lists again",
    { list: ["hang"] },
    Effect.gen(function* () {
      yield* create("a")
      const { told } = yield* following()
      yield* until(() => told.includes("synced"))
      assert.deepStrictEqual(told, ["troubled", "recovered", "added a", "synced"])
    })
  )

  for (const fault of ["cut", "end", "unavailable", "limited", "defect"] as const) {
    test(
      `goes on without a gap and without a second list after a watch met: ${fault}`,
      { watch: [fault] },
      Effect.gen(function* () {
        yield* create("a")
        const { sum, told } = yield* following()
        yield* until(() => told.includes("synced"))
        for (let weight = 1; weight < 50; weight++) yield* change("a", weight)
        const last = yield* change("a", 50)
        yield* until(() => sum.get("a") === last.metadata.resourceVersion)
        assert.strictEqual(told.filter((event) => event === "modified a").length, 50)
        assert.strictEqual(told.filter((event) => event === "synced").length, 1)
      })
    )
  }

  test(
    "lists again at once when history is gone, and tells what disappeared and what came back as another",
    { watch: ["expired"] },
    Effect.gen(function* () {
      for (const name of ["a", "b", "c"]) yield* create(name)
      const { told } = yield* following()
      yield* until(() => told.includes("synced"))
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
      assert.deepStrictEqual(told, ["added a", "added b", "added c", "synced", "synced"])
    })
  )

  test(
    "lists ever more slowly when history is gone time and again",
    { watch: Array.from({ length: 50 }, () => "expired" as const) },
    Effect.gen(function* () {
      const { told } = yield* following()
      yield* until(() => told.filter((event) => event === "synced").length >= 20)
      assert.isAbove(yield* Clock.currentTimeMillis, 60_000)
    })
  )

  test(
    "tells every event once, however often and late it comes",
    { watch: ["repeat", "repeat", "repeat"] },
    Effect.gen(function* () {
      yield* create("a")
      yield* create("b")
      const { told } = yield* following()
      yield* until(() => told.includes("synced"))
      yield* remove("b")
      for (let weight = 1; weight <= 20; weight++) yield* change("a", weight)
      yield* until(() => told.filter((event) => event === "modified a").length >= 20)
      yield* breathe
      assert.deepStrictEqual(told, [
        "added a",
        "added b",
        "synced",
        "deleted b",
        ...Array.from({ length: 20 }, () => "modified a")
      ])
    })
  )

  test(
    "does not trust a watch that ended without a word, and lists",
    { watch: ["mute"] },
    Effect.gen(function* () {
      yield* create("a")
      const { told } = yield* following()
      yield* until(() => told.filter((event) => event === "synced").length === 2)
      assert.isTrue(yield* reconnects("Silent"))
    })
  )

  it.effect("begins a watch anew after its life, where nothing is heard any more", () =>
    Effect.gen(function* () {
      yield* create("a")
      const { sum } = yield* following()
      yield* until(() => sum.size === 1)
      const last = yield* change("a", 1)
      yield* breathe
      assert.notStrictEqual(sum.get("a"), last.metadata.resourceVersion)
      yield* TestClock.adjust("590 seconds")
      yield* until(() => sum.get("a") === last.metadata.resourceVersion)
    }).pipe(
      Effect.provide(
        // The first watch is open but dead: nothing comes, no bookmark either.
        faulty(({ attempt, method }) => Effect.succeed(method === "watch" && attempt === 1 ? "hang" : "none"))
      )
    )
  )

  it.effect("lists again when the server was restored to an earlier time", () =>
    Effect.gen(function* () {
      const worlds = yield* Effect.all([Layer.build(MemoryStore.layer()), Layer.build(MemoryStore.layer())])
      const [before, restored] = yield* Effect.forEach(worlds, (world) => Effect.provide(ResourceStore, world))
      assert.isDefined(before)
      assert.isDefined(restored)
      for (const name of ["a", "b", "c"]) yield* before.create(Parcel, { metadata: key(name), spec })
      yield* restored.create(Parcel, { metadata: key("a"), spec })
      let now = before
      const cut = Stream.fromEffect(Effect.sleep("1 second")).pipe(Stream.drain)
      const world = ResourceStore.of({
        ...before,
        list: (kind, options) => now.list(kind, options),
        watch: (kind, options) =>
          now === before ? Stream.concat(cut, Stream.die("connection reset")) : restored.watch(kind, options)
      })
      const { sum, told } = yield* following().pipe(Effect.provideService(ResourceStore, world))
      yield* until(() => told.includes("synced"))
      now = restored
      yield* until(() => sum.size === 1)
      assert.deepStrictEqual(told.slice(-5), ["deleted b", "deleted c", "deleted a", "added a", "synced"])
    }).pipe(Effect.scoped)
  )

  it.effect("stops where it is, in a list, a watch or a delay", () =>
    Effect.forEach(["hang", "limited", "none"] as const, (fault) =>
      Effect.gen(function* () {
        const { fiber, told } = yield* following()
        yield* breathe
        yield* Fiber.interrupt(fiber)
        const count = told.length
        yield* create("a")
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(told.length, count)
      }).pipe(Effect.provide(faulty(inTurn({ list: [fault] }))))
    )
  )

  it.effect(
    "loses no update of 10,000, whatever goes wrong",
    () =>
      Effect.gen(function* () {
        const { sum } = yield* following({ pageSize: 20 })
        const names = Array.from({ length: 60 }, (_, index) => `parcel-${index}`)
        const truth = new Map<string, string>()
        const writer = yield* Effect.forkChild(
          Effect.gen(function* () {
            for (let write = 1; write <= 10_000; write++) {
              const name = names[yield* Random.nextIntBetween(0, names.length, { halfOpen: true })] ?? ""
              if (!truth.has(name)) truth.set(name, (yield* create(name)).metadata.resourceVersion)
              else if ((yield* Random.next) < 0.1) {
                yield* remove(name)
                truth.delete(name)
              } else truth.set(name, (yield* change(name, write)).metadata.resourceVersion)
              if (write % 20 === 0) yield* Effect.sleep("1 second")
            }
          })
        )
        yield* until(() => writer.pollUnsafe() !== undefined)
        yield* Fiber.join(writer)
        yield* until(() => [...truth].every(([name, version]) => sum.get(name) === version) && sum.size === truth.size)
        const objects = (yield* Metric.snapshot).find(({ id }) => id === "reflector_store_objects")
        assert.deepStrictEqual(objects?.state, { value: truth.size })
        for (const reason of ["Unavailable", "Expired", "Silent"]) assert.isTrue(yield* reconnects(reason), reason)
      }).pipe(Effect.provide(faulty(FaultyStore.atRandom, 200)), Random.withSeed("no update is lost")),
    60_000
  )
})

describe("Known", () => {
  const parcel = (name: string, uid: string, resourceVersion: string): Parcel => ({
    apiVersion: Parcel.apiVersion,
    kind: "Parcel",
    metadata: { ...key(name), uid, resourceVersion, generation: 1, creationTimestamp: "2026-01-01T00:00:00Z" },
    spec
  })

  const said = (changes: ReadonlyArray<Change<Parcel>>) =>
    changes.map((change) => {
      const { name, uid } = (change._tag === "unreadable" ? change.unreadable : change.object).metadata
      return `${change._tag}${change._tag === "unreadable" && change.gone ? " gone" : ""} ${name} ${uid}`
    })

  const unreadable = (name: string, uid: string, resourceVersion: string): UnreadableObject => ({
    apiVersion: Parcel.apiVersion,
    kind: "Parcel",
    metadata: { name, namespace: "default", uid, resourceVersion },
    error: new StoreError({ reason: new Unreadable({ subject: `Parcel default/${name}`, causes: [] }) })
  })

  const turns: ReadonlyArray<
    readonly [string, (known: Known<Parcel>) => ReadonlyArray<Change<Parcel>>, ReadonlyArray<string>]
  > = [
    [
      "that can't be read any more",
      (known) => known.replace([], "9", [unreadable("a", "1", "8")]),
      ["unreadable gone b 1", "unreadable a 1"]
    ],
    [
      "that was replaced by one that can't be read",
      (known) => known.replace([], "9", [unreadable("a", "2", "8")]),
      ["unreadable gone b 1", "deleted a 1", "unreadable a 2"]
    ],
    ["that still can't be read", (known) => known.replace([], "9", [unreadable("b", "1", "4")]), ["deleted a 1"]],
    [
      "that can be read again",
      (known) => known.apply({ _tag: "modified", object: parcel("b", "1", "8") }),
      ["added b 1"]
    ],
    [
      "that was replaced by one that can be read",
      (known) => known.apply({ _tag: "added", object: parcel("b", "2", "8") }),
      ["unreadable gone b 1", "added b 2"]
    ],
    [
      "that can't be read and is missing in a list",
      (known) => known.replace([parcel("a", "1", "5")], "9"),
      ["unreadable gone b 1"]
    ],
    [
      "that could not be read and was deleted in a state that can",
      (known) => known.apply({ _tag: "deleted", object: parcel("b", "1", "8") }),
      ["unreadable gone b 1"]
    ],
    [
      "whose deletion can't be read",
      (known) => known.apply({ _tag: "unreadable", unreadable: unreadable("a", "1", "8"), gone: true }),
      ["deleted a 1"]
    ],
    [
      "that is told of twice",
      (known) => known.apply({ _tag: "unreadable", unreadable: unreadable("b", "1", "4"), gone: false }),
      []
    ]
  ]
  for (const [title, change, expected] of turns) {
    it(`tells of an object ${title}: ${expected.join(", ") || "nothing"}`, () => {
      const known = new Known<Parcel>()
      known.replace([parcel("a", "1", "5")], "5", [unreadable("b", "1", "4")])
      assert.deepStrictEqual(said(change(known)), expected)
    })
  }

  it("tells of an object that was replaced by another of its name between two lists", () => {
    const known = new Known<Parcel>()
    known.replace([parcel("a", "1", "5")], "5")
    assert.deepStrictEqual(said(known.replace([parcel("a", "2", "8")], "9")), ["deleted a 1", "added a 2"])
    assert.strictEqual(known.position, "9")
    assert.strictEqual(Resource.formatKey(Resource.keyOf(parcel("a", "2", "8"))), "default/a")
  })

  it("does not bring an object back to life by an event from before its deletion", () => {
    const known = new Known<Parcel>()
    known.replace([parcel("a", "1", "5")], "5")
    known.apply({ _tag: "deleted", object: parcel("a", "1", "7") })
    assert.deepStrictEqual(said(known.apply({ _tag: "modified", object: parcel("a", "1", "6") })), [])
    assert.strictEqual(known.size, 0)
    assert.strictEqual(known.position, "7")
  })

  it("moves on by bookmarks, and never back", () => {
    const known = new Known<Parcel>()
    known.replace([], "5")
    known.apply({ _tag: "bookmark", resourceVersion: "100", initialEventsEnd: false })
    known.apply({ _tag: "bookmark", resourceVersion: "20", initialEventsEnd: false })
    assert.strictEqual(known.position, "100")
  })
})
