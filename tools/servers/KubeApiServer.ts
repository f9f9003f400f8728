import { Context, Effect, Layer, type Scope } from "effect"
import { Etcd } from "./Etcd.ts"
import { prepareApiServer } from "./kubernetes/ApiServer.ts"
import { type KubeAccess, kubeRequest, type KubeRequest, type KubeUser, kubeUsers } from "./kubernetes/KubeAccess.ts"
import { kubeconfig } from "./kubernetes/Kubeconfig.ts"
import type { Pki } from "./kubernetes/Pki.ts"
import type { Restartable } from "./kubernetes/Restartable.ts"
import { retryTakenPorts } from "./Ports.ts"
import type { ServerFailed, ServerUnavailable } from "./ServerError.ts"

/**
 * A real kube-apiserver over a real etcd, with RBAC, tokens and certificates made on the spot.
 *
 * **When to use**
 *
 * Use `layer` where a test takes the server away or needs one of its own. Most tests share the run's server through
 * `SharedKubeApiServer` and keep to a namespace of their own, as a start takes some seconds.
 *
 * **Gotchas**
 *
 * No controllers run: nothing collects garbage, empties namespaces or makes default service accounts. For about 100 ms
 * after a kind's first request, and after each restart, a list of it answers 429.
 *
 * @category services
 * @since 0.1.0
 */
export class KubeApiServer extends Context.Service<
  KubeApiServer,
  KubeAccess &
    Restartable & {
      readonly pki: Pki
      readonly request: KubeRequest
    }
>()("lockstep/tools/servers/KubeApiServer") {
  /**
   * Provides a kube-apiserver over an etcd the caller provides.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layerNoDeps: Layer.Layer<KubeApiServer, ServerFailed | ServerUnavailable, Etcd> = Layer.effect(
    KubeApiServer,
    Effect.suspend(() => retryTakenPorts(startOnce))
  )

  /**
   * Provides a kube-apiserver with an etcd of its own.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<KubeApiServer | Etcd, ServerFailed | ServerUnavailable> = Layer.provideMerge(
    KubeApiServer.layerNoDeps,
    Etcd.layer
  )
}

const tokens: Record<KubeUser, string> = { admin: "admin-token", operator: "operator-token", nobody: "nobody-token" }

const startOnce: Effect.Effect<KubeApiServer["Service"], ServerFailed | ServerUnavailable, Scope.Scope | Etcd> =
  Effect.gen(function* () {
    const { pki, start, url, write } = yield* prepareApiServer("kube-apiserver")
    const kubeconfigOf = (user: KubeUser) =>
      write(`${user}.kubeconfig`, kubeconfig({ url, caFile: pki.caFile, user: { token: tokens[user] } }))
    const access: KubeAccess = {
      url,
      ca: pki.ca,
      caFile: pki.caFile,
      tokens,
      kubeconfigs: {
        admin: kubeconfigOf("admin"),
        operator: kubeconfigOf("operator"),
        nobody: kubeconfigOf("nobody")
      },
      adminCertificateFile: pki.adminCertificateFile,
      adminKeyFile: pki.adminKeyFile
    }
    const request = kubeRequest(access)
    const running = yield* start({
      flags: {
        // Without these two it looks for a default route, and dies where there is none.
        "advertise-address": "127.0.0.1",
        "endpoint-reconciler-type": "none",
        "cert-dir": pki.directory,
        "token-auth-file": write(
          "tokens.csv",
          [
            `${tokens.admin},${kubeUsers.admin},1,"system:masters"`,
            `${tokens.operator},${kubeUsers.operator},2`,
            `${tokens.nobody},${kubeUsers.nobody},3`,
            ""
          ].join("\n")
        ),
        "authorization-mode": "RBAC",
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": pki.serviceAccountKeyFile,
        "service-account-signing-key-file": pki.serviceAccountKeyFile,
        "service-cluster-ip-range": "10.0.0.0/24",
        // It would refuse pods for want of the default service account, which a controller makes.
        "disable-admission-plugins": "ServiceAccount"
      },
      request,
      ready: "/readyz",
      within: "90 seconds"
    })
    return { ...access, pki, request, ...running }
  })
