import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { Context, Effect, Layer, type Scope } from "effect"
import { locate } from "./Binaries.ts"
import { Etcd } from "./Etcd.ts"
import { type ApiAnswer, apiRequest, type ApiRequestOptions, type RequestFailed } from "./kubernetes/ApiRequest.ts"
import { kubeconfig } from "./kubernetes/Kubeconfig.ts"
import { makePki, type Pki } from "./kubernetes/Pki.ts"
import { type Restartable, restartable } from "./kubernetes/Restartable.ts"
import { freePorts, retryTakenPorts } from "./Ports.ts"
import { scratchDirectory } from "./Scratch.ts"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"
import { awaitReady, startServer } from "./ServerProcess.ts"

/**
 * The API server of custom resources alone, over a real etcd.
 *
 * **When to use**
 *
 * Use it where a test restarts the server many times or runs several: a restart takes a quarter of kube-apiserver's.
 *
 * **Gotchas**
 *
 * `/apis` names no declared group; `/apis/GROUP/VERSION` answers. It has no core group (no namespaces, no Secrets), no RBAC, no Leases, no Events and no tokens: its one user is the
 * admin by client certificate.
 *
 * @category services
 * @since 0.1.0
 */
export class CrdServer extends Context.Service<
  CrdServer,
  Restartable & {
    readonly url: string
    readonly pki: Pki
    readonly kubeconfig: string
    /** Sends a request as the admin. */
    readonly request: (path: string, options?: ApiRequestOptions) => Effect.Effect<ApiAnswer, RequestFailed>
  }
>()("lockstep/tools/servers/CrdServer") {
  /**
   * Provides the server over an etcd the caller provides.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layerNoDeps: Layer.Layer<CrdServer, ServerFailed | ServerUnavailable, Etcd> = Layer.effect(
    CrdServer,
    Effect.suspend(() => retryTakenPorts(startOnce))
  )

  /**
   * Provides the server with an etcd of its own.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<CrdServer | Etcd, ServerFailed | ServerUnavailable> = Layer.provideMerge(
    CrdServer.layerNoDeps,
    Etcd.layer
  )
}

/** They look at namespaces and at webhooks of the core API, which is not there. */
const admissionPlugins = [
  "NamespaceLifecycle",
  "MutatingAdmissionWebhook",
  "ValidatingAdmissionWebhook",
  "ValidatingAdmissionPolicy",
  "MutatingAdmissionPolicy"
]

const startOnce: Effect.Effect<CrdServer["Service"], ServerFailed | ServerUnavailable, Scope.Scope | Etcd> = Effect.gen(
  function* () {
    const etcd = yield* Etcd
    const binary = yield* locate("crdserver")
    const directory = yield* scratchDirectory("crdserver")
    const [port] = yield* freePorts(1)
    const url = `https://127.0.0.1:${port}`
    const pki = makePki(join(directory, "pki"))
    const write = (name: string, text: string) => {
      writeFileSync(join(directory, name), text, { mode: 0o600 })
      return join(directory, name)
    }
    // It wants to ask a kube-apiserver about users and rights. There is none; certificates of its own authority suffice.
    const nowhere = write(
      "nowhere.kubeconfig",
      kubeconfig({ url: "https://127.0.0.1:9", caFile: pki.caFile, user: { token: "none" } })
    )
    const flags = {
      "etcd-servers": etcd.url,
      "bind-address": "127.0.0.1",
      "secure-port": port,
      "tls-cert-file": pki.certificateFile,
      "tls-private-key-file": pki.keyFile,
      "client-ca-file": pki.caFile,
      "authentication-skip-lookup": true,
      "authentication-kubeconfig": nowhere,
      "authorization-kubeconfig": nowhere,
      kubeconfig: nowhere,
      "enable-priority-and-fairness": false,
      "disable-admission-plugins": admissionPlugins.join(",")
    }
    const request: CrdServer["Service"]["request"] = (path, options = {}) =>
      apiRequest(`${url}${path}`, { ca: pki.ca, certificate: pki.admin.certificate, key: pki.admin.key, ...options })
    const start = Effect.gen(function* () {
      const server = yield* startServer({
        name: "crdserver",
        command: binary,
        args: Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
        directory
      })
      yield* awaitReady(server, {
        check: Effect.map(request("/livez", { timeoutMillis: 2000 }), ({ status }) => status === 200),
        within: "60 seconds",
        what: "answered on /livez"
      })
      return server
    })
    return {
      url,
      pki,
      request,
      kubeconfig: write(
        "admin.kubeconfig",
        kubeconfig({
          url,
          caFile: pki.caFile,
          user: { "client-certificate": pki.adminCertificateFile, "client-key": pki.adminKeyFile }
        })
      ),
      ...(yield* restartable(start))
    }
  }
)
