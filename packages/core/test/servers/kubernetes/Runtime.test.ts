import {
  CachedStore,
  Controller,
  EventRecorder,
  EventSink,
  Fence,
  LeaderElection,
  Lease,
  Outcome,
  ResourceStore,
  Source
} from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, References, Schedule } from "effect"
import { onLiveClock } from "../../../../../tools/servers/LiveClock.ts"
import { KubeApiServer } from "../../../../../tools/servers/KubeApiServer.ts"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { Parcel } from "../../resource/Parcel.ts"
import { declare, serverWith } from "../../support/kinds.ts"

const spec = { address: "Main Street", speed: "normal" } as const

const storeOf = (kubeconfig: string) => KubernetesStore.layer.pipe(Layer.provideMerge(Transport.layer({ kubeconfig })))

const world = Layer.unwrap(SharedKubeApiServer.useSync(({ kubeconfigs }) => storeOf(kubeconfigs.admin))).pipe(
  Layer.provideMerge(serverWith(Parcel)),
  Layer.orDie
)

const wait = (condition: Effect.Effect<boolean, unknown>) =>
  Effect.repeat(
    Effect.delay(
      Effect.orElseSucceed(condition, () => false),
      "50 millis"
    ),
    { until: (holds) => holds }
  )

/** A controller that writes down the last version it saw of each parcel of a namespace. */
const watching = (namespace: string) =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const seen = new Map<string, string | undefined>()
    const controller = yield* Controller.make<ResourceStore>({
      name: "parcels",
      concurrency: 8,
      sources: [Source.resource(Parcel, { namespace })],
      reconcile: (key) =>
        store.get(Parcel, key).pipe(
          Effect.map(({ metadata }) => metadata.resourceVersion),
          Effect.catchReason("StoreError", "NotFound", () => Effect.undefined),
          Effect.map((version) => {
            seen.set(key.name, version)
            return Outcome.done
          })
        )
    })
    return { controller, seen }
  })

