import { Effect, Random } from "effect"
import { Etcd } from "../../../../tools/servers/Etcd.ts"
import { KubeApiServer } from "../../../../tools/servers/KubeApiServer.ts"
import { apiRequest } from "../../../../tools/servers/kubernetes/ApiRequest.ts"
import type { Resource } from "@lockstep/core"
import { pathOf } from "./kinds.ts"

const aMoment = Effect.flatMap(Random.nextIntBetween(0, 1000), (millis) => Effect.sleep(millis))

/** The server is killed, and comes back. */
export const killServer = Effect.gen(function* () {
  const server = yield* KubeApiServer
  yield* server.kill
  yield* aMoment
  yield* server.restart
})

/** The storage is killed: the server goes on and answers nothing, until some seconds after the storage is back. */
export const killStorage = Effect.gen(function* () {
  const etcd = yield* Etcd
  yield* etcd.kill
  yield* aMoment
  yield* etcd.restart
})

/** Changes something that nobody in these tests looks at. */
export const touch = Effect.gen(function* () {
  const { request } = yield* KubeApiServer
  yield* request("/api/v1/namespaces/default", {
    method: "PATCH",
    contentType: "application/merge-patch+json",
    body: { metadata: { annotations: { touched: String(Date.now()) } } }
  })
})

/**
 * The storage forgets its history, and the server, which has a history of its own, is killed: what was listed or watched
 * before can't be gone on with. Answers what the server says to the next page of a list that had begun.
 */
export const forgetHistory = Effect.fnUntraced(function* (kind: Resource.Any) {
  const { request } = yield* KubeApiServer
  const etcd = yield* Etcd
  const { body: page } = yield* request(`${pathOf(kind)}?limit=1`)
  // Only what is older than the latest change is forgotten.
  yield* touch
  const ask = (path: string, body: object) => apiRequest(`${etcd.url}${path}`, { method: "POST", body })
  const { body: range } = yield* ask("/v3/kv/range", { key: Buffer.from("/").toString("base64") })
  yield* ask("/v3/kv/compaction", { revision: range.header.revision, physical: true })
  yield* killServer
  const next = `${pathOf(kind)}?limit=1&continue=${encodeURIComponent(page.metadata.continue)}`
  const answer = yield* Effect.retry(
    Effect.filterOrFail(request(next), ({ status }) => status < 429),
    { times: 100 }
  )
  return answer.status
})
