import { KubernetesError, Transport, type Request, type TransportOptions } from "@lockstep/core/kubernetes"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Metric, Stream } from "effect"
import { TestClock } from "effect/testing"
import { once } from "node:events"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { TLSSocket } from "node:tls"
import { vi } from "vitest"
import { makeAuthority, type Authority } from "../../../../tools/servers/pki/Certificates.ts"
import { folder, kubeconfig, withClientNode } from "./kubeconfig.ts"
import { identityProvider } from "./identityProvider.ts"
import { scriptedServer, type Asked } from "./ScriptedServer.ts"
import { socksProxy } from "./socksProxy.ts"
import { tunnelProxy } from "./tunnelProxy.ts"

withClientNode()

const secret = "s3cr3t-token"
const things: Request = { method: "GET", path: "/apis/x/v1/things" }

/** Runs something on a connection of its own. */
const over = <A, E, R>(options: TransportOptions, effect: Effect.Effect<A, E, R>) =>
  Effect.provide(effect, Transport.layer(options), { local: true })

const call = (request: Request = things) => Transport.use((transport) => transport.call(request))

/** Asks a scripted server, which answers as it is told, and returns what came of it. */
const exchange = <A>(
  request: Request,
  script: (next: Effect.Effect<Asked>) => Effect.Effect<A>,
  user: object = { token: secret }
) =>
  Effect.gen(function* () {
    const server = yield* scriptedServer()
    const file = yield* kubeconfig(server.url, user)
    return yield* over(
      { kubeconfig: file, userAgent: "tester" },
      Effect.gen(function* () {
        const asking = yield* Effect.forkChild(
          Effect.exit(Effect.catch(call(request), (error) => Effect.succeed(error)))
        )
        const seen = yield* script(server.next)
        const exit = yield* Fiber.join(asking)
        return { outcome: exit._tag === "Success" ? exit.value : undefined, seen }
      })
    )
  })

const answered =
  (status: number, body: unknown, headers?: Readonly<Record<string, string>>) => (next: Effect.Effect<Asked>) =>
    Effect.tap(next, (asked) => Effect.sync(() => asked.answer(status, body, headers)))

const refused = (outcome: unknown): KubernetesError => {
  if (outcome instanceof KubernetesError) return outcome
  return assert.fail(`it was not refused: ${JSON.stringify(outcome)}`)
}

const base64 = (text: string) => Buffer.from(text).toString("base64")

/** A server that an authority stands for, and that wants to see who asks. */
const serverOf = (authority: Authority) => {
  const { certificate, key } = authority.issue({ commonName: "server", usage: "server", names: ["127.0.0.1"] })
  return { cert: certificate, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: true }
}

const status = (code: number, reason: string | undefined, details?: object) => ({
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  message: `because of ${reason}`,
  ...(reason === undefined ? {} : { reason }),
  ...(details === undefined ? {} : { details }),
  code
})