layer(world, { timeout: "2 minutes" })("the runtime on a real server", (it) => {
  it.effect("elects one leader by a lease, which it gives back at the end", () =>
    Effect.gen(function* () {
      const { namespace } = yield* SharedKubeApiServer
      const lease = { namespace, name: "operator" }
      const store = yield* ResourceStore
      const [one, other] = [yield* LeaderElection.make({ lease }), yield* LeaderElection.make({ lease })]
      const first = yield* Effect.forkChild(one.lead(Effect.never))
      yield* wait(one.isLeading)
      const second = yield* Effect.forkChild(other.lead(Effect.never))
      const held = yield* store.get(Lease, lease)
      yield* wait(Effect.map(store.get(Lease, lease), ({ spec: now }) => now.renewTime !== held.spec.renewTime))
      assert.isFalse(yield* other.isLeading)
      yield* Fiber.interrupt(first)
      yield* wait(other.isLeading)
      assert.strictEqual((yield* store.get(Lease, lease)).spec.leaseTransitions, 1)
      yield* Fiber.interrupt(second)
      assert.isUndefined((yield* store.get(Lease, lease)).spec.holderIdentity)
    }).pipe(onLiveClock)
  )

  it.effect("lets nobody but the leader write", () =>
    Effect.gen(function* () {
      const { namespace } = yield* SharedKubeApiServer
      const election = yield* LeaderElection.make({ lease: { namespace, name: "fenced" } })
      const write = ResourceStore.use((store) =>
        store.create(Parcel, { metadata: { namespace, name: "fenced" }, spec })
      ).pipe(Effect.provide(Fence.layerStore))
      yield* Effect.flip(Effect.provideService(write, Fence.CurrentFence, election.fence))
      assert.strictEqual((yield* election.lead(write)).metadata.name, "fenced")
    }).pipe(onLiveClock)
  )

  it.effect("tells of events, and of how often they happened", () =>
    Effect.gen(function* () {
      const { namespace, request } = yield* SharedKubeApiServer
      const transport = yield* Transport
      const parcel = yield* ResourceStore.use((store) =>
        store.create(Parcel, { metadata: { namespace, name: "told" }, spec })
      )
      const recorder = EventRecorder.layer({ controller: "lockstep.dev/test", instance: "test-1" }).pipe(
        Layer.provide(EventSink.layerApi(transport.call))
      )
      yield* EventRecorder.use((events) =>
        Effect.replicateEffect(events.record(parcel, { reason: "Sent", note: "It is on its way" }), 3, {
          discard: true
        })
      ).pipe(Effect.provide(recorder))
      const { body } = yield* request(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`)
      const [event] = body.items
      assert.strictEqual(body.items.length, 1)
      assert.deepInclude(event, { reason: "Sent", note: "It is on its way", type: "Normal" })
      assert.strictEqual(event.series.count, 3)
      assert.strictEqual(event.regarding.uid, parcel.metadata.uid)
    }).pipe(onLiveClock)
  )

  it.effect("reads its own writes from a cache, and sees what others wrote", () =>
    Effect.gen(function* () {
      const { namespace } = yield* SharedKubeApiServer
      const direct = yield* ResourceStore
      yield* Effect.gen(function* () {
        const store = yield* ResourceStore
        for (let number = 0; number < 20; number++) {
          const made = yield* store.create(Parcel, { metadata: { namespace, name: `own-${number}` }, spec })
          const read = yield* store.get(Parcel, { namespace, name: `own-${number}` })
          assert.strictEqual(read.metadata.resourceVersion, made.metadata.resourceVersion)
        }
        const theirs = yield* direct.create(Parcel, { metadata: { namespace, name: "theirs" }, spec })
        yield* wait(
          Effect.map(
            store.get(Parcel, { namespace, name: "theirs" }),
            ({ metadata }) => metadata.resourceVersion === theirs.metadata.resourceVersion
          )
        )
      }).pipe(Effect.provide(CachedStore.layer([{ kind: Parcel, namespace }])))
    }).pipe(onLiveClock)
  )
})

layer(KubeApiServer.layer, { timeout: "2 minutes" })("a controller and a server that comes and goes", (it) => {
  it.effect(
    "has seen the last of every write in the end, though the server is killed twice",
    () =>
      Effect.gen(function* () {
        const server = yield* KubeApiServer
        yield* declare(server.request, Parcel)
        yield* Effect.gen(function* () {
          const store = yield* ResourceStore
          const { controller, seen } = yield* watching("default")
          yield* controller.synced
          const truth = new Map<string, string>()
          const put = Effect.fnUntraced(function* (number: number) {
            const key = { namespace: "default", name: `parcel-${number % 50}` }
            const written = truth.has(key.name)
              ? yield* Effect.flatMap(store.get(Parcel, key), (parcel) =>
                  store.update(Parcel, { ...parcel, spec: { ...spec, weight: 1 + number } })
                )
              : yield* store.create(Parcel, { metadata: key, spec })
            truth.set(key.name, written.metadata.resourceVersion)
          })
          const killed = yield* Deferred.make<void>()
          for (let number = 0; number < 2000; number++) {
            if (number % 700 === 699) {
              yield* server.kill
              yield* server.restart
              yield* Deferred.succeed(killed, undefined)
            }
            // What is lost on the way may have been written nevertheless: it is looked at again.
            yield* Effect.retry(put(number), { times: 100, schedule: Schedule.spaced("100 millis") })
          }
          for (const name of truth.keys()) {
            const present = yield* store.get(Parcel, { namespace: "default", name })
            truth.set(name, present.metadata.resourceVersion)
          }
          yield* wait(Effect.sync(() => [...truth].every(([name, version]) => seen.get(name) === version)))
          assert.strictEqual(seen.size, 50)
        }).pipe(
          Effect.provide(storeOf(server.kubeconfigs.admin)),
          Effect.provideService(References.MinimumLogLevel, "None")
        )
      }).pipe(onLiveClock),
    120_000
  )
})
