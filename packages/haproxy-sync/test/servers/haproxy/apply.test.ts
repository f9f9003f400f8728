import { parse, readHeld, Synchronizer } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { folder, freePort, overHaproxy, webServer } from "../../support/realHaproxy.ts"
import { smallConfig } from "../../support/smallConfig.ts"

const binary = process.env["LOCKSTEP_HAPROXY_3_2"] ?? ""

const bring = Effect.fnUntraced(function* (text: string) {
  const { config } = yield* readHeld
  const desired = yield* Effect.fromResult(parse(text, { file: "desired.cfg" }))
  return yield* (yield* Synchronizer).sync(config, desired)
})

const get = (port: number, path = "/") =>
  Effect.promise(() =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: "close" } }).then((one) => one.text())
  )

const configuration = (port: number, [first, second]: ReadonlyArray<number>, socket: string) =>
  smallConfig({
    socket,
    bind: `127.0.0.1:${port}`,
    server: `127.0.0.1:${first}`,
    ...(second === undefined
      ? {}
      : {
          public: ["use_backend second if { path_beg /second }"],
          rest: `backend second from main\n  server s1 127.0.0.1:${second}`
        })
  })

describe("Synchronizer over a real HAProxy 3.2", () => {
  it("has the HAProxy that the run promises", () => {
    assert.notStrictEqual(binary, "")
  })

  it.live("moves a server without a reload, adds a backend with one, and then finds nothing to do", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const [one, other, second] = yield* Effect.all([webServer("one"), webServer("other"), webServer("second")])
        const port = yield* freePort
        const socket = join(yield* folder, "stats.sock")
        const { emulator, layer } = yield* overHaproxy({ config: configuration(port, [one], socket), haproxy: binary })
        yield* Effect.gen(function* () {
          assert.strictEqual(yield* get(port), "one")
          const pid = emulator.haproxyPid()

          const moved = yield* bring(configuration(port, [other], socket))
          assert.deepStrictEqual([moved.status, moved.reloads, moved.verified], ["applied", 0, true])
          assert.strictEqual(yield* get(port), "other")

          const added = yield* bring(configuration(port, [other, second], socket))
          assert.deepStrictEqual([added.status, added.reloads, added.verified], ["applied", 1, true])
          assert.strictEqual(yield* get(port, "/second"), "second")
          assert.strictEqual(yield* get(port), "other")

          const again = yield* bring(configuration(port, [other, second], socket))
          assert.deepStrictEqual([again.status, again.requests], ["in-sync", 0])
          assert.strictEqual(emulator.haproxyPid(), pid)
        }).pipe(Effect.provide(layer))
      })
    )
  )

  it.live("puts the last good configuration back when the new one can't be loaded, and HAProxy goes on serving", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const [one, taken] = yield* Effect.all([webServer("one"), webServer("taken")])
        const port = yield* freePort
        const socket = join(yield* folder, "stats.sock")
        const good = configuration(port, [one], socket)
        const { layer } = yield* overHaproxy({ config: good, haproxy: binary })
        yield* Effect.gen(function* () {
          // HAProxy's check does not see that somebody else listens there; only the reload does.
          const bad = good.replace(`  bind 127.0.0.1:${port}`, `  bind 127.0.0.1:${port}\n  bind 127.0.0.1:${taken}`)
          const result = yield* bring(bad)
          assert.deepStrictEqual([result.success, result.status], [false, "rolled-back"])
          assert.strictEqual(yield* get(port), "one")
          const left = yield* bring(good)
          assert.strictEqual(left.status, "in-sync")
        }).pipe(Effect.provide(layer))
      })
    )
  )
})
