import { GitHub } from "@lockstep/github-sync"
import { GitHubEmulator, serve } from "@lockstep/github-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Layer, Redacted } from "effect"
import { generateKeyPairSync } from "node:crypto"
import { createServer, request, type Server } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { vi } from "vitest"
import { makeAuthority } from "../../../../tools/servers/pki/Certificates.ts"
import { folder } from "../support/folder.ts"
import { tunnelProxy } from "../../../core/test/kubernetes/tunnelProxy.ts"
import { pr, seed } from "../fixtures/acme.ts"

const keys = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" }
  })

const { privateKey, publicKey } = keys()

const app = { id: "7", installation: 11, publicKey }

const environment = (env: Record<string, string>) =>
  GitHub.layer.pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))))

const title = Effect.map(
  GitHub.use((github) => github.getPR(pr(1))),
  ({ title: found }) => found
)

describe("GitHub as an App", () => {
  it.live("fetches a token with its key, once, and reads with it", () =>
    Effect.gen(function* () {
      const { emulator, url } = yield* serve({ seed, app })
      const layer = environment({
        LOCKSTEP_GITHUB_URL: url.href,
        LOCKSTEP_GITHUB_APP_ID: "7",
        LOCKSTEP_GITHUB_APP_INSTALLATION: "11",
        // As tools keep it that know no lines.
        LOCKSTEP_GITHUB_APP_PRIVATE_KEY: privateKey.replaceAll("\n", "\\n")
      })
      yield* Effect.provide(Effect.andThen(title, title), layer)
      assert.deepStrictEqual(
        emulator.exchanges.map(({ method, path, status }) => [method, path, status]),
        [
          ["POST", "/app/installations/11/access_tokens", 201],
          ["GET", "/repos/acme/web/pulls/1", 200],
          ["GET", "/repos/acme/web/pulls/1", 200]
        ]
      )
    }).pipe(Effect.scoped)
  )

  const asApp = (fetch: typeof globalThis.fetch, key: string) =>
    GitHub.layerWith({
      baseUrl: new URL("http://github.test"),
      timeout: Duration.seconds(20),
      app: { id: "7", installation: 11, privateKey: Redacted.make(key) },
      fetch
    })

  it.live("fetches a new token before the old one expires", () =>
    Effect.gen(function* () {
      const { exchanges, fetch } = yield* GitHubEmulator.make({ seed, app })
      vi.useFakeTimers({ toFake: ["Date"] })
      yield* Effect.addFinalizer(() => Effect.sync(() => void vi.useRealTimers()))
      yield* Effect.gen(function* () {
        for (let quarter = 0; quarter < 9; quarter++) {
          assert.strictEqual(yield* title, "Faster start")
          vi.setSystemTime(Date.now() + 900_000)
        }
      }).pipe(Effect.provide(asApp(fetch, privateKey)))
      assert.isFalse(exchanges.some(({ status }) => status === 401))
      assert.strictEqual(exchanges.filter(({ method }) => method === "POST").length, 3)
    }).pipe(Effect.scoped)
  )

  it.live("fetches another token when the one it has is revoked, and does so once", () =>
    Effect.gen(function* () {
      const emulator = yield* GitHubEmulator.make({ seed, app })
      vi.useFakeTimers({ toFake: ["Date"] })
      yield* Effect.addFinalizer(() => Effect.sync(() => void vi.useRealTimers()))
      const later = () => void vi.setSystemTime(Date.now() + 60_000)
      yield* Effect.gen(function* () {
        assert.strictEqual(yield* title, "Faster start")
        later()
        emulator.revokeTokens()
        assert.strictEqual(yield* title, "Faster start")
        yield* GitHub.use((github) => github.addLabel(pr(1), "more"))
        later()
        emulator.revokeTokens()
        const both = ["and more", "even more"].map((label) => GitHub.use((github) => github.addLabel(pr(1), label)))
        yield* Effect.all(both, { concurrency: 2 })
        assert.includeMembers([...emulator.world.labelsOf(pr(1))], ["more", "and more", "even more"])
      }).pipe(Effect.provide(asApp(emulator.fetch, privateKey)))
      const { exchanges } = emulator
      assert.strictEqual(exchanges.filter(({ path }) => path.endsWith("/access_tokens")).length, 3)
      assert.isAtMost(exchanges.filter(({ status }) => status === 401).length, 3)
    }).pipe(Effect.scoped)
  )

  it.live("agrees with GitHub on the time when the clock of this machine is wrong", () =>
    Effect.gen(function* () {
      const { exchanges, fetch } = yield* GitHubEmulator.make({ seed, app: { ...app, clockAhead: -600_000 } })
      assert.strictEqual(yield* Effect.provide(title, asApp(fetch, privateKey)), "Faster start")
      assert.isTrue(exchanges.some(({ status }) => status === 401))
    }).pipe(Effect.scoped)
  )

  it.live("says what to check when GitHub does not know the key, and doesn't tell it", () =>
    Effect.gen(function* () {
      const { fetch } = yield* GitHubEmulator.make({ seed, app })
      const other = keys().privateKey
      const error = yield* Effect.flip(Effect.provide(title, asApp(fetch, other)))
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.include(error.message, "the App's id, installation and key")
      assert.notInclude(JSON.stringify(error) + String(error), other.slice(100, 140))
    })
  )

  it.effect("names the setting that is missing or can't be read, and doesn't tell the key", () =>
    Effect.gen(function* () {
      const failing = (env: Record<string, string>) =>
        Effect.map(Effect.flip(Effect.scoped(Layer.build(environment(env)))), String)
      assert.include(yield* failing({ LOCKSTEP_GITHUB_APP_ID: "7" }), "LOCKSTEP_GITHUB_APP_INSTALLATION")
      const told = yield* failing({
        LOCKSTEP_GITHUB_APP_ID: "7",
        LOCKSTEP_GITHUB_APP_INSTALLATION: "11",
        LOCKSTEP_GITHUB_APP_PRIVATE_KEY: "sesame"
      })
      assert.include(told, "LOCKSTEP_GITHUB_APP_PRIVATE_KEY")
      assert.notInclude(told, "sesame")
    })
  )
})

