import { EventRecorder, EventSink, Treatment, type EventDocument } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Metric, Schema, Scope } from "effect"
import { TestClock } from "effect/testing"
import { Bucket } from "../../src/controller/EventRecorder/Bucket.ts"
import { Recent } from "../../src/controller/EventRecorder/Recent.ts"
import { breathe } from "../support/until.ts"

const tracker = (name: string) => ({
  apiVersion: "lockstep.dev/v1alpha1",
  kind: "PullRequestTracker",
  metadata: { name, namespace: "team-a", uid: `uid-of-${name}`, resourceVersion: "7" }
})

const options = { controller: "lockstep.dev/operator", instance: "operator-1" }

/** A recorder and what its sink was told, which fails as planned. */
const recording = (failures: ReadonlyArray<Treatment.Treatment | undefined> = []) =>
  Effect.gen(function* () {
    const told: Array<readonly ["create" | "update", EventDocument]> = []
    const plan = [...failures]
    const tell = (how: "create" | "update") => (event: EventDocument) =>
      Effect.suspend(() => {
        told.push([how, event])
        const treatment = plan.shift()
        return treatment === undefined ? Effect.void : Effect.fail({ treatment, message: "refused" })
      })
    const scope = yield* Scope.make()
    const context = yield* Layer.buildWithScope(
      EventRecorder.layer(options).pipe(
        Layer.provide(Layer.succeed(EventSink, { create: tell("create"), update: tell("update") }))
      ),
      scope
    )
    const { record } = yield* Effect.provide(EventRecorder, context)
    return { told, record, end: Scope.close(scope, Exit.void) }
  })

const merged = { reason: "Merged", note: "The pull request was merged" }

const discarded = Effect.map(Metric.snapshot, (all) =>
  all
    .filter(({ id }) => id === "events_discarded_total")
    .map(({ attributes, state }) => `${attributes?.["because"]}: ${"count" in state ? state.count : "?"}`)
)

describe("EventRecorder", () => {
  it.effect("tells what happened in the form of Kubernetes", () =>
    Effect.gen(function* () {
      const { record, told } = yield* recording()
      yield* record(tracker("pr-42"), { ...merged, related: tracker("other") })
      yield* breathe
      const [first] = told
      assert.isDefined(first)
      const [how, { metadata, ...event }] = first
      assert.strictEqual(how, "create")
      assert.match(metadata.name, /^pr-42\.[0-9a-f]{1,16}$/u)
      assert.deepStrictEqual(event, {
        apiVersion: "events.k8s.io/v1",
        kind: "Event",
        eventTime: "1970-01-01T00:00:00.000000Z",
        reportingController: "lockstep.dev/operator",
        reportingInstance: "operator-1",
        action: "Reconcile",
        reason: "Merged",
        type: "Normal",
        note: "The pull request was merged",
        regarding: {
          apiVersion: "lockstep.dev/v1alpha1",
          kind: "PullRequestTracker",
          name: "pr-42",
          namespace: "team-a",
          uid: "uid-of-pr-42",
          resourceVersion: "7"
        },
        related: {
          apiVersion: "lockstep.dev/v1alpha1",
          kind: "PullRequestTracker",
          name: "other",
          namespace: "team-a",
          uid: "uid-of-other",
          resourceVersion: "7"
        }
      })
    })
  )

  it.effect("makes one event of what happens again and again, and keeps its count", () =>
    Effect.gen(function* () {
      const { record, told } = yield* recording()
      for (let second = 0; second < 100; second++) {
        yield* record(tracker("pr-42"), { ...merged, note: `attempt ${second}` })
        yield* TestClock.adjust("1 second")
      }
      yield* TestClock.adjust("1 minute")
      const counts = told.map(([how, { series }]) => `${how} ${series?.count ?? 1}`)
      assert.strictEqual(counts[0], "create 1")
      assert.strictEqual(counts[1], "update 2")
      assert.strictEqual(counts.at(-1), "update 100")
      assert.isAtMost(counts.length, 7)
      assert.strictEqual(new Set(told.map(([, { metadata }]) => metadata.name)).size, 1)
      assert.strictEqual(told.at(-1)?.[1].series?.lastObservedTime, "1970-01-01T00:01:39.000000Z")
    })
  )

  it.effect("begins a new event after it has not happened for a while, and for every other reason or object", () =>
    Effect.gen(function* () {
      const { record, told } = yield* recording()
      yield* record(tracker("pr-42"), merged)
      yield* record(tracker("pr-43"), merged)
      yield* record(tracker("pr-42"), { ...merged, type: "Warning" })
      yield* record(tracker("pr-42"), { ...merged, action: "Label" })
      yield* TestClock.adjust("6 minutes")
      yield* record(tracker("pr-42"), merged)
      yield* breathe
      assert.deepStrictEqual(
        told.map(([how]) => how),
        ["create", "create", "create", "create", "create"]
      )
    })
  )

  it.effect("drops what is too much for one object, without harm to others", () =>
    Effect.gen(function* () {
      const { record, told } = yield* recording()
      for (let number = 0; number < 40; number++) yield* record(tracker("loud"), { ...merged, reason: `R${number}` })
      yield* record(tracker("quiet"), merged)
      yield* breathe
      yield* breathe
      assert.strictEqual(told.length, 26)
      assert.include(yield* discarded, "too many of an object: 15")
      yield* TestClock.adjust("5 minutes")
      yield* record(tracker("loud"), { ...merged, reason: "Late" })
      yield* record(tracker("loud"), { ...merged, reason: "Later" })
      yield* breathe
      assert.strictEqual(told.length, 27)
    })
  )

  it.effect("tries again what can be tried again, and gives up in the end", () =>
    Effect.gen(function* () {
      const { record, told } = yield* recording([Treatment.retry(), Treatment.retry("7 seconds")])
      yield* record(tracker("pr-42"), merged)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(told.length, 3)
      const hopeless = yield* recording(Array.from({ length: 20 }, () => Treatment.retry()))
      yield* hopeless.record(tracker("pr-42"), merged)
      for (let minute = 0; minute < 5; minute++) yield* TestClock.adjust("1 minute")
      assert.strictEqual(hopeless.told.length, 4)
      assert.include(yield* discarded, "not sent: 1")
    })
  )

  it.effect("creates an event anew that is no longer kept", () =>
    Effect.gen(function* () {
      const { record, told } = yield* recording([undefined, Treatment.conflict])
      yield* record(tracker("pr-42"), merged)
      yield* record(tracker("pr-42"), merged)
      yield* breathe
      assert.deepStrictEqual(
        told.map(([how, { series }]) => [how, series?.count]),
        [
          ["create", undefined],
          ["update", 2],
          ["create", 2]
        ]
      )
    })
  )

  it.effect("cuts long notes off between characters", () =>
    Effect.gen(function* () {
      const { record, told } = yield* recording()
      yield* record(tracker("pr-42"), { ...merged, note: "ü".repeat(2000) })
      yield* breathe
      const note = told[0]?.[1].note ?? ""
      assert.isAtMost(Buffer.byteLength(note), 1024)
      assert.isAtLeast(Buffer.byteLength(note), 1020)
      assert.match(note, /^ü+…$/u)
    })
  )

  it.effect("sends what waits at the end, the last count too", () =>
    Effect.gen(function* () {
      const { end, record, told } = yield* recording()
      for (let time = 0; time < 5; time++) yield* record(tracker("pr-42"), merged)
      yield* end
      assert.strictEqual(told.at(-1)?.[1].series?.count, 5)
    })
  )
})

