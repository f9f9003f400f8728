import {
  Backoff,
  Controller,
  MemoryStore,
  Outcome,
  Resource,
  ResourceStore,
  Source,
  StoreError,
  Treatment
} from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Metric, Option, Ref, Scope, Semaphore, Stream, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { Unavailable } from "../../src/resource/StoreError.ts"
import { Parcel } from "../resource/Parcel.ts"
import * as FaultyStore from "../support/FaultyStore.ts"
import { change, create, key } from "../support/parcels.ts"
import { breathe, until } from "../support/until.ts"

/** A controller that writes down the names it is asked to look at. */
const recording = (
  reconcile: (key: Resource.Key, run: number) => Effect.Effect<Outcome.Outcome, Treatment.Treatable, ResourceStore>,
  options: Partial<Controller.ControllerOptions<ResourceStore>> = {}
) =>
  Effect.gen(function* () {
    const seen: Array<string> = []
    const controller = yield* Controller.make<ResourceStore>({
      name: "parcels",
      sources: [Source.resource(Parcel)],
      reconcile: (one) =>
        Effect.suspend(() => {
          seen.push(one.name)
          return reconcile(one, seen.length)
        }),
      backoff: Backoff.make({ base: "1 second", cap: "1 second" }),
      ...options
    })
    return { controller, seen }
  })

const done = () => Effect.succeed(Outcome.done)

const settle = (controller: Controller.Controller) =>
  Effect.andThen(controller.synced, Effect.andThen(Effect.replicateEffect(Effect.yieldNow, 20), controller.idle))

const test = (title: string, effect: Effect.Effect<void, unknown, ResourceStore | Scope.Scope>) =>
  it.effect(title, () => Effect.provide(effect, MemoryStore.layer({ history: 10 })))

const stopping = (drain: "5 seconds", finishes: boolean) =>
  Effect.gen(function* () {
    yield* create("a")
    const scope = yield* Scope.make()
    const gate = yield* Deferred.make<void>()
    const ended = yield* Ref.make<ReadonlyArray<string>>([])
    const { controller } = yield* recording(
      () =>
        Deferred.await(gate).pipe(
          Effect.as(Outcome.done),
          Effect.onExit((exit) =>
            Ref.update(ended, (all) => [...all, Exit.isSuccess(exit) ? "finished" : "interrupted"])
          )
        ),
      { drain }
    ).pipe(Scope.provide(scope))
    yield* controller.synced
    yield* Effect.replicateEffect(Effect.yieldNow, 20)
    const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), { startImmediately: true })
    yield* create("b")
    if (finishes) yield* Deferred.succeed(gate, undefined)
    yield* TestClock.adjust("5 seconds")
    yield* Fiber.join(closing)
    return yield* Ref.get(ended)
  })

