import { ResourceStore, type WatchOptions } from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { Parcel } from "../resource/Parcel.ts"
import { kubeconfig, withClientNode } from "./kubeconfig.ts"
import { scriptedServer, type Asked, type ScriptedServer } from "./ScriptedServer.ts"

withClientNode()

const over = <A, E, R>(use: (server: ScriptedServer) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const server = yield* scriptedServer()
    const file = yield* kubeconfig(server.url, {})
    const store = KubernetesStore.layer.pipe(Layer.provide(Transport.layer({ kubeconfig: file })))
    return yield* Effect.provide(use(server), store, { local: true })
  })

const parcel = (name: string, resourceVersion: string) => ({
  apiVersion: Parcel.apiVersion,
  kind: Parcel.kind,
  metadata: {
    name,
    namespace: "default",
    uid: `uid-${name}`,
    resourceVersion,
    generation: 1,
    creationTimestamp: "2026-11-25T10:00:00Z",
    managedFields: [{ manager: "somebody" }]
  },
  spec: { address: "Main Street", speed: "normal" }
})

const event = (type: string, object: unknown) => ({ type, object })

/** Answers a watch with some events, and ends it. */
const tell =
  (...events: ReadonlyArray<unknown>) =>
  ({ response }: Asked) => {
    response.writeHead(200)
    response.end(events.map((one) => `${JSON.stringify(one)}\n`).join(""))
  }

const watching = (options: WatchOptions, count: number) =>
  ResourceStore.use((store) =>
    Effect.forkChild(Effect.exit(store.watch(Parcel, options).pipe(Stream.take(count), Stream.runCollect)))
  )

/** Moves the clock on until something has happened. */
const adjustUntil = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.gen(function* () {
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust("1 second")
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
  })

const queryOf = ({ url }: Asked) => Object.fromEntries(new URL(url, "http://server").searchParams)

describe("KubernetesStore.watch", () => {
  it.effect("goes on from the last version it was told, bookmarks included, when the server ends it", () =>
    over(({ next }) =>
      Effect.gen(function* () {
        const listening = yield* watching({ from: "5", labelSelector: "a=b" }, 3)
        const first = yield* next
        tell(event("ADDED", parcel("a", "7")), event("BOOKMARK", { metadata: { resourceVersion: "9" } }))(first)
        const second = yield* next
        tell(event("MODIFIED", parcel("a", "10")))(second)
        const third = yield* next
        tell(event("DELETED", parcel("a", "11")))(third)
        const exit = yield* Fiber.join(listening)
        assert.deepStrictEqual(exit._tag === "Success" ? exit.value.map(({ _tag }) => _tag) : exit, [
          "added",
          "modified",
          "deleted"
        ])
        assert.deepStrictEqual(
          [first, second, third].map((asked) => queryOf(asked)["resourceVersion"]),
          ["5", "9", "10"]
        )
        assert.deepInclude(queryOf(second), { watch: "true", allowWatchBookmarks: "true", labelSelector: "a=b" })
        assert.isAtLeast(Number(queryOf(first)["timeoutSeconds"]), 290)
      })
    )
  )

  it.effect("passes bookmarks on to who wants them", () =>
    over(({ next }) =>
      Effect.gen(function* () {
        const listening = yield* watching({ from: "5", bookmarks: true }, 1)
        tell(event("BOOKMARK", { metadata: { resourceVersion: "9" } }))(yield* next)
        const exit = yield* Fiber.join(listening)
        assert.deepStrictEqual(exit._tag === "Success" ? exit.value : exit, [
          { _tag: "bookmark", resourceVersion: "9", initialEventsEnd: false }
        ])
      })
    )
  )

  it.effect("asks after a watch that told nothing whether the server has come that far at all", () =>
    over(({ next }) =>
      Effect.gen(function* () {
        const listening = yield* watching({ from: "5000" }, 1)
        tell()(yield* next)
        const asked = yield* next
        assert.deepInclude(queryOf(asked), {
          resourceVersion: "5000",
          resourceVersionMatch: "NotOlderThan",
          limit: "1"
        })
        asked.answer(504, { kind: "Status", reason: "Timeout", message: "Too large resource version", code: 504 })
        const exit = yield* Fiber.join(listening)
        assert.include(JSON.stringify(exit), '"Expired"')
      })
    )
  )

  it.effect("goes on, after a pause, when there is nothing to tell", () =>
    over(({ next }) =>
      Effect.gen(function* () {
        const listening = yield* watching({ from: "5" }, 1)
        tell()(yield* next)
        const asked = yield* next
        asked.answer(200, { kind: "List", metadata: { resourceVersion: "6" }, items: [] })
        const asking = yield* Effect.forkChild(next)
        yield* adjustUntil(asking)
        const again = yield* Fiber.join(asking)
        assert.strictEqual(queryOf(again)["resourceVersion"], "5")
        tell(event("ADDED", parcel("a", "7")))(again)
        assert.strictEqual((yield* Fiber.join(listening))._tag, "Success")
      })
    )
  )

  it.effect.each([
    [
      "an expired version",
      event("ERROR", { kind: "Status", code: 410, reason: "Expired", message: "too old" }),
      "Expired"
    ],
    ["a version that is gone without a reason", event("ERROR", { kind: "Status", code: 410 }), "Expired"],
    ["another failure", event("ERROR", { kind: "Status", code: 500, message: "oops" }), "Unavailable"],
    ["something that is no event", { hello: 1 }, "Unavailable"],
    ["an event without a version", event("ADDED", { metadata: { name: "a" } }), "Unavailable"]
  ] as const)("fails when it is told of %s", ([, told, reason]) =>
    over(({ next }) =>
      Effect.gen(function* () {
        const listening = yield* watching({ from: "5" }, 1)
        tell(told)(yield* next)
        assert.include(JSON.stringify(yield* Fiber.join(listening)), `"${reason}"`)
      })
    )
  )

  it.effect("fails when the server does not end it in time", () =>
    over(({ next }) =>
      Effect.gen(function* () {
        const listening = yield* watching({ from: "5" }, 1)
        const { response } = yield* next
        response.writeHead(200)
        response.flushHeaders()
        yield* TestClock.adjust("11 minutes")
        assert.include(JSON.stringify(yield* Fiber.join(listening)), '"Unavailable"')
      })
    )
  )

  it.effect("without a version lists all pages first, and goes on from there", () =>
    over(({ next }) =>
      Effect.gen(function* () {
        const listening = yield* watching({ bookmarks: true }, 4)
        const first = yield* next
        first.answer(200, { metadata: { resourceVersion: "20", continue: "more" }, items: [parcel("a", "7")] })
        const second = yield* next
        assert.strictEqual(queryOf(second)["continue"], "more")
        second.answer(200, { metadata: { resourceVersion: "20", continue: "" }, items: [parcel("b", "8")] })
        const third = yield* next
        assert.strictEqual(queryOf(third)["resourceVersion"], "20")
        tell(event("ADDED", parcel("c", "21")))(third)
        const exit = yield* Fiber.join(listening)
        assert.deepStrictEqual(exit._tag === "Success" ? exit.value.map(({ _tag }) => _tag) : exit, [
          "added",
          "added",
          "bookmark",
          "added"
        ])
      })
    )
  )
})