describe("Transport.call", () => {
  it.effect("sends who asks, what for, and what it speaks", () =>
    Effect.gen(function* () {
      const request: Request = {
        method: "PATCH",
        path: "/apis/x/v1/things/a",
        query: { fieldManager: "me & you", force: true, left: undefined },
        body: { spec: "ü" },
        contentType: "application/apply-patch+yaml"
      }
      const { outcome, seen } = yield* exchange(request, answered(200, { ok: 1 }))
      assert.deepStrictEqual(outcome, { ok: 1 })
      assert.strictEqual(seen.method, "PATCH")
      assert.strictEqual(seen.url, "/apis/x/v1/things/a?fieldManager=me+%26+you&force=true")
      assert.strictEqual(seen.body, '{"spec":"ü"}')
      assert.strictEqual(seen.headers["content-type"], "application/apply-patch+yaml")
      assert.strictEqual(seen.headers["content-length"], "13")
      assert.strictEqual(seen.headers.authorization, `Bearer ${secret}`)
      assert.strictEqual(seen.headers["user-agent"], "tester")
    })
  )

  it.effect("sends a name and password where the user has them", () =>
    Effect.gen(function* () {
      const { seen } = yield* exchange(things, answered(200, {}), { username: "me", password: "pass" })
      assert.strictEqual(seen.headers.authorization, `Basic ${Buffer.from("me:pass").toString("base64")}`)
    })
  )

  it.effect("sends a token of an identity provider as long as it is good", () =>
    Effect.gen(function* () {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
      const token = `${part({ alg: "none" })}.${part({ exp: 4_000_000_000 })}.sig`
      const config = { "id-token": token, "client-id": "x", "idp-issuer-url": "https://127.0.0.1:1" }
      const { seen } = yield* exchange(things, answered(200, {}), { "auth-provider": { name: "oidc", config } })
      assert.strictEqual(seen.headers.authorization, `Bearer ${token}`)
    })
  )

  it.live("asks an identity provider for a new token when the old one has run out, and no more often", () =>
    Effect.gen(function* () {
      const provider = yield* identityProvider
      const server = yield* scriptedServer()
      const user = provider.user(provider.tokenFor(-60))
      const file = yield* kubeconfig(server.url, user)
      yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          const used: Array<string | undefined> = []
          const answer = (code: number) =>
            Effect.map(server.next, (asked) => {
              used.push(asked.headers.authorization)
              asked.answer(code, code === 200 ? {} : status(code, "Unauthorized"))
            })
          const ask = (...codes: ReadonlyArray<number>) =>
            Effect.gen(function* () {
              const asking = yield* Effect.forkChild(call())
              yield* Effect.forEach(codes, answer)
              yield* Fiber.join(asking)
            })
          yield* ask(200)
          yield* ask(200)
          assert.strictEqual(provider.issued.length, 1)
          // The file has the first refresh token still, which was good for one use.
          yield* ask(401, 200)
          assert.deepStrictEqual(
            used,
            [0, 0, 0, 1].map((number) => `Bearer ${provider.issued[number]}`)
          )
          assert.deepStrictEqual(provider.refreshed, ["refresh-0", "refresh-1"])
        })
      )
    })
  )

  it.live("takes what is in the kubeconfig when somebody has signed in anew", () =>
    Effect.gen(function* () {
      const provider = yield* identityProvider
      const server = yield* scriptedServer()
      const file = yield* kubeconfig(server.url, provider.user(provider.tokenFor(-60)))
      yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          const first = yield* Effect.forkChild(call())
          yield* Effect.map(server.next, (asked) => asked.answer(200, {}))
          yield* Fiber.join(first)
          writeFileSync(file, readFileSync(file, "utf8").replace("refresh-0", "refresh-9"))
          const second = yield* Effect.forkChild(Effect.flip(call()))
          yield* Effect.map(server.next, (asked) => asked.answer(401, status(401, "Unauthorized")))
          const error = yield* Fiber.join(second)
          // This provider doesn't know it: but it was asked with that one.
          assert.strictEqual(provider.refreshed.at(-1), "refresh-9")
          assert.strictEqual(error.reason._tag, "NotConfigured")
          assert.notInclude(error.message, "refresh-9")
        })
      )
    })
  )

  it.effect.each([
    [404, status(404, "NotFound"), "NotFound", "conflict"],
    [409, status(409, "AlreadyExists"), "AlreadyExists", "conflict"],
    [409, status(409, "Conflict"), "Conflict", "conflict"],
    [422, status(422, "Invalid"), "Invalid", "terminal"],
    [400, status(400, "BadRequest"), "BadRequest", "terminal"],
    [403, status(403, "Forbidden"), "Forbidden", "retry"],
    [410, status(410, "Expired"), "Expired", "conflict"],
    [410, status(410, "Gone"), "Expired", "conflict"],
    [429, status(429, "TooManyRequests"), "TooManyRequests", "retry"],
    [504, status(504, "Timeout"), "ServerFailed", "retry"],
    [500, status(500, undefined), "ServerFailed", "retry"],
    [415, status(415, "UnsupportedMediaType"), "BadRequest", "terminal"],
    [409, "", "Conflict", "conflict"],
    [404, "404 page not found\n", "NotFound", "retry"],
    [502, "<html>bad gateway</html>", "ServerFailed", "retry"],
    [301, "", "ServerFailed", "retry"]
  ] as const)("tells a refusal by its reason, or else by its code: %i %j", ([code, body, reason, treatment]) =>
    Effect.gen(function* () {
      const error = refused((yield* exchange(things, answered(code, body))).outcome)
      assert.strictEqual(error.reason._tag, reason)
      assert.strictEqual(error.treatment._tag, treatment)
      assert.include(error.message, "GET /apis/x/v1/things")
    })
  )

  it.effect("says of an unknown kind how it is installed", () =>
    Effect.gen(function* () {
      const error = refused((yield* exchange(things, answered(404, "404 page not found"))).outcome)
      assert.include(error.message, "lockstep crd install")
    })
  )

  it.effect("tells all causes of a refusal", () =>
    Effect.gen(function* () {
      const causes = [{ reason: "FieldManagerConflict", field: ".spec.a", message: 'conflict with "one"' }]
      const error = refused((yield* exchange(things, answered(409, status(409, "Conflict", { causes })))).outcome)
      assert.deepStrictEqual(error.reason._tag === "Conflict" ? error.reason.causes : [], causes)
    })
  )

  it.effect("gets new credentials once when they are refused, and asks again", () =>
    Effect.gen(function* () {
      const token = join(yield* folder, "token")
      writeFileSync(token, "old\n")
      const user = { "auth-provider": { name: "tokenFile", config: { tokenFile: token } } }
      const { outcome, seen } = yield* exchange(
        things,
        (next) =>
          Effect.gen(function* () {
            const first = yield* next
            writeFileSync(token, "new\n")
            first.answer(401, status(401, "Unauthorized"))
            const second = yield* next
            second.answer(200, { items: [] })
            return [first.headers.authorization, second.headers.authorization]
          }),
        user
      )
      assert.deepStrictEqual(seen, ["Bearer old", "Bearer new"])
      assert.deepStrictEqual(outcome, { items: [] })
    })
  )

  it.effect("gives up when the new credentials are refused too", () =>
    Effect.gen(function* () {
      const { outcome } = yield* exchange(things, (next) =>
        Effect.replicateEffect(
          Effect.flatMap(next, (asked) => Effect.sync(() => asked.answer(401, ""))),
          2,
          { discard: true }
        )
      )
      assert.strictEqual(refused(outcome).reason._tag, "Unauthorized")
    })
  )

  it.effect("reads files again after a minute, and makes new connections for a new certificate", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const authority = makeAuthority("here")
      const server = yield* scriptedServer(serverOf(authority))
      const renew = (commonName: string) => {
        const { certificate, key } = authority.issue({ commonName, usage: "client" })
        writeFileSync(join(path, "mine.crt"), certificate)
        writeFileSync(join(path, "mine.key"), key)
      }
      const user = { "client-certificate": join(path, "mine.crt"), "client-key": join(path, "mine.key") }
      const file = yield* kubeconfig(server.url, user, { "certificate-authority-data": base64(authority.certificate) })
      const seen = yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          const ask = Effect.gen(function* () {
            const asking = yield* Effect.forkChild(call())
            const asked = yield* server.next
            asked.answer(200, {})
            yield* Fiber.join(asking)
            return asked.socket instanceof TLSSocket ? asked.socket.getPeerCertificate().subject.CN : ""
          })
          renew("first")
          const first = yield* ask
          renew("second")
          const second = yield* ask
          yield* TestClock.adjust("61 seconds")
          return [first, second, yield* ask]
        })
      )
      assert.deepStrictEqual(seen, ["first", "first", "second"])
    })
  )

  it.effect("waits as long as the server asks for, and then asks again", () =>
    Effect.gen(function* () {
      const { outcome } = yield* exchange(things, (next) =>
        Effect.gen(function* () {
          const first = yield* next
          first.answer(429, "slow down", { "retry-after": "3" })
          const second = yield* Effect.forkChild(next)
          yield* Effect.promise(() => once(first.response, "close"))
          yield* adjustUntil(second, "1 second")
          const asked = yield* Fiber.join(second)
          asked.answer(200, { at: "last" })
        })
      )
      assert.deepStrictEqual(outcome, { at: "last" })
    })
  )

  it.effect("ends by its deadline when no answer comes, and lets the connection go", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer()
      const file = yield* kubeconfig(server.url, { token: secret })
      const error = yield* over(
        { kubeconfig: file, deadline: "5 seconds" },
        Effect.gen(function* () {
          const asking = yield* Effect.forkChild(Effect.flip(call()))
          const { socket } = yield* server.next
          const closed = once(socket, "close")
          yield* TestClock.adjust("5 seconds")
          const error = yield* Fiber.join(asking)
          yield* Effect.promise(() => closed)
          return error
        })
      )
      assert.strictEqual(error.reason._tag, "Unreachable")
      assert.include(error.message, "deadline")
    })
  )

  it.effect("uses connections again for calls that follow each other, and no more than 32 at once", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer()
      const file = yield* kubeconfig(server.url, { token: secret })
      yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          yield* Effect.forkChild(Effect.forever(Effect.map(server.next, (asked) => asked.answer(200, {}))))
          for (let n = 0; n < 20; n++) yield* call()
          assert.isAtMost(server.connections(), 2)
          yield* Effect.all(
            Array.from({ length: 200 }, () => call()),
            { concurrency: "unbounded" }
          )
          assert.isAtMost(server.connections(), 32)
        })
      )
    })
  )

  it.effect(
    "asks the program of the kubeconfig once, however many calls need it, and tells it the version to speak",
    () =>
      Effect.gen(function* () {
        const server = yield* scriptedServer()
        const log = join(yield* folder, "log")
        const program = `require("fs").appendFileSync(${JSON.stringify(log)}, process.env.KUBERNETES_EXEC_INFO + "\\n");
        console.log(JSON.stringify({ kind: "ExecCredential", status: { token: "from-program" } }))`
        const exec = { apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: ["-e", program] }
        const file = yield* kubeconfig(server.url, { exec })
        const tokens = new Set<string | undefined>()
        yield* over(
          { kubeconfig: file },
          Effect.gen(function* () {
            yield* Effect.forkChild(
              Effect.forever(
                Effect.map(server.next, (asked) => {
                  tokens.add(asked.headers.authorization)
                  asked.answer(200, {})
                })
              )
            )
            yield* Effect.all(
              Array.from({ length: 20 }, () => call()),
              { concurrency: "unbounded" }
            )
          })
        )
        assert.deepStrictEqual([...tokens], ["Bearer from-program"])
        const asked = readFileSync(log, "utf8").trim().split("\n")
        assert.strictEqual(asked.length, 1)
        assert.deepInclude(JSON.parse(asked[0] ?? ""), { apiVersion: exec.apiVersion, kind: "ExecCredential" })
      })
  )

  it.effect("trusts the authority that the kubeconfig names, and shows its certificate", () =>
    Effect.gen(function* () {
      const authority = makeAuthority("here")
      const mine = authority.issue({ commonName: "me", usage: "client" })
      const server = yield* scriptedServer(serverOf(authority))
      const user = { "client-certificate-data": base64(mine.certificate), "client-key-data": base64(mine.key) }
      const trusting = yield* kubeconfig(server.url, user, {
        "certificate-authority-data": base64(authority.certificate)
      })
      yield* over(
        { kubeconfig: trusting },
        Effect.gen(function* () {
          const asking = yield* Effect.forkChild(call())
          yield* Effect.map(server.next, (asked) => asked.answer(200, {}))
          yield* Fiber.join(asking)
        })
      )
      const other = makeAuthority("elsewhere")
      const doubting = yield* kubeconfig(server.url, user, { "certificate-authority-data": base64(other.certificate) })
      const error = yield* over({ kubeconfig: doubting }, Effect.flip(call()))
      assert.strictEqual(error.reason._tag, "Unreachable")
      assert.match(error.message, /certificate/u)
    })
  )

  it.effect("goes through the proxy that the kubeconfig names", () =>
    Effect.gen(function* () {
      const proxy = yield* scriptedServer()
      const file = yield* kubeconfig("http://kubernetes.test:8001", { token: secret }, { "proxy-url": proxy.url })
      yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          const asking = yield* Effect.forkChild(call())
          const asked = yield* proxy.next
          asked.answer(200, {})
          yield* Fiber.join(asking)
          assert.strictEqual(asked.url, "http://kubernetes.test:8001/apis/x/v1/things")
        })
      )
    })
  )

  it.effect.each([
    ["a tunnel", tunnelProxy],
    ["SOCKS", socksProxy]
  ] as const)("goes through a proxy to a server with a certificate of its own, by %s", ([, proxy]) =>
    Effect.gen(function* () {
      const authority = makeAuthority("here")
      const server = yield* scriptedServer({ ...serverOf(authority), requestCert: false })
      const tunnel = yield* proxy
      const file = yield* kubeconfig(
        server.url,
        { token: secret },
        { "proxy-url": tunnel.url, "certificate-authority-data": base64(authority.certificate) }
      )
      yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          const asking = yield* Effect.forkChild(call())
          const asked = yield* server.next
          asked.answer(200, {})
          yield* Fiber.join(asking)
          assert.strictEqual(asked.headers.authorization, `Bearer ${secret}`)
        })
      )
      assert.deepStrictEqual(tunnel.asked, [new URL(server.url).host])
    })
  )

  it.effect("never tells a token or a body in what it says", () =>
    Effect.gen(function* () {
      const request: Request = {
        ...things,
        method: "POST",
        body: { password: "hidden" },
        query: { labelSelector: "x=hidden" }
      }
      for (const code of [400, 401, 403, 404, 409, 422, 429, 500]) {
        const { outcome } = yield* exchange(request, (next) =>
          Effect.forkDetach(Effect.forever(Effect.map(next, (asked) => asked.answer(code, "no"))))
        )
        const error = refused(outcome)
        const told = `${error.message} ${JSON.stringify(error)} ${error.stack}`
        assert.notInclude(told, secret)
        assert.notInclude(told, "hidden")
      }
    })
  )

  it.effect("counts what it was answered", () =>
    Effect.gen(function* () {
      yield* exchange(things, answered(200, {}))
      yield* exchange(things, answered(403, ""))
      const codes = (yield* Metric.snapshot)
        .filter(({ id }) => id === "rest_client_requests_total")
        .map(({ attributes }) => attributes?.["code"])
      assert.includeMembers(codes, ["200", "403"])
    })
  )
})

