import { existsSync, readlinkSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Scope } from "effect"
import { haproxyVersions } from "../../../servers/Catalog.ts"
import { HaproxyServer, type HaproxySite } from "../../../servers/HaproxyServer.ts"
import { processesNaming } from "../../support/processes.ts"

const answering =
  (status: number) =>
  (site: HaproxySite): string =>
    `global
  ${site.statsSocket}
defaults
  mode http
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend web
  bind 127.0.0.1:${site.port(0)}
  http-request return status ${status}
backend app
  server one 127.0.0.1:${site.port(1)} weight 10
`

const statusOf = (site: HaproxySite) =>
  Effect.promise(async () => (await fetch(`http://127.0.0.1:${site.port(0)}/`)).status)

describe.each(haproxyVersions)("HaproxyServer %s", (version) => {
  const start = HaproxyServer.start({ version, ports: 2, config: answering(200) })

  it.effect("is the version that was asked for and serves its frontend", () =>
    Effect.gen(function* () {
      const haproxy = yield* start
      assert.isTrue(haproxy.version.startsWith(`${version}.`), haproxy.version)
      assert.strictEqual(yield* statusOf(haproxy), 200)
    })
  )

  it.effect("answers on its runtime socket and applies a change there", () =>
    Effect.gen(function* () {
      const haproxy = yield* start
      yield* haproxy.runtime("set server app/one weight 50%")
      assert.match(yield* haproxy.runtime("get weight app/one"), /^5 \(initial 10\)/u)
    })
  )

  it.effect("reloads into a new worker of the same version and the new configuration", () =>
    Effect.gen(function* () {
      const haproxy = yield* start
      const before = yield* haproxy.processes
      yield* haproxy.writeConfig(answering(204)(haproxy))
      yield* haproxy.reload
      const after = yield* haproxy.processes
      assert.notDeepEqual(after.workers, before.workers)
      assert.strictEqual(after.master, before.master)
      assert.strictEqual(after.version, haproxy.version)
      assert.strictEqual(after.reloads, before.reloads + 1)
      assert.strictEqual(yield* statusOf(haproxy), 204)
      for (const pid of [after.master, ...after.workers]) {
        assert.match(readlinkSync(`/proc/${pid}/exe`), /ld-linux/u)
      }
    })
  )

  it.effect("refuses to reload into a broken configuration and serves the old one", () =>
    Effect.gen(function* () {
      const haproxy = yield* start
      yield* haproxy.writeConfig("global\n  no-such-keyword\n")
      const error = yield* Effect.flip(haproxy.reload)
      assert.match(error.message, /refused the reload[^]*no-such-keyword/u)
      assert.strictEqual(yield* statusOf(haproxy), 200)
    })
  )

  it.effect("names HAProxy's complaint when the first configuration is broken", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        HaproxyServer.start({
          version,
          config: (site) => `${answering(200)({ ...site, port: () => 1 })}  no-such-keyword\n`
        })
      )
      assert.match(error.message, /no-such-keyword/u)
    })
  )

  it.effect("leaves no process and no directory behind", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const haproxy = yield* Scope.provide(start, scope)
      assert.isAtLeast(processesNaming(haproxy.directory).length, 2)
      yield* Scope.close(scope, Exit.void)
      assert.deepStrictEqual(processesNaming(haproxy.directory), [])
      assert.isFalse(existsSync(haproxy.directory))
    })
  )
})