describe("KubernetesStore", () => {
  const answering = (status: number, body: unknown) =>
    over(({ next }) =>
      Effect.gen(function* () {
        const getting = yield* Effect.forkChild(
          Effect.exit(ResourceStore.use((store) => store.get(Parcel, { name: "a", namespace: "default" })))
        )
        const asked = yield* next
        asked.answer(status, body)
        return { exit: yield* Fiber.join(getting), asked }
      })
    )

  it.effect("leaves out of an object what only the server cares for", () =>
    Effect.gen(function* () {
      const { asked, exit } = yield* answering(200, parcel("a", "7"))
      assert.strictEqual(asked.url, "/apis/test.lockstep.dev/v1/namespaces/default/parcels/a")
      assert.isTrue(exit._tag === "Success" && !("managedFields" in exit.value.metadata))
    })
  )

  it.effect.each([
    [404, { kind: "Status", reason: "NotFound", message: 'parcels "a" not found' }, "NotFound", "Parcel default/a"],
    [404, { kind: "Status", reason: "NotFound", message: 'namespaces "x" not found' }, "NotFound", "the namespace x"],
    [404, "404 page not found", "Unavailable", "lockstep crd install"],
    [403, { kind: "Status", reason: "Forbidden", message: "no right" }, "Forbidden", "no right"],
    [500, { kind: "Status", message: "failed to create typed patch object: .spec.x" }, "Invalid", ".spec.x"],
    [503, "", "Unavailable", "503"],
    [200, { metadata: { name: "a" } }, "Unreadable", "metadata.uid"]
  ] as const)("says what the server said in the words of stores: %i %j", ([status, body, reason, told]) =>
    Effect.gen(function* () {
      const { exit } = yield* answering(status, body)
      const text = JSON.stringify(exit)
      assert.include(text, `"${reason}"`)
      assert.include(text, told)
    })
  )

  it.effect("deletes the very object that it read", () =>
    over(({ next }) =>
      Effect.gen(function* () {
        const deleting = yield* Effect.forkChild(
          ResourceStore.use((store) => store.delete(Parcel, { name: "a", namespace: "default" }))
        )
        const get = yield* next
        get.answer(200, parcel("a", "7"))
        const asked = yield* next
        assert.deepInclude(JSON.parse(asked.body), { preconditions: { uid: "uid-a" } })
        asked.answer(200, { kind: "Status", status: "Success", details: { name: "a" } })
        assert.isTrue((yield* Fiber.join(deleting)).gone)
      })
    )
  )
})
