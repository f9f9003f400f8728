import { Backoff, WorkQueue } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Schema } from "effect"
import { TestClock } from "effect/testing"

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
})