/** A proxy that counts whom it carries requests to. */
const proxy = Effect.acquireRelease(
  Effect.callback<{ readonly server: Server; readonly port: number; readonly carried: Array<string> }>((resume) => {
    const carried: Array<string> = []
    const server = createServer((incoming, outgoing) => {
      carried.push(incoming.url ?? "")
      const { headers, method = "GET", url = "" } = incoming
      incoming.pipe(
        request(url, { method, headers }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
          answer.pipe(outgoing)
        })
      )
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resume(
        Effect.succeed({ server, carried, port: typeof address === "object" && address !== null ? address.port : 0 })
      )
    })
  }),
  ({ server }) =>
    Effect.callback<void>((resume) => {
      server.close(() => resume(Effect.void))
      server.closeAllConnections()
    })
)

describe("GitHub behind a proxy", () => {
  const asked = Effect.fnUntraced(function* (except: Record<string, string>) {
    const { url } = yield* serve({ seed })
    const { carried, port } = yield* proxy
    const env = { LOCKSTEP_GITHUB_URL: url.href, HTTPS_PROXY: `http://127.0.0.1:${port}`, ...except }
    assert.strictEqual(yield* Effect.provide(title, environment(env)), "Faster start")
    return carried
  }, Effect.scoped)

  it.live("is reached through it", () =>
    Effect.map(asked({}), (carried) => {
      assert.strictEqual(carried.length, 1)
      assert.match(carried[0] ?? "", /repos\/acme\/web\/pulls\/1/u)
    })
  )

  it.live("is reached directly where NO_PROXY says so", () =>
    Effect.map(asked({ NO_PROXY: "127.0.0.1" }), (carried) => assert.deepStrictEqual(carried, []))
  )
})

/** An Enterprise server: it speaks TLS, with a certificate of an authority that nobody else knows. */
const enterprise = Effect.gen(function* () {
  const directory = yield* folder
  const authority = makeAuthority("an authority of our own")
  const { certificate, key } = authority.issue({
    commonName: "ghe",
    usage: "server",
    names: ["127.0.0.1", "localhost"]
  })
  const caFile = join(directory, "ca.pem")
  writeFileSync(caFile, authority.certificate)
  const { emulator, url } = yield* serve({ seed, token: "t" })
  const server = createTlsServer({ cert: certificate, key }, (incoming, outgoing) => {
    const { headers, method = "GET", url: path = "" } = incoming
    incoming.pipe(
      request(new URL(path.replace(/^\/api\/v3/u, ""), url), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      })
    )
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  )
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return {
    caFile,
    emulator,
    env: { LOCKSTEP_GITHUB_URL: `https://localhost:${port}/api/v3`, LOCKSTEP_GITHUB_TOKEN: "t" }
  }
})

describe("GitHub Enterprise with a certificate of an authority of its own", () => {
  it.live("is reached directly and through a tunnel once the authority is named, and the proxy sees no token", () =>
    Effect.gen(function* () {
      const { caFile, emulator, env } = yield* enterprise
      const refused = yield* Effect.flip(Effect.provide(title, environment(env)))
      assert.include(refused.message, "can't be reached")
      const trusting = { ...env, LOCKSTEP_GITHUB_CA_FILE: caFile }
      assert.strictEqual(yield* Effect.provide(title, environment(trusting)), "Faster start")

      const tunnel = yield* tunnelProxy
      const write = GitHub.use((github) => github.addLabel(pr(1), "through the tunnel"))
      yield* Effect.provide(write, environment({ ...trusting, HTTPS_PROXY: tunnel.url }))
      assert.include(emulator.world.labelsOf(pr(1)), "through the tunnel")
      assert.deepStrictEqual(tunnel.asked, [new URL(env.LOCKSTEP_GITHUB_URL).host])

      const untrusting = yield* Effect.flip(Effect.provide(title, environment({ ...env, HTTPS_PROXY: tunnel.url })))
      assert.include(untrusting.message, "can't be reached")
      yield* Effect.provide(title, environment({ ...trusting, HTTPS_PROXY: tunnel.url, NO_PROXY: "localhost" }))
      assert.strictEqual(tunnel.asked.length, 2)
    }).pipe(Effect.scoped)
  )

  it.effect("says so where the file holds no such certificate", () =>
    Effect.gen(function* () {
      const failing = (file: string) =>
        Effect.map(Effect.flip(Effect.scoped(Layer.build(environment({ LOCKSTEP_GITHUB_CA_FILE: file })))), String)
      assert.include(yield* failing("/nowhere.pem"), "LOCKSTEP_GITHUB_CA_FILE")
      assert.include(yield* failing(import.meta.filename), "the certificate of an authority, in PEM")
    })
  )
})
