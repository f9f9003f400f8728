import { DataplaneClient, readHeld } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { folder, freePort, load, overHaproxy, webServer } from "../../support/realHaproxy.ts"
import { smallConfig } from "../../support/smallConfig.ts"
import { bring } from "../../support/synchronizing.ts"

/** 3.0 says that it has loaded a configuration before its worker has begun to work, and stands still then. */
const versions = [
  ["3.2", "LOCKSTEP_HAPROXY_3_2"],
  ["3.4", "LOCKSTEP_HAPROXY_3_4"]
] as const

describe.each(versions)("A configuration that HAProxy %s accepts and then can't load", (api, variable) => {
  it.live("is taken back, and not one request fails meanwhile", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const haproxy = process.env[variable] ?? ""
        assert.notStrictEqual(haproxy, "")
        const directory = yield* folder
        const [port, web] = [yield* freePort, yield* webServer("web")]
        const config = (rules: ReadonlyArray<string>, global: ReadonlyArray<string> = []) =>
          smallConfig({
            socket: join(directory, "stats.sock"),
            bind: `127.0.0.1:${port}`,
            server: `127.0.0.1:${web}`,
            global,
            public: rules.map((rule) => `http-request ${rule}`)
          })
        const { emulator, layer } = yield* overHaproxy({ api, config: config([]), directory, haproxy })
        const seen = yield* load(port)
        yield* Effect.gen(function* () {
          for (let round = 0; round < 3; round++) {
            const good = config([`set-header X-Round ${round}`])
            assert.strictEqual((yield* bring(good)).status, "applied")
            // HAProxy's check does not look for the folder. (For a port in use it would pause its own listeners, and try for a second.)
            const missing = `chroot ${join(directory, "nowhere")}`
            const result = yield* bring(config([`set-header X-Round ${round}`, "deny if { path /x }"], [missing]))
            assert.deepStrictEqual([result.success, result.status], [false, "rolled-back"], result.message)
            const held = yield* readHeld
            assert.isFalse(held.apart)
            assert.notInclude(held.raw.text, "deny")
            assert.strictEqual((yield* bring(good)).status, "in-sync")
          }
          assert.deepStrictEqual(yield* DataplaneClient.use((client) => client.transactions), [])
        }).pipe(Effect.provide(layer))
        assert.isDefined(emulator.haproxyPid())
        assert.isAbove(seen.requests, 10)
        assert.deepStrictEqual(seen.failures, [])
      })
    )
  )
})
