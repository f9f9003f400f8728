import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { SharedKubeApiServer } from "../../../servers/SharedKubeApiServer.ts"
import { eventually } from "../../support/eventually.ts"

const configMap = { metadata: { name: "one" }, data: { a: "1" } }

layer(SharedKubeApiServer.layer)("SharedKubeApiServer", (it) => {
  it.effect("answers in a namespace of its own", () =>
    Effect.gen(function* () {
      const { request, namespace } = yield* SharedKubeApiServer
      const path = `/api/v1/namespaces/${namespace}/configmaps`
      yield* eventually(201, request(path, { method: "POST", body: configMap }))
      assert.deepStrictEqual((yield* request(`${path}/one`)).body.data, configMap.data)
    })
  )
})

describe("SharedKubeApiServer.layer", () => {
  it.effect("makes another namespace each time, on the same server", () =>
    Effect.gen(function* () {
      const build = Effect.provide(SharedKubeApiServer, Layer.fresh(SharedKubeApiServer.layer))
      const [one, other] = [yield* build, yield* build]
      assert.strictEqual(one.url, other.url)
      assert.notStrictEqual(one.namespace, other.namespace)
    })
  )
})
