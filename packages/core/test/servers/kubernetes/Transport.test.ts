import { Transport, type TransportOptions } from "@lockstep/core/kubernetes"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { vi } from "vitest"
import { Etcd } from "../../../../../tools/servers/Etcd.ts"
import { KubeApiServer } from "../../../../../tools/servers/KubeApiServer.ts"
import { onLiveClock } from "../../../../../tools/servers/LiveClock.ts"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { folder, kubeconfig } from "../../kubernetes/kubeconfig.ts"

const over = (options: TransportOptions, path: string) =>
  Transport.use((transport) => transport.call({ method: "GET", path })).pipe(
    Effect.provide(Transport.layer(options), { local: true }),
    onLiveClock
  )

const whoAmI = (options: TransportOptions) =>
  Transport.use((transport) =>
    transport.call({
      method: "POST",
      path: "/apis/authentication.k8s.io/v1/selfsubjectreviews",
      body: { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" }
    })
  ).pipe(Effect.provide(Transport.layer(options), { local: true }), Effect.map(JSON.stringify), onLiveClock)

layer(SharedKubeApiServer.layer, { timeout: "2 minutes" })("Transport on a real server", (it) => {
  it.effect("is known by its token", () =>
    Effect.gen(function* () {
      const { kubeconfigs } = yield* SharedKubeApiServer
      assert.include(yield* whoAmI({ kubeconfig: kubeconfigs.operator }), '"username":"lockstep-operator"')
    })
  )

  it.effect("is known by its certificate", () =>
    Effect.gen(function* () {
      const { adminCertificateFile, adminKeyFile, caFile, url } = yield* SharedKubeApiServer
      const user = { "client-certificate": adminCertificateFile, "client-key": adminKeyFile }
      const file = yield* kubeconfig(url, user, { "certificate-authority": caFile })
      assert.include(yield* whoAmI({ kubeconfig: file }), "system:masters")
    })
  )

  it.effect("is known by what a program says", () =>
    Effect.gen(function* () {
      const { caFile, tokens, url } = yield* SharedKubeApiServer
      const credential = {
        apiVersion: "client.authentication.k8s.io/v1",
        kind: "ExecCredential",
        status: { token: tokens.operator }
      }
      const exec = {
        apiVersion: credential.apiVersion,
        command: process.execPath,
        args: ["-e", `console.log(${JSON.stringify(JSON.stringify(credential))})`]
      }
      const file = yield* kubeconfig(url, { exec }, { "certificate-authority": caFile })
      assert.include(yield* whoAmI({ kubeconfig: file }), '"username":"lockstep-operator"')
    })
  )

  it.effect("is known as the service account of its pod", () =>
    Effect.gen(function* () {
      const { ca, namespace, request, url } = yield* SharedKubeApiServer
      const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`
      yield* request(accounts, { method: "POST", body: { metadata: { name: "runner" } } })
      const issued = yield* request(`${accounts}/runner/token`, {
        method: "POST",
        body: { spec: { expirationSeconds: 600 } }
      })
      const root = yield* folder
      const account = join(root, "var/run/secrets/kubernetes.io/serviceaccount")
      mkdirSync(account, { recursive: true })
      writeFileSync(join(account, "token"), issued.body.status.token)
      writeFileSync(join(account, "ca.crt"), ca)
      const { hostname, port } = new URL(url)
      vi.stubEnv("KUBERNETES_SERVICE_HOST", hostname)
      vi.stubEnv("KUBERNETES_SERVICE_PORT", port)
      const known = yield* Effect.ensuring(
        whoAmI({ inCluster: { root } }),
        Effect.sync(() => vi.unstubAllEnvs())
      )
      assert.include(known, `system:serviceaccount:${namespace}:runner`)
    })
  )

  it.effect("is refused with a wrong token, and forbidden what it has no right to", () =>
    Effect.gen(function* () {
      const { caFile, kubeconfigs, url } = yield* SharedKubeApiServer
      const wrong = yield* kubeconfig(url, { token: "wrong" }, { "certificate-authority": caFile })
      const refused = yield* Effect.flip(over({ kubeconfig: wrong }, "/api/v1/secrets"))
      assert.strictEqual(refused.reason._tag, "Unauthorized")
      const forbidden = yield* Effect.flip(over({ kubeconfig: kubeconfigs.nobody }, "/api/v1/secrets"))
      assert.strictEqual(forbidden.reason._tag, "Forbidden")
    })
  )
})

layer(KubeApiServer.layer, { timeout: "2 minutes" })("Transport to a server whose storage is gone", (it) => {
  it.effect("gives up by its deadline, and works again once the storage is back", () =>
    Effect.gen(function* () {
      const { kubeconfigs } = yield* KubeApiServer
      const etcd = yield* Etcd
      yield* Effect.gen(function* () {
        const transport = yield* Transport
        const secrets = transport.call({ method: "GET", path: "/api/v1/secrets" })
        yield* secrets
        yield* etcd.kill
        const error = yield* Effect.flip(secrets)
        assert.include(["Unreachable", "ServerFailed"], error.reason._tag)
        assert.strictEqual(error.treatment._tag, "retry")
        yield* etcd.restart
        yield* Effect.retry(secrets, { times: 30 })
      }).pipe(
        Effect.provide(Transport.layer({ kubeconfig: kubeconfigs.admin, deadline: "3 seconds" }), { local: true }),
        onLiveClock
      )
    })
  )
})
