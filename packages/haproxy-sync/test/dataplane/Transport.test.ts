import { DataplaneClient, type DataplaneConfig, Synchronizer } from "@lockstep/haproxy-sync"
import { type Emulator, type EmulatorOptions, Faults, startEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { makeAuthority } from "../../../../tools/servers/pki/Certificates.ts"

const started = (options: EmulatorOptions = {}) =>
  Effect.acquireRelease(
    Effect.promise(() => startEmulator({ reloadDelay: 10, ...options })),
    (emulator) => Effect.promise(() => emulator.stop())
  )

const speaking = ({ password, url, user }: Emulator, config: Partial<DataplaneConfig> = {}) =>
  DataplaneClient.layer({ baseUrl: url, username: user, password: Redacted.make(password), ...config })

const version = DataplaneClient.use((client) => client.version)

const ours = makeAuthority("ours")
const server = ours.issue({ commonName: "server", usage: "server", names: ["127.0.0.1"] })
const client = ours.issue({ commonName: "client", usage: "client" })
const tls = { cert: server.certificate, key: server.key, clientCa: ours.certificate }

describe("A client over TLS", () => {
  it.live("trusts the authority it is given, and shows its own certificate", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const emulator = yield* started({ tls })
        assert.match(emulator.url, /^https:/)
        const config = { ca: ours.certificate, cert: client.certificate, key: Redacted.make(client.key) }
        assert.strictEqual(yield* version.pipe(Effect.provide(speaking(emulator, { tls: config }))), 1)
      })
    )
  )

  it.live.each([
    [
      "a server of another authority",
      { ca: makeAuthority("other").certificate, cert: client.certificate, key: client.key }
    ],
    ["to go without a certificate of its own", { ca: ours.certificate }]
  ] as ReadonlyArray<[string, { readonly ca: string; readonly cert?: string; readonly key?: string }]>)(
    "does not accept %s",
    ([, { ca, cert, key }]) =>
      Effect.scoped(
        Effect.gen(function* () {
          const emulator = yield* started({ tls })
          const config = {
            ca,
            ...(cert === undefined ? {} : { cert }),
            ...(key === undefined ? {} : { key: Redacted.make(key) })
          }
          const error = yield* Effect.flip(version.pipe(Effect.provide(speaking(emulator, { tls: config }))))
          assert.strictEqual(error.reason, "Unreachable")
          assert.notInclude(error.message, "PRIVATE KEY")
        })
      )
  )
})

describe("A client at a unix socket", () => {
  it.live("speaks as it does over TCP", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const directory = yield* Effect.acquireRelease(
          Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-socket-"))),
          (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
        )
        const emulator = yield* started({ socket: join(directory, "api.sock") })
        assert.match(emulator.url, /^unix:/)
        yield* Effect.gen(function* () {
          const { text } = yield* DataplaneClient.use((one) => one.raw)
          const desired = `${text}\nbackend app\n  server s1 127.0.0.1:80\n`
          const result = yield* Synchronizer.use((one) => one.syncFromStrings(text, desired))
          assert.deepStrictEqual([result.status, result.verified], ["applied", true])
        }).pipe(Effect.provide(Synchronizer.layer.pipe(Layer.provideMerge(speaking(emulator)))))
      })
    )
  )
})

describe("A client's connections", () => {
  it.live("are opened anew where the server has closed them while they lay idle", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const emulator = yield* started({ keepAlive: 1 })
        yield* Effect.gen(function* () {
          const one = yield* DataplaneClient
          for (let round = 0; round < 5; round++) {
            assert.strictEqual(yield* one.version, 1)
            yield* Effect.promise(emulator.connections).pipe(Effect.repeat({ until: (count) => count === 0 }))
          }
        }).pipe(Effect.provide(speaking(emulator)))
      })
    )
  )

  it.live("have a deadline for each request, and tell what only reads from what may have been done", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const emulator = yield* started()
        emulator.faults.add(Faults.on("GET", /\/version$/, { delay: 5000 }))
        emulator.faults.add(Faults.on("POST", /\/raw$/, { delay: 5000 }))
        const timeout = Duration.millis(50)
        yield* Effect.gen(function* () {
          const one = yield* DataplaneClient
          assert.strictEqual((yield* Effect.flip(one.version)).reason, "Timeout")
          assert.strictEqual(
            (yield* Effect.flip(one.pushRaw("global\n  daemon\n", { version: 1 }))).reason,
            "UnknownOutcome"
          )
        }).pipe(Effect.provide(speaking(emulator, { timeout })))
      })
    )
  )

  it.live("are asked once more for what only reads when one breaks", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const emulator = yield* started()
        emulator.faults.add(Faults.times(1, Faults.on("GET", /\/version$/, { drop: "before" })))
        assert.strictEqual(yield* version.pipe(Effect.provide(speaking(emulator))), 1)
      })
    )
  )
})