/** Moves the clock on, step by step, until something has happened. */
const adjustUntil = <A, E>(fiber: Fiber.Fiber<A, E>, step: "1 second") =>
  Effect.gen(function* () {
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.adjust(step)
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
  })

describe("the settings of a connection", () => {
  const failing = (options: TransportOptions) => over(options, Effect.flip(call()))

  it.effect("that are missing are named", () =>
    Effect.map(failing({ kubeconfig: "/nowhere/config" }), (error) => {
      assert.strictEqual(error.reason._tag, "NotConfigured")
      assert.include(error.message, "/nowhere/config")
      assert.include(error.message, "ENOENT")
    })
  )

  it.effect("that can't be understood are not repeated", () =>
    Effect.gen(function* () {
      const file = join(yield* folder, "config")
      writeFileSync(file, `users: [{ name: me, user: { token: ${secret}`)
      const error = yield* failing({ kubeconfig: file })
      assert.strictEqual(error.reason._tag, "NotConfigured")
      assert.notInclude(`${error.message} ${JSON.stringify(error)}`, secret)
    })
  )

  it.effect("without the context that was asked for are answered with those there are", () =>
    Effect.gen(function* () {
      const file = yield* kubeconfig("http://127.0.0.1:1", {})
      assert.include((yield* failing({ kubeconfig: file, context: "other" })).message, "main")
    })
  )

  it.effect("that would send credentials in the clear are refused", () =>
    Effect.gen(function* () {
      const file = yield* kubeconfig("http://127.0.0.1:1", {}, { "insecure-skip-tls-verify": false })
      assert.include((yield* failing({ kubeconfig: file })).message, "in the clear")
    })
  )

  it.effect("with a program that fails say which, and not what it printed", () =>
    Effect.gen(function* () {
      const exec = {
        apiVersion: "client.authentication.k8s.io/v1",
        command: process.execPath,
        args: ["-e", `console.error("${secret}"); process.exit(3)`]
      }
      const file = yield* kubeconfig("http://127.0.0.1:1", { exec })
      const error = yield* failing({ kubeconfig: file })
      assert.include(error.message, process.execPath)
      assert.notInclude(`${error.message} ${JSON.stringify(error)}`, secret)
      assert.strictEqual(error.treatment._tag, "retry")
    })
  )

  it.effect("of the cluster that this runs in are read from its files", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const authority = makeAuthority("here")
      const server = yield* scriptedServer({ ...serverOf(authority), requestCert: false })
      const account = join(root, "var/run/secrets/kubernetes.io/serviceaccount")
      mkdirSync(account, { recursive: true })
      writeFileSync(join(account, "token"), `${secret}\n`)
      writeFileSync(join(account, "ca.crt"), authority.certificate)
      writeFileSync(join(account, "namespace"), "team-b\n")
      const { hostname, port } = new URL(server.url)
      vi.stubEnv("KUBERNETES_SERVICE_HOST", hostname)
      vi.stubEnv("KUBERNETES_SERVICE_PORT", port)
      yield* over(
        { inCluster: { root } },
        Effect.gen(function* () {
          const asking = yield* Effect.forkChild(call())
          const asked = yield* server.next
          asked.answer(200, {})
          yield* Fiber.join(asking)
          assert.strictEqual(asked.headers.authorization, `Bearer ${secret}`)
          assert.strictEqual(yield* Transport.use(({ namespace }) => namespace), "team-b")
        })
      ).pipe(Effect.ensuring(Effect.sync(() => vi.unstubAllEnvs())))
    })
  )

  it.effect("tell the namespace of the context", () =>
    Effect.gen(function* () {
      const file = yield* kubeconfig("http://127.0.0.1:1", {})
      assert.strictEqual(
        yield* over(
          { kubeconfig: file },
          Transport.use(({ namespace }) => namespace)
        ),
        "team-a"
      )
    })
  )
})

