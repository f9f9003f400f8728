import type { Resource } from "@lockstep/core"
import { CustomResourceDefinition } from "@lockstep/core/kubernetes"
import { Effect, Layer, Result, Schedule } from "effect"
import { type ApiAnswer, RequestFailed } from "../../../../tools/servers/kubernetes/ApiRequest.ts"
import type { KubeRequest } from "../../../../tools/servers/kubernetes/KubeAccess.ts"
import { onLiveClock } from "../../../../tools/servers/LiveClock.ts"
import { SharedKubeApiServer } from "../../../../tools/servers/SharedKubeApiServer.ts"

/** Where a kind's objects are found on a server. */
export const pathOf = (kind: Resource.Any, namespace?: string): string =>
  `/apis/${kind.group}/${kind.version}/${namespace === undefined ? "" : `namespaces/${namespace}/`}${kind.plural}`

const eventually = (request: Effect.Effect<ApiAnswer, RequestFailed>, holds: (answer: ApiAnswer) => boolean) =>
  request.pipe(
    Effect.filterOrFail(
      holds,
      ({ status, body }) => new RequestFailed({ request: "declare", reason: `${status} ${JSON.stringify(body)}` })
    ),
    Effect.retry({ schedule: Schedule.spaced("50 millis"), times: 400 }),
    onLiveClock
  )

/** Declares a kind by server-side apply, and waits until its objects can be listed. */
export const declare = Effect.fnUntraced(function* (request: KubeRequest, kind: Resource.Any) {
  const manifest = Result.getOrThrow(CustomResourceDefinition.make(kind))
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${manifest.metadata.name}`
  const applied = yield* eventually(
    request(`${path}?fieldManager=lockstep-test&force=true&fieldValidation=Strict`, {
      method: "PATCH",
      contentType: "application/apply-patch+yaml",
      body: manifest
    }),
    ({ status }) => status === 200 || status === 201
  )
  yield* eventually(request(pathOf(kind)), ({ status }) => status === 200)
  return applied
})

/** The run's server, with some kinds declared. */
export const serverWith = (...kinds: ReadonlyArray<Resource.Any>) =>
  Layer.effectDiscard(
    SharedKubeApiServer.use(({ request }) => Effect.forEach(kinds, (kind) => declare(request, kind), { discard: true }))
  ).pipe(Layer.provideMerge(SharedKubeApiServer.layer))
