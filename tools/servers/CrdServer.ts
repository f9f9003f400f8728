import { Context, Effect, Layer, type Scope } from "effect"
import { Etcd } from "./Etcd.ts"
import { type ApiAnswer, apiRequest, type ApiRequestOptions, type RequestFailed } from "./kubernetes/ApiRequest.ts"
import { prepareApiServer } from "./kubernetes/ApiServer.ts"
import { kubeconfig } from "./kubernetes/Kubeconfig.ts"
import type { Pki } from "./kubernetes/Pki.ts"
import type { Restartable } from "./kubernetes/Restartable.ts"
import { retryTakenPorts } from "./Ports.ts"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"

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
    const { pki, start, url, write } = yield* prepareApiServer("crdserver")
    // It wants to ask a kube-apiserver about users and rights. There is none; certificates of its own authority suffice.
    const nowhere = write(
      "nowhere.kubeconfig",
      kubeconfig({ url: "https://127.0.0.1:9", caFile: pki.caFile, user: { token: "none" } })
    )
    const request: CrdServer["Service"]["request"] = (path, options = {}) =>
      apiRequest(`${url}${path}`, { ca: pki.ca, certificate: pki.admin.certificate, key: pki.admin.key, ...options })
    const running = yield* start({
      flags: {
        "authentication-skip-lookup": true,
        "authentication-kubeconfig": nowhere,
        "authorization-kubeconfig": nowhere,
        kubeconfig: nowhere,
        "enable-priority-and-fairness": false,
        "disable-admission-plugins": admissionPlugins.join(",")
      },
      request,
      ready: "/livez",
      within: "60 seconds"
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
      ...running
    }
  }
)