describe("Transport.follow", () => {
  const followed = (write: (asked: Asked) => void) =>
    Effect.gen(function* () {
      const server = yield* scriptedServer()
      const file = yield* kubeconfig(server.url, { token: secret })
      const lines: Array<unknown> = []
      return yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          const reading = yield* Effect.forkChild(
            Effect.exit(
              Transport.use((transport) =>
                Stream.runForEach(transport.follow({ ...things, query: { watch: true } }), (line) =>
                  Effect.sync(() => lines.push(line))
                )
              )
            )
          )
          const asked = yield* server.next
          write(asked)
          return { exit: yield* Fiber.join(reading), lines }
        })
      )
    })

  const cutIn = (text: string, size: number) => (asked: Asked) => {
    asked.response.writeHead(200)
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += size) asked.response.write(bytes.subarray(at, at + size))
    asked.response.end()
  }

  const events = [{ a: 1 }, { text: "ü\u2028\u2029𝒳" }, { last: true }]

  it.effect.each([1, 3, 1000])(
    "reads lines whole, wherever they are cut, and cuts them at line feeds only: %i",
    (size) =>
      Effect.gen(function* () {
        const { exit, lines } = yield* followed(
          cutIn(events.map((event) => `${JSON.stringify(event)}\n`).join(""), size)
        )
        assert.strictEqual(exit._tag, "Success")
        assert.deepStrictEqual(lines, events)
      })
  )

  it.effect.each([
    ["a line that is no JSON", cutIn('{"a":1}\ngarbage\n', 100)],
    ["an end in the middle of a line", cutIn('{"a":1}\n{"b"', 100)],
    [
      "a connection that is cut",
      (asked: Asked) => {
        asked.response.writeHead(200)
        asked.response.write('{"a":1}\n')
        setImmediate(() => asked.socket.destroy())
      }
    ]
  ] as const)("takes %s for a broken stream", ([, write]) =>
    Effect.gen(function* () {
      const { exit, lines } = yield* followed(write)
      assert.strictEqual(exit._tag, "Failure")
      assert.include(JSON.stringify(exit), "Unreachable")
      assert.isAtMost(lines.length, 1)
    })
  )

  it.effect("fails as a call does when it is refused", () =>
    Effect.gen(function* () {
      const { exit } = yield* followed((asked) => asked.answer(410, status(410, "Expired")))
      assert.include(JSON.stringify(exit), "Expired")
    })
  )

  it.effect("gives up by its deadline when it does not begin", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer()
      const file = yield* kubeconfig(server.url, { token: secret })
      const error = yield* over(
        { kubeconfig: file, deadline: "5 seconds" },
        Effect.gen(function* () {
          const reading = yield* Effect.forkChild(
            Effect.flip(Transport.use((transport) => Stream.runDrain(transport.follow(things))))
          )
          const { socket } = yield* server.next
          const closed = once(socket, "close")
          yield* TestClock.adjust("5 seconds")
          yield* Effect.promise(() => closed)
          return yield* Fiber.join(reading)
        })
      )
      assert.include(error.message, "does not begin")
    })
  )

  it.effect("has a connection of its own, and lets it go when nobody listens any more", () =>
    Effect.gen(function* () {
      const server = yield* scriptedServer()
      const file = yield* kubeconfig(server.url, { token: secret })
      yield* over(
        { kubeconfig: file },
        Effect.gen(function* () {
          const reading = yield* Effect.forkChild(
            Transport.use((transport) => Stream.runDrain(transport.follow({ ...things, query: { watch: true } })))
          )
          const watch = yield* server.next
          watch.response.writeHead(200)
          watch.response.flushHeaders()
          const calling = yield* Effect.forkChild(call())
          const asked = yield* server.next
          asked.answer(200, {})
          yield* Fiber.join(calling)
          assert.notStrictEqual(asked.socket, watch.socket)
          const closed = once(watch.socket, "close")
          yield* Fiber.interrupt(reading)
          yield* Effect.promise(() => closed)
        })
      )
    })
  )
})
