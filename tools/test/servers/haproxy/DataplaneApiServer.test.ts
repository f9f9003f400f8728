import { chmodSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { DataplaneApiServer } from "../../../servers/DataplaneApiServer.ts"
import type { HaproxySite } from "../../../servers/HaproxyServer.ts"
import { apiRequest } from "../../../servers/kubernetes/ApiRequest.ts"
import { scratchDirectory } from "../../../servers/Scratch.ts"
import { awaitReady } from "../../../servers/ServerProcess.ts"

const program = fileURLToPath(new URL("../../support/dataplaneStandIn.ts", import.meta.url))

/** The stand-in as a program in one file, as the real one is. */
const standIn = Effect.map(scratchDirectory("stand-in"), (directory) => {
  const path = join(directory, "dataplaneapi")
  writeFileSync(path, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`)
  chmodSync(path, 0o755)
  return { path, version: "3.2.0" }
})

const config = ({ statsSocket, port }: HaproxySite) => `global
  ${statsSocket}
defaults
  mode http
  timeout connect 1s
  timeout client 1s
  timeout server 1s
frontend web
  bind 127.0.0.1:${port(0)}
`

describe("DataplaneApiServer over a stand-in", () => {
  it.effect("gives it settings under which it starts beside a HAProxy of its minor version", () =>
    Effect.gen(function* () {
      const server = yield* DataplaneApiServer.start({ config, dataplaneApi: yield* standIn })
      assert.isTrue(server.haproxy.version.startsWith("3.2."))
      assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+\/v3$/u)
      assert.strictEqual((yield* apiRequest(`${server.url}/info`)).status, 401)
    })
  )

  it.effect("lets it reload the HAProxy", () =>
    Effect.gen(function* () {
      const { url, username, password, haproxy, process } = yield* DataplaneApiServer.start({
        config,
        dataplaneApi: yield* standIn
      })
      const before = yield* haproxy.processes
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
      yield* apiRequest(`${url}/reload`, { method: "POST", headers: { authorization } })
      const reloaded = Effect.map(haproxy.processes, ({ reloads }) => reloads === before.reloads + 1)
      yield* awaitReady(process, { check: reloaded, within: "20 seconds", what: "reloaded HAProxy" })
    })
  )
})
