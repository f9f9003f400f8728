import { Backoff, WorkQueue } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Fiber, Metric, Option, Schema, Scheduler } from "effect"
import { TestClock } from "effect/testing"
import { Delays } from "../../src/controller/WorkQueue/Delays.ts"

const make = WorkQueue.make({ name: "test", ageing: "1 minute" })

const take = (queue: WorkQueue.WorkQueue) => queue.process((key) => Effect.succeed(key))

const takeAll = (queue: WorkQueue.WorkQueue) =>
  Effect.gen(function* () {
    const keys: Array<string> = []
    while ((yield* queue.size) > 0) keys.push(Option.getOrThrow(yield* take(queue)))
    return keys
  })

describe("WorkQueue", () => {
  it.effect("hands keys out in the order in which they came", () =>
    Effect.gen(function* () {
      const queue = yield* make
      for (const key of ["a", "b", "c"]) yield* queue.add(key)
      assert.deepStrictEqual(yield* takeAll(queue), ["a", "b", "c"])
    })
  )

  it.effect("keeps a key once, however often it is added", () =>
    Effect.gen(function* () {
      const queue = yield* make
      for (const key of ["a", "b", "a", "a"]) yield* queue.add(key)
      assert.deepStrictEqual(yield* takeAll(queue), ["a", "b"])
    })
  )

  it.effect("waits for a key when there is none", () =>
    Effect.gen(function* () {
      const queue = yield* make
      const fiber = yield* Effect.forkChild(take(queue), { startImmediately: true })
      yield* queue.add("a")
      assert.deepStrictEqual(yield* Fiber.join(fiber), Option.some("a"))
    })
  )

  it.effect.each([3, 6, 7, 10, 13])("hands out every key at once, also when others run after every %i steps", (steps) =>
    Effect.gen(function* () {
      const queue = yield* make
      const done: Array<string> = []
      const work = queue.process((key) => Effect.sync(() => done.push(key)))
      yield* Effect.replicateEffect(Effect.forkChild(Effect.forever(work)), 2, { discard: true })
      const added: Array<string> = []
      for (let number = 0; number < 50; number++) {
        // Another moment of the workers' way back to the queue each time.
        for (let step = 0; step < number; step++) yield* Effect.yieldNow
        yield* queue.add(`key-${number}`)
        added.push(`key-${number}`)
        yield* queue.idle
        assert.deepStrictEqual(done, added)
      }
    }).pipe(Effect.provideService(Scheduler.MaxOpsBeforeYield, steps))
  )

  it.effect("never has two workers on a key, and works on it again when it was added meanwhile", () =>
    Effect.gen(function* () {
      const queue = yield* make
      const gate = yield* Deferred.make<void>()
      let running = 0
      let most = 0
      let runs = 0
      const work = () =>
        Effect.gen(function* () {
          runs++
          most = Math.max(most, ++running)
          yield* Deferred.await(gate)
          running--
        })
      const workers = yield* Effect.replicateEffect(
        Effect.forkChild(Effect.forever(queue.process(work)), { startImmediately: true }),
        4
      )
      yield* queue.add("a")
      yield* Effect.yieldNow
      yield* queue.add("a")
      yield* queue.add("a")
      yield* Deferred.succeed(gate, undefined)
      yield* queue.idle
      assert.deepStrictEqual({ most, runs }, { most: 1, runs: 2 })
      yield* Fiber.interruptAll(workers)
    })
  )

  it.effect("prefers what changed to what failed, and that to what is only looked at again", () =>
    Effect.gen(function* () {
      const queue = yield* make
      yield* queue.add("resync", "resync")
      yield* queue.add("retry", "retry")
      yield* queue.add("change", "change")
      assert.deepStrictEqual(yield* takeAll(queue), ["change", "retry", "resync"])
    })
  )

  it.effect("moves a waiting key up when it is added again with a higher priority", () =>
    Effect.gen(function* () {
      const queue = yield* make
      yield* queue.add("a", "resync")
      yield* queue.add("b", "retry")
      yield* queue.add("a", "change")
      yield* queue.add("b", "resync")
      assert.deepStrictEqual(yield* takeAll(queue), ["a", "b"])
    })
  )

  it.effect("starves no key: what waited long goes first", () =>
    Effect.gen(function* () {
      const queue = yield* make
      yield* queue.add("old", "resync")
      yield* TestClock.adjust("2 minutes")
      yield* queue.add("new", "change")
      assert.deepStrictEqual(yield* takeAll(queue), ["old", "new"])
    })
  )

  it.effect("lets namespaces take turns", () =>
    Effect.gen(function* () {
      const queue = yield* make
      for (const key of ["loud/1", "loud/2", "loud/3", "quiet/1"]) yield* queue.add(key)
      assert.deepStrictEqual(yield* takeAll(queue), ["loud/1", "quiet/1", "loud/2", "loud/3"])
    })
  )

  it.effect("adds a delayed key when its time has come, at the latest delay given", () =>
    Effect.gen(function* () {
      const queue = yield* make
      yield* queue.addAfter("a", "1 minute")
      yield* queue.addAfter("a", "2 minutes")
      yield* TestClock.adjust("90 seconds")
      assert.strictEqual(yield* queue.size, 0)
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* queue.size, 1)
    })
  )

  it.effect("forgets a delay when the key is worked on before", () =>
    Effect.gen(function* () {
      const queue = yield* make
      yield* queue.addAfter("a", "1 minute")
      yield* queue.add("a")
      yield* take(queue)
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(yield* queue.size, 0)
    })
  )

  it.effect("spaces the retries of a key wider with every failure, until it is forgotten", () =>
    Effect.gen(function* () {
      const queue = yield* WorkQueue.make({ name: "test", backoff: Backoff.make({ base: "1 second", cap: "1 hour" }) })
      for (const bound of ["1 second", "2 seconds", "4 seconds"] as const) {
        yield* queue.retry("a")
        assert.strictEqual(yield* queue.size, 0)
        yield* TestClock.adjust(bound)
        assert.deepStrictEqual(yield* takeAll(queue), ["a"])
      }
      yield* queue.forget("a")
      yield* queue.retry("a")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* queue.size, 1)
    })
  )

  it.effect("loses no key when the worker that waited for it is interrupted", () =>
    Effect.gen(function* () {
      const queue = yield* make
      const first = yield* Effect.forkChild(take(queue), { startImmediately: true })
      const second = yield* Effect.forkChild(take(queue), { startImmediately: true })
      yield* queue.add("a")
      yield* Fiber.interrupt(first)
      const seen = [first.pollUnsafe(), second.pollUnsafe()].some((exit) => exit?._tag === "Success")
      if (!seen) assert.deepStrictEqual(yield* Fiber.join(second), Option.some("a"))
    })
  )

  it.effect("works on a key again after a worker that was on it was interrupted", () =>
    Effect.gen(function* () {
      const queue = yield* make
      const fiber = yield* Effect.forkChild(
        queue.process(() => Effect.never),
        { startImmediately: true }
      )
      yield* queue.add("a")
      yield* Effect.yieldNow
      yield* queue.add("a")
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* takeAll(queue), ["a"])
    })
  )

  it.effect("tells waiting workers that it was shut down, and takes nothing more", () =>
    Effect.gen(function* () {
      const queue = yield* make
      const fiber = yield* Effect.forkChild(take(queue), { startImmediately: true })
      yield* queue.shutdown
      assert.deepStrictEqual(yield* Fiber.join(fiber), Option.none())
      yield* queue.add("a")
      assert.strictEqual(yield* queue.size, 0)
    })
  )

  it.effect("waits at the end for what is worked on, and says that all of it was finished", () =>
    Effect.gen(function* () {
      const queue = yield* make
      yield* Effect.forkChild(
        queue.process(() => Effect.sleep("20 seconds")),
        { startImmediately: true }
      )
      yield* queue.add("a")
      yield* queue.add("b")
      const drained = yield* Effect.forkChild(queue.drain("25 seconds"), { startImmediately: true })
      yield* TestClock.adjust("19 seconds")
      assert.isUndefined(drained.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.isTrue(yield* Fiber.join(drained))
      assert.strictEqual(yield* queue.size, 0)
    })
  )

  it.effect("waits no longer than it was told at the end, and says so", () =>
    Effect.gen(function* () {
      const queue = yield* make
      yield* Effect.forkChild(
        queue.process(() => Effect.never),
        { startImmediately: true }
      )
      yield* queue.add("a")
      const drained = yield* Effect.forkChild(queue.drain("25 seconds"), { startImmediately: true })
      yield* TestClock.adjust("25 seconds")
      assert.isFalse(yield* Fiber.join(drained))
    })
  )

  it.effect("tells how long a key has been worked on", () =>
    Effect.gen(function* () {
      const queue = yield* WorkQueue.make({ name: "long" })
      yield* Effect.forkChild(
        queue.process(() => Effect.sleep("90 seconds")),
        { startImmediately: true }
      )
      yield* queue.add("a")
      const longest = Effect.map(
        Metric.snapshot,
        (all) =>
          all.find(
            ({ attributes, id }) =>
              id === "workqueue_longest_running_processor_seconds" && attributes?.["name"] === "long"
          )?.state
      )
      for (let second = 0; second < 60; second++) yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* longest, { value: 60 })
      for (let second = 0; second < 60; second++) yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* longest, { value: 0 })
    })
  )

  const steps = Schema.Array(
    Schema.Struct({
      key: Schema.Literals(["a/1", "a/2", "b/1", "c"]),
      priority: Schema.Literals(["change", "retry", "resync"])
    })
  )

  it.effect.prop("hands every added key out exactly once until it is added again", [steps], ([list]) =>
    Effect.gen(function* () {
      const queue = yield* make
      for (const { key, priority } of list) yield* queue.add(key, priority)
      const keys = yield* takeAll(queue)
      assert.deepStrictEqual(keys.toSorted(), [...new Set(list.map(({ key }) => key))].toSorted())
    })
  )

  const names = Schema.Literals(["a/1", "a/2", "b/1", "c"])
  const seconds = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 90 }))
  const lives = Schema.Array(
    Schema.Union([
      Schema.TaggedStruct("add", { key: names, priority: Schema.Literals(["change", "retry", "resync"]) }),
      Schema.TaggedStruct("addAfter", { key: names, seconds }),
      Schema.TaggedStruct("retry", { key: names }),
      Schema.TaggedStruct("forget", { key: names }),
      Schema.TaggedStruct("pass", { seconds })
    ])
  ).check(Schema.isMaxLength(60))

  it.effect.prop(
    "works on every key after it was last asked to, in time, and never on one key twice at once",
    [lives, Schema.Array(seconds).check(Schema.isMinLength(1))],
    ([steps, efforts]) =>
      Effect.gen(function* () {
        const cap = 60
        const queue = yield* WorkQueue.make({
          name: "test",
          backoff: Backoff.make({ base: "1 second", cap: "1 minute" })
        })
        const now = Effect.map(Clock.currentTimeMillis, (millis) => millis / 1000)
        const busy = new Set<string>()
        const begun = new Map<string, number>()
        let runs = 0
        const work = (key: string) =>
          Effect.gen(function* () {
            assert.isFalse(busy.has(key), "two workers on a key")
            busy.add(key)
            begun.set(key, yield* now)
            yield* Effect.sleep((efforts[runs++ % efforts.length] ?? 0) * 1000)
            busy.delete(key)
          })
        const workers = yield* Effect.replicateEffect(Effect.forkChild(Effect.forever(queue.process(work))), 2)
        // By when a key must have been begun, and after when.
        const asked = new Map<string, number>()
        for (const step of steps) {
          const time = yield* now
          if (step._tag === "pass") yield* TestClock.adjust(`${step.seconds} seconds`)
          else if (step._tag === "forget") yield* queue.forget(step.key)
          else {
            asked.set(step.key, time)
            if (step._tag === "add") yield* queue.add(step.key, step.priority)
            else if (step._tag === "retry") yield* queue.retry(step.key)
            else yield* queue.addAfter(step.key, `${step.seconds} seconds`)
          }
        }
        // No delay is longer than this, and no key waits longer than all others take in turn.
        for (let minute = 0; minute < 2 + Math.ceil((steps.length + 1) * 1.5) + cap / 60; minute++) {
          yield* TestClock.adjust("1 minute")
        }
        assert.strictEqual(yield* queue.size, 0)
        for (const [key, time] of asked) assert.isAtLeast(begun.get(key) ?? -1, time, `${key} was lost`)
        yield* Fiber.interruptAll(workers)
      })
  )

  const backlog = Schema.Array(
    Schema.Struct({
      namespace: Schema.Literals(["a", "b", "c"]),
      name: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 }))
    })
  )

  it.effect.prop("gives every namespace that waits its turn before another has its second", [backlog], ([list]) =>
    Effect.gen(function* () {
      const queue = yield* make
      for (const { name, namespace } of list) yield* queue.add(`${namespace}/${name}`)
      const order = (yield* takeAll(queue)).map((key) => key.slice(0, 1))
      for (const [index, namespace] of order.entries()) {
        const next = order.indexOf(namespace, index + 1)
        if (next < 0) continue
        const waiting = new Set(order.slice(next))
        const served = new Set(order.slice(index, next))
        for (const other of waiting) assert.isTrue(served.has(other), `${other} waits in ${order.join("")}`)
      }
    })
  )

  it.effect.prop(
    "hands out whatever has waited for twice the ageing before anything that has not",
    [Schema.Array(Schema.Literals(["change", "retry", "resync"])), Schema.Array(Schema.Literals(["change", "retry"]))],
    ([old, young]) =>
      Effect.gen(function* () {
        const queue = yield* make
        for (const [index, priority] of old.entries()) yield* queue.add(`n${index}/old`, priority)
        yield* TestClock.adjust("2 minutes")
        for (const [index, priority] of young.entries()) yield* queue.add(`n${index}/young`, priority)
        const order = (yield* takeAll(queue)).map((key) => key.slice(key.indexOf("/") + 1))
        assert.deepStrictEqual(order, [...old.map(() => "old"), ...young.map(() => "young")])
      })
  )

  it.effect.prop(
    "keeps delayed keys in the order of their times, whatever is put in and taken out",
    [
      Schema.Array(
        Schema.Struct({
          key: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 12 })),
          at: Schema.Union([seconds, Schema.Undefined])
        })
      )
    ],
    ([steps]) =>
      Effect.sync(() => {
        const delays = new Delays<number>()
        const model = new Map<string, number>()
        for (const { at, key } of steps) {
          if (at === undefined) delays.remove(String(key))
          else delays.set(String(key), at, key)
          if (at === undefined) model.delete(String(key))
          else model.set(String(key), at)
          assert.strictEqual(delays.size, model.size)
          assert.strictEqual(delays.next, model.size === 0 ? undefined : Math.min(...model.values()))
        }
        const times = delays.due(45).map(({ key }) => model.get(key) ?? -1)
        assert.deepStrictEqual(
          times,
          [...model.values()].filter((at) => at <= 45).toSorted((a, b) => a - b)
        )
      })
  )
})
