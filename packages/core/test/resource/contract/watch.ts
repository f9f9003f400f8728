import { ResourceStore } from "@lockstep/core"
import { assert, describe } from "@effect/vitest"
import { Effect, Fiber, Scheduler } from "effect"
import { TestClock } from "effect/testing"
import { Depot } from "../Parcel.ts"
import {
  create,
  eventually,
  list,
  mark,
  next,
  objects,
  refused,
  remove,
  update,
  updateStatus,
  watching,
  withFinalizers
} from "./parcels.ts"
import type { Suite } from "./Suite.ts"

/** That every change is told, once and in order. */
export const contractOfWatch = ({ abilities, name, test, testWhere }: Suite): void => {
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

    testWhere(
      abilities.testClock,
      "tells every change at once, whatever runs between the steps of who watches",
      Effect.gen(function* () {
        for (const steps of [4, 5, 6, 7, 8, 9, 10, 11]) {
          const turns = Effect.provideService(Scheduler.MaxOpsBeforeYield, steps)
          for (let moment = 0; moment < 40; moment++) {
            const { resourceVersion } = yield* list()
            const fiber = yield* turns(watching({ from: resourceVersion }, 1))
            for (let step = 0; step < moment; step++) yield* Effect.yieldNow
            yield* create("a")
            assert.lengthOf(yield* Fiber.join(fiber), 1)
            yield* remove("a")
          }
        }
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

    testWhere(
      abilities.testClock,
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
        const object = yield* mark("a")
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
    testWhere(
      forget !== undefined,
      "from a version that is no longer kept expires, and so does a page",
      Effect.gen(function* () {
        yield* create("a")
        yield* create("b")
        const page = yield* list({ limit: 1 })
        yield* forget ?? Effect.void
        const error = yield* refused(Effect.flatMap(watching({ from: page.resourceVersion }, 1), Fiber.join), "Expired")
        assert.strictEqual(error.treatment._tag, "conflict")
        yield* refused(list({ limit: 1, ...next(page) }), "Expired")
      })
    )
  })
}