describe("Controller", () => {
  test(
    "looks at everything that is there, and at everything that changes",
    Effect.gen(function* () {
      yield* create("a")
      yield* create("b")
      const { controller, seen } = yield* recording(done)
      yield* settle(controller)
      assert.deepStrictEqual(seen.splice(0), ["a", "b"])
      yield* change("b", 1)
      yield* create("c")
      yield* settle(controller)
      assert.deepStrictEqual(seen.splice(0), ["b", "c"])
      yield* ResourceStore.use((store) => store.delete(Parcel, key("a")))
      yield* settle(controller)
      assert.deepStrictEqual(seen, ["a"])
    })
  )

  test(
    "is not woken by a write of status",
    Effect.gen(function* () {
      const parcel = yield* create("a")
      const { controller, seen } = yield* recording(done)
      yield* settle(controller)
      yield* ResourceStore.use((store) => store.updateStatus(Parcel, { ...parcel, status: { phase: "sent" } }))
      yield* settle(controller)
      assert.deepStrictEqual(seen, ["a"])
    })
  )

  test(
    "comes back after the time it was told, and no sooner",
    Effect.gen(function* () {
      yield* create("a")
      const { controller, seen } = yield* recording(() => Effect.succeed(Outcome.requeueAfter("10 minutes")))
      yield* settle(controller)
      yield* TestClock.adjust("9 minutes")
      assert.strictEqual(seen.length, 1)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(seen.length, 2)
    })
  )

  const failing: ReadonlyArray<readonly [string, Effect.Effect<Outcome.Outcome, Treatment.Treatable>]> = [
    ["a retry", Effect.succeed(Outcome.retry("not yet"))],
    ["a failure that can be tried again", Effect.fail({ treatment: Treatment.retry(), message: "down" })],
    ["a conflict", Effect.fail({ treatment: Treatment.conflict, message: "somebody was faster" })],
    ["a defect", Effect.die(new Error("boom"))],
    ["an interruption from within", Effect.interrupt]
  ]
  for (const [title, failure] of failing) {
    test(
      `tries again after ${title}, until it works out`,
      Effect.gen(function* () {
        yield* create("a")
        const { controller, seen } = yield* recording((_, run) => (run < 4 ? failure : done()))
        yield* settle(controller)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual(seen.length, 4)
      })
    )
  }

  test(
    "waits for as long as a failure asks",
    Effect.gen(function* () {
      yield* create("a")
      const limited = Effect.fail({ treatment: Treatment.retry("1 hour"), message: "rate limit" })
      const { controller, seen } = yield* recording((_, run) => (run === 1 ? limited : done()))
      yield* settle(controller)
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual(seen.length, 1)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(seen.length, 2)
    })
  )

  const hopeless: ReadonlyArray<readonly [string, Effect.Effect<Outcome.Outcome, Treatment.Treatable>]> = [
    ["a terminal outcome", Effect.succeed(Outcome.terminal("broken"))],
    ["a terminal failure", Effect.fail({ treatment: Treatment.terminal, message: "broken" })]
  ]
  for (const [title, failure] of hopeless) {
    test(
      `waits for a change after ${title}`,
      Effect.gen(function* () {
        yield* create("a")
        const { controller, seen } = yield* recording(() => failure)
        yield* settle(controller)
        yield* TestClock.adjust("1 day")
        assert.strictEqual(seen.length, 1)
        yield* change("a", 1)
        yield* settle(controller)
        assert.strictEqual(seen.length, 2)
      })
    )
  }

  test(
    "interrupts a reconcile that takes too long, and tries again",
    Effect.gen(function* () {
      yield* create("a")
      const { controller, seen } = yield* recording((_, run) => (run === 1 ? Effect.never : done()), {
        timeout: "30 seconds"
      })
      yield* controller.synced
      yield* TestClock.adjust("30 seconds")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(seen.length, 2)
    })
  )

  test(
    "works on no more keys at once than it may",
    Effect.gen(function* () {
      for (const name of ["a", "b", "c", "d", "e"]) yield* create(name)
      const gate = yield* Deferred.make<void>()
      const { controller, seen } = yield* recording(() => Effect.as(Deferred.await(gate), Outcome.done), {
        concurrency: 2
      })
      yield* controller.synced
      yield* Effect.replicateEffect(Effect.yieldNow, 20)
      assert.strictEqual(seen.length, 2)
      yield* Deferred.succeed(gate, undefined)
      yield* settle(controller)
      assert.strictEqual(seen.length, 5)
    })
  )

  test(
    "leads from an object to its owner",
    Effect.gen(function* () {
      const owner = yield* create("owner")
      const { controller, seen } = yield* recording(done, { sources: [Source.owned(Parcel, Parcel)] })
      yield* create("child", [Resource.ownerReference(owner)])
      yield* settle(controller)
      assert.deepStrictEqual(seen, ["owner"])
    })
  )

  test(
    "counts what it does under the names that dashboards know",
    Effect.gen(function* () {
      yield* create("a")
      const { controller } = yield* recording(() => Effect.die(new Error("boom")), { name: "counted" })
      yield* settle(controller)
      const snapshot = yield* Metric.snapshot
      const panics = snapshot.find(
        ({ attributes, id }) =>
          id === "controller_runtime_reconcile_panics_total" && attributes?.["controller"] === "counted"
      )
      assert.deepStrictEqual(panics?.state, { count: 1, incremental: true })
    })
  )

  test(
    "begins when every source has told what was there, and not before",
    Effect.gen(function* () {
      yield* create("a")
      const told = yield* Deferred.make<void>()
      const late: Source.Source = (sink) =>
        Effect.andThen(Deferred.await(told), Effect.andThen(sink.synced, Effect.never))
      const { controller, seen } = yield* recording(done, { sources: [Source.resource(Parcel), late] })
      yield* breathe
      assert.deepStrictEqual(seen, [])
      assert.isFalse(yield* controller.isSynced)
      yield* Deferred.succeed(told, undefined)
      yield* settle(controller)
      assert.deepStrictEqual(seen, ["a"])
      assert.isTrue(yield* controller.isSynced)
    })
  )

  test(
    "starts a source again that ends by a mistake in the program",
    Effect.gen(function* () {
      let starts = 0
      const broken: Source.Source = (sink) =>
        Effect.suspend(() =>
          ++starts < 3
            ? Effect.die(new Error("boom"))
            : Effect.andThen(sink.add(key("x"), "change"), Effect.andThen(sink.synced, Effect.never))
        )
      const { seen } = yield* recording(done, { sources: [broken] })
      yield* until(() => seen.includes("x"))
      assert.strictEqual(starts, 3)
    })
  )

  test(
    "passes an object over that its source can't cope with, and looks at the others",
    Effect.gen(function* () {
      for (const name of ["a", "bad", "c"]) yield* create(name)
      const keys = (parcel: Parcel) => {
        if (parcel.metadata.name === "bad") throw new Error("boom")
        return [Resource.keyOf(parcel)]
      }
      const { controller, seen } = yield* recording(done, { sources: [Source.resource(Parcel, { keys })] })
      yield* settle(controller)
      assert.deepStrictEqual(seen, ["a", "c"])
    })
  )

  test(
    "looks at everything again now and then, spread over the interval",
    Effect.gen(function* () {
      const names = Array.from({ length: 50 }, (_, index) => `parcel-${index}`)
      for (const name of names) yield* create(name)
      const { controller, seen } = yield* recording(done, { sources: [Source.resource(Parcel, { resync: "1 hour" })] })
      yield* settle(controller)
      seen.splice(0)
      yield* TestClock.adjust("53 minutes")
      assert.deepStrictEqual(seen, [])
      let most = 0
      for (let minute = 0; minute < 45; minute++) {
        const before = seen.length
        yield* TestClock.adjust("1 minute")
        most = Math.max(most, seen.length - before)
      }
      assert.deepStrictEqual([...new Set(seen)].toSorted(), names.toSorted())
      assert.isBelow(most, 10)
    })
  )

  test(
    "takes keys from a stream, and only those that are wanted",
    Effect.gen(function* () {
      const told = Source.keys(Stream.make(key("a"), key("b"), key("c")))
      const { controller, seen } = yield* recording(done, {
        sources: [Source.filter(({ name }) => name !== "b")(told)]
      })
      yield* settle(controller)
      assert.deepStrictEqual(seen, ["a", "c"])
    })
  )

  test(
    "looks at what an object led to before, and at what it leads to now",
    Effect.gen(function* () {
      yield* create("a")
      const keys = (parcel: Parcel) => [key(`truck-${parcel.spec.weight ?? 0}`)]
      const { controller, seen } = yield* recording(done, { sources: [Source.mapped(Parcel, keys)] })
      yield* settle(controller)
      yield* change("a", 1)
      yield* settle(controller)
      assert.deepStrictEqual(seen, ["truck-0", "truck-1", "truck-0"])
    })
  )

  test(
    "tells what keeps it from seeing what happens, until it can again",
    Effect.gen(function* () {
      const { controller } = yield* recording(done)
      yield* breathe
      assert.deepStrictEqual(
        (yield* controller.troubles).map(({ reason }) => reason._tag),
        ["Unavailable"]
      )
      yield* until(controller.isSynced)
      assert.deepStrictEqual(yield* controller.troubles, [])
    }).pipe(
      Effect.provide(
        FaultyStore.layer(({ attempt, method }) =>
          Effect.succeed(method === "list" && attempt === 1 ? "limited" : "none")
        )
      )
    )
  )

  test(
    "shares a limit with others",
    Effect.gen(function* () {
      for (const name of ["a", "b", "c"]) yield* create(name)
      const gate = yield* Deferred.make<void>()
      const limit = yield* Semaphore.make(2)
      const wait = () => Effect.as(Deferred.await(gate), Outcome.done)
      const one = yield* recording(wait, { limit })
      const other = yield* recording(wait, { limit })
      yield* one.controller.synced
      yield* other.controller.synced
      yield* breathe
      assert.strictEqual(one.seen.length + other.seen.length, 2)
      yield* Deferred.succeed(gate, undefined)
      yield* settle(one.controller)
      yield* settle(other.controller)
      assert.strictEqual(one.seen.length + other.seen.length, 6)
    })
  )

  test(
    "makes a trace of its own of every reconcile, and says in it how it ended",
    Effect.gen(function* () {
      yield* create("a")
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push(span)
          return span
        }
      })
      const { controller } = yield* Effect.withTracer(
        recording(() => Effect.succeed(Outcome.terminal("broken"))),
        tracer
      ).pipe(Effect.withSpan("operator"))
      yield* settle(controller)
      const [span] = spans.filter(({ name }) => name === "reconcile")
      assert.isTrue(Option.isNone(span?.parent ?? Option.none()))
      assert.deepStrictEqual(Object.fromEntries(span?.attributes ?? []), {
        controller: "parcels",
        key: "default/a",
        result: "error",
        verdict: "Stalled"
      })
    })
  )

  test(
    "lets running reconciles finish at the end and takes no more",
    Effect.map(stopping("5 seconds", true), (ended) => assert.deepStrictEqual(ended, ["finished"]))
  )

  test(
    "interrupts reconciles that do not finish in time at the end",
    Effect.map(stopping("5 seconds", false), (ended) => assert.deepStrictEqual(ended, ["interrupted"]))
  )
})