describe("EventSink.layerApi", () => {
  it.effect("creates events in their namespace, and brings the series of those that happen again up to date", () =>
    Effect.gen(function* () {
      const requests: Array<unknown> = []
      const api = EventSink.layerApi((request) => Effect.sync(() => requests.push(request)))
      const { told, record } = yield* recording()
      yield* record(tracker("pr-42"), merged)
      yield* record(tracker("pr-42"), merged)
      yield* breathe
      const [create, update] = told.map(([, event]) => event)
      assert.isDefined(create)
      assert.isDefined(update)
      yield* EventSink.use((sink) => Effect.andThen(sink.create(create), sink.update(update))).pipe(Effect.provide(api))
      assert.deepStrictEqual(requests, [
        { method: "POST", path: "/apis/events.k8s.io/v1/namespaces/team-a/events", body: create },
        {
          method: "PATCH",
          path: `/apis/events.k8s.io/v1/namespaces/team-a/events/${create.metadata.name}`,
          body: { series: { count: 2, lastObservedTime: "1970-01-01T00:00:00.000000Z" } },
          contentType: "application/merge-patch+json"
        }
      ])
    })
  )
})

describe("Bucket", () => {
  it.prop(
    "never gives more than its size and what came back with time",
    [Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10 })))],
    ([pauses]) => {
      const bucket = new Bucket(3, 10, 0)
      let now = 0
      let given = 0
      for (const pause of pauses) {
        now += pause
        if (bucket.take(now)) given++
        assert.isAtMost(given, 3 + now / 10)
      }
    }
  )
})

describe("Recent", () => {
  it("forgets what was not used for longest", () => {
    const recent = new Recent<number>(2)
    recent.set("a", 1)
    recent.set("b", 2)
    recent.get("a")
    recent.set("c", 3)
    assert.deepStrictEqual([recent.get("a"), recent.get("b"), recent.get("c"), recent.size], [1, undefined, 3, 2])
  })
})
