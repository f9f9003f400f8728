import { randomBytes } from "node:crypto"
import { Context, Effect, Layer } from "effect"
import { inject } from "vitest"
import { RequestFailed } from "./kubernetes/ApiRequest.ts"
import { type KubeAccess, kubeRequest, type KubeRequest } from "./kubernetes/KubeAccess.ts"

declare module "vitest" {
  export interface ProvidedContext {
    /** Set by the suite's global set-up, vitest/sharedKubeApiServer.ts. */
    readonly sharedKubeApiServer: KubeAccess
  }
}

/**
 * The run's kube-apiserver, which all files of the suite `kubernetes` share, and a namespace of this layer's own.
 *
 * **Gotchas**
 *
 * What has no namespace is shared too: declare kinds so that a second declaration does no harm. A namespace is never
 * emptied, as no controller runs; it goes with the server.
 *
 * @see KubeApiServer for a server of a test's own, which it can take away
 * @category services
 * @since 0.1.0
 */
export class SharedKubeApiServer extends Context.Service<
  SharedKubeApiServer,
  KubeAccess & { readonly namespace: string; readonly request: KubeRequest }
>()("lockstep/tools/servers/SharedKubeApiServer") {
  /**
   * Makes a namespace on the shared server.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer: Layer.Layer<SharedKubeApiServer, RequestFailed> = Layer.effect(
    SharedKubeApiServer,
    Effect.gen(function* () {
      const access = inject("sharedKubeApiServer")
      const request = kubeRequest(access)
      const namespace = `test-${randomBytes(4).toString("hex")}`
      yield* Effect.filterOrFail(
        request("/api/v1/namespaces", { method: "POST", body: { metadata: { name: namespace } } }),
        ({ status }) => status === 201,
        ({ status, body }) =>
          new RequestFailed({ request: `make namespace ${namespace}`, reason: `${status} ${body.message}` })
      )
      return { ...access, namespace, request }
    })
  )
}