const brokenWatch = (breaks: Ref.Ref<number>) =>
  Layer.effect(
    ResourceStore,
    ResourceStore.use((store) =>
      Effect.succeed(
        ResourceStore.of({
          ...store,
          watch: (kind, options) =>
            Stream.unwrap(
              Effect.map(
                Ref.getAndUpdate(breaks, (left) => left - 1),
                (left) =>
                  left > 0
                    ? Stream.concat(store.watch(kind, options).pipe(Stream.take(1)), Stream.fail(unavailable))
                    : store.watch(kind, options)
              )
            )
        })
      )
    )
  )

const unavailable = new StoreError({ reason: new Unavailable({ subject: "the store", because: "connection lost" }) })

describe("Source.resource", () => {
  it.effect("loses no change when the watch breaks off again and again", () =>
    Effect.gen(function* () {
      const breaks = yield* Ref.make(3)
      yield* Effect.gen(function* () {
        const { controller, seen } = yield* recording(done)
        yield* controller.synced
        for (const name of ["a", "b", "c", "d", "e"]) yield* create(name)
        yield* until(() => new Set(seen).size === 5)
        assert.deepStrictEqual([...new Set(seen)].toSorted(), ["a", "b", "c", "d", "e"])
      }).pipe(Effect.provide(brokenWatch(breaks)))
    }).pipe(Effect.provide(MemoryStore.layer()))
  )

  it.effect("lists again when its history is gone, and tells what disappeared meanwhile", () =>
    Effect.gen(function* () {
      const breaks = yield* Ref.make(1)
      yield* Effect.gen(function* () {
        const store = yield* ResourceStore
        yield* create("a")
        yield* create("gone")
        const { controller, seen } = yield* recording(done)
        yield* settle(controller)
        seen.splice(0)
        yield* change("a", 1)
        yield* Effect.replicateEffect(Effect.yieldNow, 20)
        yield* store.delete(Parcel, key("gone"))
        for (let weight = 2; weight < 40; weight++) yield* change("a", weight)
        yield* until(() => seen.includes("gone") && seen.includes("a"))
      }).pipe(Effect.provide(brokenWatch(breaks)))
    }).pipe(Effect.provide(MemoryStore.layer({ history: 10 })))
  )
})
