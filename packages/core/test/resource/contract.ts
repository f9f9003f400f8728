import { Resource, ResourceStore, type StoreError, type WatchEvent, type WatchOptions } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Depot, Parcel } from "./Parcel.ts"

/** What a store under test can and can't do; everything else must hold for all of them. */
export interface Abilities {
  /** Deletes objects whose owners are gone. In a real cluster another program does. */
  readonly collectsGarbage: boolean
  /** Lets the suite make the store forget its history, so that old versions expire. */
  readonly forget?: Effect.Effect<void, never, ResourceStore>
  /** Runs on the test clock, so that bookmarks can be waited for. */
  readonly testClock: boolean
}

/** Everything reconcilers may rely on, whatever store is behind `ResourceStore`. */
export const contract = (name: string, layer: Layer.Layer<ResourceStore>, abilities: Abilities): void => {
  const test = (title: string, effect: Effect.Effect<void, unknown, ResourceStore>) =>
    it.effect(title, () => Effect.provide(effect, layer))

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

  describe(`${name}: update`, () => {
    test(
      "moves the version and, for a new spec, the generation",
      Effect.gen(function* () {
        const before = yield* create("a")
        const after = yield* update({ ...before, spec: { ...before.spec, weight: 5 } })
        assert.notStrictEqual(after.metadata.resourceVersion, before.metadata.resourceVersion)
        assert.strictEqual(after.metadata.generation, 2)
        assert.strictEqual(after.spec.weight, 5)
        assert.strictEqual(after.metadata.uid, before.metadata.uid)
      })
    )

    test(
      "leaves the generation alone for labels, annotations and finalizers",
      Effect.gen(function* () {
        const before = yield* create("a")
        const metadata = {
          ...before.metadata,
          labels: { a: "b" },
          annotations: { c: "d" },
          finalizers: ["test.lockstep.dev/hold"]
        }
        const after = yield* update({ ...before, metadata })
        assert.strictEqual(after.metadata.generation, 1)
        assert.notStrictEqual(after.metadata.resourceVersion, before.metadata.resourceVersion)
        assert.deepStrictEqual(after.metadata.labels, { a: "b" })
      })
    )

    test(
      "that changes nothing keeps the version",
      Effect.gen(function* () {
        const before = yield* create("a", { labels: { a: "b" } })
        assert.deepStrictEqual(yield* update(before), before)
      })
    )

    test(
      "ignores a generation, identity and time sent along",
      Effect.gen(function* () {
        const before = yield* create("a")
        const metadata = { ...before.metadata, generation: 99, creationTimestamp: "never" }
        assert.deepStrictEqual(yield* update({ ...before, metadata }), before)
      })
    )

    test(
      "removes labels that are left out",
      Effect.gen(function* () {
        const before = yield* create("a", { labels: { a: "b" } })
        const { labels: _, ...metadata } = before.metadata
        assert.isUndefined((yield* update({ ...before, metadata })).metadata.labels)
      })
    )

    test(
      "from a stale read is a conflict, and the first writer's change stays",
      Effect.gen(function* () {
        const read = yield* create("a")
        const first = yield* update({ ...read, spec: { ...read.spec, weight: 1 } })
        const error = yield* refused(update({ ...read, spec: { ...read.spec, weight: 2 } }), "Conflict")
        assert.strictEqual(error.treatment._tag, "conflict")
        assert.deepStrictEqual(yield* get("a"), first)
      })
    )

    test(
      "from a stale read is a conflict even if it changes nothing",
      Effect.gen(function* () {
        const read = yield* create("a")
        const first = yield* update({ ...read, spec: { ...read.spec, weight: 1 } })
        yield* refused(update({ ...first, metadata: read.metadata }), "Conflict")
      })
    )

    test(
      "of an object that was created anew under the same name is a conflict",
      Effect.gen(function* () {
        const old = yield* create("a")
        yield* remove("a")
        yield* create("a")
        yield* refused(update(old), "Conflict")
      })
    )

    test(
      "of a missing object is not found and creates nothing",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        yield* remove("a")
        yield* refused(update(parcel), "NotFound")
        yield* refused(get("a"), "NotFound")
      })
    )

    test(
      "of many writers at once, each version is won by exactly one",
      Effect.gen(function* () {
        const read = yield* create("a")
        const exits = yield* Effect.forEach(
          [1, 2, 3, 4, 5, 6, 7, 8],
          (weight) => Effect.exit(update({ ...read, spec: { ...read.spec, weight } })),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter((exit) => exit._tag === "Success").length, 1)
      })
    )
  })

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
        assert.isDefined(object.metadata.deletionTimestamp)
        assert.strictEqual(object.metadata.generation, 2)
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
        const { object } = yield* remove("a")
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
        const { object } = yield* remove("a")
        yield* refused(update(withFinalizers(object, ["test.lockstep.dev/one", "test.lockstep.dev/two"])), "Invalid")
      })
    )

    test(
      "leaves spec and status writable while it goes on",
      Effect.gen(function* () {
        yield* create("a", { finalizers: ["test.lockstep.dev/one"] })
        const { object } = yield* remove("a")
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

    if (abilities.collectsGarbage) {
      test(
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

      test(
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

      test(
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

      test(
        "reaches what was created after its owner had gone",
        Effect.gen(function* () {
          const root = yield* create("root")
          yield* remove("root")
          yield* create("child", { ownerReferences: [Resource.ownerReference(root)] })
          yield* eventually(list(), (page) => page.items.length === 0)
        })
      )
    }
  })

  describe(`${name}: list`, () => {
    test(
      "shows objects in the order of namespace and name",
      Effect.gen(function* () {
        for (const [namespace, object] of [
          ["b", "a"],
          ["a", "b"],
          ["a", "a"]
        ] as const)
          yield* create(object, { namespace })
        const keys = (yield* list()).items.map((parcel) => Resource.formatKey(Resource.keyOf(parcel)))
        assert.deepStrictEqual(keys, ["a/a", "a/b", "b/a"])
      })
    )

    test(
      "of nothing is empty and has a version to watch from",
      Effect.gen(function* () {
        const page = yield* list()
        assert.deepStrictEqual(page.items, [])
        assert.isNotEmpty(page.resourceVersion)
      })
    )

    test(
      "keeps to one namespace when asked",
      Effect.gen(function* () {
        yield* create("a", { namespace: "one" })
        yield* create("b", { namespace: "two" })
        assert.deepStrictEqual(names(yield* list({ namespace: "two" })), ["b"])
      })
    )

    const labels: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
      ["app=web", ["a", "b"]],
      ["app==web", ["a", "b"]],
      ["app!=web", ["c", "d"]],
      ["app in (web,db)", ["a", "b", "c"]],
      ["app notin (web, db)", ["d"]],
      ["app", ["a", "b", "c"]],
      ["!app", ["d"]],
      ["app=web,tier=back", ["b"]],
      ["", ["a", "b", "c", "d"]]
    ]
    for (const [labelSelector, expected] of labels) {
      test(
        `selects by labels: '${labelSelector}'`,
        Effect.gen(function* () {
          yield* create("a", { labels: { app: "web", tier: "front" } })
          yield* create("b", { labels: { app: "web", tier: "back" } })
          yield* create("c", { labels: { app: "db" } })
          yield* create("d")
          assert.deepStrictEqual(names(yield* list({ labelSelector })), expected)
        })
      )
    }

    test(
      "selects by name and by declared fields",
      Effect.gen(function* () {
        yield* create("a", { spec: { address: "here", speed: "normal" } })
        yield* create("b", { spec: { address: "there", speed: "normal" } })
        assert.deepStrictEqual(names(yield* list({ fieldSelector: "metadata.name=a" })), ["a"])
        assert.deepStrictEqual(names(yield* list({ fieldSelector: "spec.address=there" })), ["b"])
      })
    )

    test(
      "refuses selectors it can't understand",
      Effect.gen(function* () {
        yield* refused(list({ labelSelector: "a b" }), "BadRequest")
        yield* refused(list({ fieldSelector: "spec.speed=normal" }), "BadRequest")
      })
    )

    test(
      "comes in pages that together show everything once, at one moment",
      Effect.gen(function* () {
        for (const object of ["a", "b", "c", "d", "e"]) yield* create(object)
        const first = yield* list({ limit: 2 })
        assert.deepStrictEqual([names(first), first.remainingItemCount], [["a", "b"], 3])
        yield* remove("c")
        yield* create("cc")
        yield* Effect.flatMap(get("d"), (parcel) => update({ ...parcel, spec: { ...parcel.spec, weight: 9 } }))
        const second = yield* list({ limit: 2, ...next(first) })
        const third = yield* list({ limit: 2, ...next(second) })
        assert.deepStrictEqual([names(second), names(third)], [["c", "d"], ["e"]])
        assert.isUndefined(second.items[1]?.spec.weight)
        assert.isUndefined(third.continue)
        assert.strictEqual(third.resourceVersion, first.resourceVersion)
      })
    )

    test(
      "refuses a continue token that it did not give",
      Effect.asVoid(refused(list({ continue: "garbage" }), "BadRequest"))
    )
  })

  describe(`${name}: watch`, () => {
    test(
      "tells every change after its version, once and in order",
      Effect.gen(function* () {
        const { resourceVersion } = yield* list()
        const fiber = yield* watching({ from: resourceVersion }, 4)
        const parcel = yield* create("a")
        const heavier = yield* update({ ...parcel, spec: { ...parcel.spec, weight: 1 } })
        yield* updateStatus({ ...heavier, status: { phase: "sent" } })
        yield* remove("a")
        const events = yield* Fiber.join(fiber)
        assert.deepStrictEqual(
          events.map((event) => event._tag),
          ["added", "modified", "modified", "deleted"]
        )
        assert.deepStrictEqual(objects(events)[0], parcel)
      })
    )

    test(
      "tells what happened between the list and the watch",
      Effect.gen(function* () {
        const { resourceVersion } = yield* list()
        yield* create("a")
        yield* create("b")
        const events = yield* Effect.flatMap(watching({ from: resourceVersion }, 2), Fiber.join)
        assert.deepStrictEqual(
          objects(events).map((parcel) => parcel.metadata.name),
          ["a", "b"]
        )
      })
    )

    test(
      "without a version begins with what is there",
      Effect.gen(function* () {
        yield* create("a")
        yield* create("b")
        const fiber = yield* watching({}, 3)
        yield* eventually(Effect.void, () => true)
        yield* create("c")
        const events = yield* Fiber.join(fiber)
        assert.deepStrictEqual(
          objects(events).map((parcel) => parcel.metadata.name),
          ["a", "b", "c"]
        )
        assert.isTrue(events.every((event) => event._tag === "added"))
      })
    )

    test(
      "says when what was there is complete",
      Effect.gen(function* () {
        yield* create("a")
        const events = yield* Effect.flatMap(watching({ bookmarks: true }, 2), Fiber.join)
        const last = events[1]
        assert.strictEqual(last?._tag, "bookmark")
        assert.isTrue(last?._tag === "bookmark" && last.initialEventsEnd)
      })
    )

    if (abilities.testClock) {
      test(
        "says now and then how far it has come, also when only other kinds changed",
        Effect.gen(function* () {
          const store = yield* ResourceStore
          const { resourceVersion } = yield* list()
          const fiber = yield* watching({ from: resourceVersion, bookmarks: true }, 1)
          const depot = yield* store.create(Depot, { metadata: { name: "a" }, spec: { town: "Bern" } })
          yield* TestClock.adjust("2 minutes")
          const [event] = yield* Fiber.join(fiber)
          assert.deepStrictEqual(event, {
            _tag: "bookmark",
            resourceVersion: depot.metadata.resourceVersion,
            initialEventsEnd: false
          })
        })
      )
    }

    test(
      "tells nothing about writes that change nothing",
      Effect.gen(function* () {
        const parcel = yield* create("a")
        const fiber = yield* watching({ from: parcel.metadata.resourceVersion }, 1)
        yield* update(parcel)
        yield* create("b")
        assert.deepStrictEqual(
          objects(yield* Fiber.join(fiber)).map((seen) => seen.metadata.name),
          ["b"]
        )
      })
    )

    test(
      "keeps to one namespace and to other selections",
      Effect.gen(function* () {
        const { resourceVersion } = yield* list()
        const fiber = yield* watching({ from: resourceVersion, namespace: "one", labelSelector: "app=web" }, 1)
        yield* create("a", { namespace: "two", labels: { app: "web" } })
        yield* create("b", { namespace: "one" })
        yield* create("c", { namespace: "one", labels: { app: "web" } })
        assert.deepStrictEqual(
          objects(yield* Fiber.join(fiber)).map((parcel) => parcel.metadata.name),
          ["c"]
        )
      })
    )

    test(
      "tells of an object that leaves the selection as deleted, and back as added",
      Effect.gen(function* () {
        const parcel = yield* create("a", { labels: { app: "web" } })
        const fiber = yield* watching({ from: parcel.metadata.resourceVersion, labelSelector: "app=web" }, 2)
        const left = yield* update({ ...parcel, metadata: { ...parcel.metadata, labels: { app: "db" } } })
        yield* update({ ...left, metadata: { ...left.metadata, labels: { app: "web" } } })
        assert.deepStrictEqual(
          (yield* Fiber.join(fiber)).map((event) => event._tag),
          ["deleted", "added"]
        )
      })
    )

    test(
      "tells of a deletion with a version of its own and the object as it was",
      Effect.gen(function* () {
        const parcel = yield* create("a", { finalizers: ["test.lockstep.dev/hold"] })
        const fiber = yield* watching({ from: parcel.metadata.resourceVersion }, 2)
        const { object } = yield* remove("a")
        yield* update(withFinalizers(object, []))
        const [marked, deleted] = yield* Fiber.join(fiber)
        assert.deepStrictEqual(marked, { _tag: "modified", object })
        assert.strictEqual(deleted?._tag, "deleted")
        const last = objects(deleted === undefined ? [] : [deleted])[0]
        assert.deepStrictEqual(last?.metadata.finalizers, ["test.lockstep.dev/hold"])
        assert.notStrictEqual(last?.metadata.resourceVersion, object.metadata.resourceVersion)
      })
    )

    test(
      "can be resumed from any event without a gap",
      Effect.gen(function* () {
        const { resourceVersion } = yield* list()
        for (const object of ["a", "b", "c", "d"]) yield* create(object)
        const first = yield* Effect.flatMap(watching({ from: resourceVersion }, 2), Fiber.join)
        const from = objects(first)[1]?.metadata.resourceVersion ?? ""
        const second = yield* Effect.flatMap(watching({ from }, 2), Fiber.join)
        assert.deepStrictEqual(
          objects([...first, ...second]).map((parcel) => parcel.metadata.name),
          ["a", "b", "c", "d"]
        )
      })
    )

    test(
      "from a version that is none is refused",
      Effect.asVoid(refused(Effect.flatMap(watching({ from: "x" }, 1), Fiber.join), "BadRequest"))
    )

    const { forget } = abilities
    if (forget !== undefined) {
      test(
        "from a version that is no longer kept expires, and so does a page",
        Effect.gen(function* () {
          yield* create("a")
          yield* create("b")
          const page = yield* list({ limit: 1 })
          yield* forget
          const error = yield* refused(
            Effect.flatMap(watching({ from: page.resourceVersion }, 1), Fiber.join),
            "Expired"
          )
          assert.strictEqual(error.treatment._tag, "conflict")
          yield* refused(list({ limit: 1, ...next(page) }), "Expired")
        })
      )
    }
  })
}

const spec: Parcel["spec"] = { address: "Main Street", speed: "normal" }

const at = (name: string, namespace = "default") => ({ name, namespace })

const create = (name: string, options: Partial<Parcel["metadata"]> & { readonly spec?: Parcel["spec"] } = {}) => {
  const { spec: own, ...metadata } = options
  return ResourceStore.use((store) =>
    store.create(Parcel, { metadata: { ...at(name), ...metadata }, spec: own ?? spec })
  )
}

const get = (name: string) => ResourceStore.use((store) => store.get(Parcel, at(name)))

const update = (parcel: Parcel) => ResourceStore.use((store) => store.update(Parcel, parcel))

const updateStatus = (parcel: Parcel) => ResourceStore.use((store) => store.updateStatus(Parcel, parcel))

const remove = (name: string) => ResourceStore.use((store) => store.delete(Parcel, at(name)))

const list = (options: Parameters<ResourceStore["Service"]["list"]>[1] = {}) =>
  ResourceStore.use((store) => store.list(Parcel, options))

const names = (page: { readonly items: ReadonlyArray<Parcel> }) => page.items.map((parcel) => parcel.metadata.name)

const next = (page: { readonly continue?: string }) => (page.continue === undefined ? {} : { continue: page.continue })

const withFinalizers = (parcel: Parcel, finalizers: ReadonlyArray<string>): Parcel => ({
  ...parcel,
  metadata: { ...parcel.metadata, finalizers }
})

const watching = (options: WatchOptions, count: number) =>
  ResourceStore.use((store) =>
    Effect.forkChild(store.watch(Parcel, options).pipe(Stream.take(count), Stream.runCollect), {
      startImmediately: true
    })
  )

const objects = (events: ReadonlyArray<WatchEvent<Parcel>>): ReadonlyArray<Parcel> =>
  events.flatMap((event) => (event._tag === "bookmark" ? [] : [event.object]))

const eventually = <A>(
  read: Effect.Effect<A, StoreError, ResourceStore>,
  condition: (value: A) => boolean
): Effect.Effect<A, StoreError, ResourceStore> =>
  Effect.gen(function* () {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const value = yield* read
      if (condition(value)) return value
      yield* Effect.yieldNow
    }
    return assert.fail("the condition never came true")
  })

const refused = (effect: Effect.Effect<unknown, StoreError, ResourceStore>, reason: string) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.strictEqual(error.reason._tag, reason, error.message)
    return error
  })

const apply = (fieldManager: string, parcel: Omit<Resource.Intent, "metadata">, force = false, metadata = {}) =>
  ResourceStore.use((store) =>
    store.apply(Parcel, { ...parcel, metadata: { ...at("a"), ...metadata } }, { fieldManager, force })
  )

const refusedAsInvalid = (effect: Effect.Effect<unknown, StoreError, ResourceStore>) =>
  Effect.asVoid(refused(effect, "Invalid"))
