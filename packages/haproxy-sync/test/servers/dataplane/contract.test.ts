import { DataplaneClient } from "@lockstep/haproxy-sync"
import { describe } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { DataplaneApiServer } from "../../../../../tools/servers/DataplaneApiServer.ts"
import { contractConfig, dataplaneContract } from "../../dataplane/contract.ts"

const client = Layer.unwrap(
  DataplaneApiServer.use(({ password, url, username }) =>
    Effect.succeed(DataplaneClient.layer({ baseUrl: url, username, password: Redacted.make(password) }))
  )
)

const server = DataplaneApiServer.layer({
  config: ({ port, statsSocket }) => contractConfig({ statsSocket, port: port(0) })
})

describe("A real Data Plane API", () => {
  dataplaneContract(() => Layer.fresh(Layer.provide(client, server)))
})
