import type { Resource, ResourceStore } from "@lockstep/core"
import { KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { Effect, Layer } from "effect"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { contract } from "../../resource/contract.ts"
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
})

const store: Layer.Layer<ResourceStore> = Layer.unwrap(
  SharedKubeApiServer.useSync(({ kubeconfigs }) =>
    KubernetesStore.layer.pipe(Layer.provide(Transport.layer({ kubeconfig: kubeconfigs.admin })))
  )
).pipe(Layer.provide(Layer.effectDiscard(prepared)), Layer.provide(serverWith(Parcel, Depot)), Layer.orDie)

// No controller runs beside the server, so that nothing collects garbage there; and its clock can't be set.
contract("KubernetesStore", store, { collectsGarbage: false, testClock: false })
