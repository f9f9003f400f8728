import { ResourceStore, Version } from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Effect, Fiber, Layer, Schedule, Stream } from "effect"
import { onLiveClock } from "../../../../../tools/servers/LiveClock.ts"
import { KubeApiServer } from "../../../../../tools/servers/KubeApiServer.ts"
import { Parcel } from "../../resource/Parcel.ts"
import { declare } from "../../support/kinds.ts"
import { forgetHistory, touch } from "../../support/sabotage.ts"

const world = Layer.unwrap(
  KubeApiServer.use(({ kubeconfigs, request }) =>
    Effect.as(
      declare(request, Parcel),
      KubernetesStore.layer.pipe(Layer.provide(Transport.layer({ kubeconfig: kubeconfigs.admin })))
    )
  )
).pipe(Layer.provideMerge(KubeApiServer.layer), Layer.orDie)

const create = (name: string) =>
  ResourceStore.use((store) =>
    store.create(Parcel, { metadata: { namespace: "default", name }, spec: { address: "here", speed: "normal" } })
  )

// What the contract leaves out where the clock can't be set and the server's history can't be taken from everybody.
layer(world, { timeout: "2 minutes" })("the history of a real server", (it) => {
  it.effect(
    "is told of now and then, also when only other kinds change",
    () =>
      Effect.gen(function* () {
        const store = yield* ResourceStore
        yield* create("quiet")
        const { resourceVersion: from } = yield* store.list(Parcel)
        const first = yield* Effect.forkChild(
          store.watch(Parcel, { from, bookmarks: true }).pipe(Stream.take(1), Stream.runCollect)
        )
        yield* Effect.forkChild(Effect.repeat(touch, Schedule.spaced("1 second")))
        const [event] = yield* Fiber.join(first)
        assert.strictEqual(event?._tag, "bookmark")
        assert.isTrue(event?._tag === "bookmark" && Version.isNewer(event.resourceVersion, from))
      }).pipe(onLiveClock),
    150_000
  )

  it.effect(
    "expires: a page and a watch from before it was lost can't be gone on with, and a new list can",
    () =>
      Effect.gen(function* () {
        const store = yield* ResourceStore
        for (const name of ["a", "b", "c"]) yield* create(name)
        const page = yield* store.list(Parcel, { limit: 1 })
        yield* create("d")
        assert.strictEqual(yield* forgetHistory(Parcel), 410)
        const next = store.list(Parcel, {
          limit: 1,
          ...(page.continue === undefined ? {} : { continue: page.continue })
        })
        assert.strictEqual((yield* Effect.flip(next)).reason._tag, "Expired")
        const watch = Stream.runDrain(store.watch(Parcel, { from: page.resourceVersion }))
        assert.strictEqual((yield* Effect.flip(watch)).reason._tag, "Expired")
        assert.isAtLeast((yield* store.list(Parcel)).items.length, 4)
      }).pipe(onLiveClock),
    90_000
  )
})
