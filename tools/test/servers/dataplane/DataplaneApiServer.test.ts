import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { DataplaneApiServer } from "../../../servers/DataplaneApiServer.ts"
import { apiRequest } from "../../../servers/kubernetes/ApiRequest.ts"

const server = DataplaneApiServer.layer({
  config: ({ statsSocket, port }) => `global
  ${statsSocket}
defaults base
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend web from base
  bind 127.0.0.1:${port(0)}
`
})

layer(server, { timeout: "2 minutes" })("DataplaneApiServer", (it) => {
  it.effect("answers as the version it says it is, for its user alone", () =>
    Effect.gen(function* () {
      const { url, username, password, version } = yield* DataplaneApiServer
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
      const info = yield* apiRequest(`${url}/info`, { headers: { authorization } })
      assert.include(info.body.api.version, version)
      assert.strictEqual((yield* apiRequest(`${url}/info`)).status, 401)
    })
  )

  it.effect("reads the configuration of the HAProxy beside it", () =>
    Effect.gen(function* () {
      const { url, username, password } = yield* DataplaneApiServer
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
      const answer = yield* apiRequest(`${url}/services/haproxy/configuration/frontends`, {
        headers: { authorization }
      })
      const frontends: ReadonlyArray<{ readonly name: string }> = answer.body.data ?? answer.body
      assert.deepStrictEqual(
        frontends.map(({ name }) => name),
        ["web"]
      )
    })
  )
})
