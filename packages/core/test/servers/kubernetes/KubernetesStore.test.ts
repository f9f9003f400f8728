import { ResourceStore, type Resource } from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { contract } from "../../resource/contract.ts"
import { OldLetter } from "../../resource/Letter.ts"
import { Depot, Parcel } from "../../resource/Parcel.ts"
import { pathOf, serverWith } from "../../support/kinds.ts"

interface Listed {
  readonly items: ReadonlyArray<{ readonly metadata: { readonly name: string; readonly namespace?: string } }>
}

/** Takes away what a test before left, so that each begins with nothing. */
const clear = (kind: Resource.Any) =>
  Effect.gen(function* () {
    const { request } = yield* SharedKubeApiServer
    const { items }: Listed = (yield* request(pathOf(kind))).body
    for (const { metadata } of items) {
      const path = `${pathOf(kind, metadata.namespace)}/${metadata.name}`
      yield* request(path, {
        method: "PATCH",
        contentType: "application/merge-patch+json",
        body: { metadata: { finalizers: null } }
      })
      yield* request(path, { method: "DELETE" })
    }
  })

const namespaces = ["one", "two", "a", "b"]

const prepared = Effect.gen(function* () {
  const { request } = yield* SharedKubeApiServer
  for (const name of namespaces) yield* request("/api/v1/namespaces", { method: "POST", body: { metadata: { name } } })
  yield* clear(Parcel)
  yield* clear(Depot)
  yield* clear(OldLetter)
})

const emptied: Layer.Layer<ResourceStore> = Layer.unwrap(
  SharedKubeApiServer.useSync(({ kubeconfigs }) =>
    KubernetesStore.layer.pipe(Layer.provide(Transport.layer({ kubeconfig: kubeconfigs.admin })))
  )
).pipe(Layer.provide(Layer.effectDiscard(prepared)), Layer.provide(serverWith(Parcel, Depot, OldLetter)), Layer.orDie)

// No controller runs beside the server, so that nothing collects garbage there; and its clock can't be set.
contract("KubernetesStore", emptied, { collectsGarbage: false, testClock: false })

layer(emptied, { timeout: "2 minutes" })("KubernetesStore", (it) => {
  it.effect("expires a watch from a version that the server has long forgotten", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const error = yield* Effect.flip(Stream.runDrain(store.watch(Parcel, { from: "1" })))
      assert.strictEqual(error.reason._tag, "Expired")
    })
  )

  it.effect("refuses to apply a field that the kind doesn't have", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const intent = { metadata: { name: "a", namespace: "default" }, spec: { address: "here", colour: "red" } }
      const error = yield* Effect.flip(store.apply(Parcel, intent, { fieldManager: "test" }))
      assert.strictEqual(error.reason._tag, "Invalid")
      assert.include(error.message, "colour")
    })
  )

  it.effect("says which namespace is missing", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const draft = {
        metadata: { name: "a", namespace: "nowhere" },
        spec: { address: "here", speed: "normal" as const }
      }
      const error = yield* Effect.flip(store.create(Parcel, draft))
      assert.strictEqual(error.reason._tag, "NotFound")
      assert.include(error.message, "the namespace nowhere")
    })
  )

  it.effect("says of a kind that is not installed how it is", () =>
    Effect.gen(function* () {
      const store = yield* ResourceStore
      const error = yield* Effect.flip(store.list({ ...Parcel, plural: "unknowns" }))
      assert.strictEqual(error.reason._tag, "Unavailable")
      assert.include(error.message, "lockstep crd install")
    })
  )
})
