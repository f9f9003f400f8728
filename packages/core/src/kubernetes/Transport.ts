/**
 * The connection to an API server.
 *
 * @since 0.1.0
 */
import { Context, type Duration, Effect, Layer, Stream } from "effect"
import type { KubernetesError } from "./KubernetesError.ts"
import { makeLogin, type Login } from "./Transport/login.ts"
import type { Source } from "./Transport/identity.ts"
import { call } from "./Transport/call.ts"
import { follow } from "./Transport/follow.ts"

/**
 * What is asked of a server.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Below the server's address, such as `/apis/lockstep.dev/v1alpha1/…`, with its parts escaped. */
  readonly path: string
  readonly query?: { readonly [name: string]: string | number | boolean | undefined }
  /** Sent as JSON. */
  readonly body?: unknown
  /** `application/json` if left out. */
  readonly contentType?: string
  /** How long the whole of it may take; see the settings if left out. */
  readonly deadline?: Duration.Input
}

/**
 * Settings of a connection.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransportOptions extends Source {
  /** How long a call may take, its retries included: 30 seconds if left out. */
  readonly deadline?: Duration.Input
  /** What the server's logs know us by; `lockstep` and the platform if left out. */
  readonly userAgent?: string
}

/**
 * Speaks to an API server: one pool of connections for each identity, another for watches.
 *
 * **Details**
 *
 * - Credentials come from a kubeconfig, as `kubectl` has them: tokens, certificates, files of both, programs, OIDC; or from
 *   the cluster that this runs in. They are read again each minute, and at once when the server refuses them (401); then
 *   the request is sent once more. However many requests need them at a time, they are got once.
 * - A call ends by its deadline in any case: a server whose storage is gone never answers.
 * - Where the server asks for patience (429 with `Retry-After`), the call waits as long as it was told, within its deadline.
 *   Nothing else is tried again here: who calls knows better.
 * - Refusals become errors by reason and code (`KubernetesError`).
 * - Proxies (`proxy-url`: http, https, socks5) and own authorities of the kubeconfig are used. Connections are HTTP/1.1.
 * - Counts `rest_client_requests_total` and `rest_client_request_duration_seconds`, and has a span for each call. Neither
 *   they nor the errors carry credentials or bodies.
 *
 * **Example** (Asking a server for its version)
 *
 * ```ts
 * import { Transport } from "@lockstep/core/kubernetes"
 * import { Effect } from "effect"
 *
 * const version = Transport.use((transport) => transport.call({ method: "GET", path: "/version" })).pipe(
 *   Effect.provide(Transport.layer())
 * )
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Transport extends Context.Service<
  Transport,
  {
    /** Sends a request and reads the whole answer as JSON. */
    readonly call: (request: Request) => Effect.Effect<unknown, KubernetesError>
    /** Sends a request and reads the answer line by line as JSON, until the server ends it. Only its beginning has a deadline. */
    readonly follow: (request: Request) => Stream.Stream<unknown, KubernetesError>
    /** The namespace that the kubeconfig's context, or the cluster that this runs in, names. */
    readonly namespace: Effect.Effect<string, KubernetesError>
    /** The server's address. */
    readonly server: Effect.Effect<string, KubernetesError>
  }
>()("@lockstep/core/kubernetes/Transport") {
  /**
   * Provides the connection that a kubeconfig describes. Nothing is read or connected before the first request.
   *
   * @category layers
   * @since 0.1.0
   */
  static readonly layer = (options: TransportOptions = {}): Layer.Layer<Transport> =>
    Layer.effect(
      Transport,
      Effect.map(makeLogin(options), (login: Login) => {
        const userAgent = options.userAgent ?? `lockstep (${process.platform}/${process.arch}; Node ${process.version})`
        return {
          call: (request: Request) => call(login, userAgent, options.deadline ?? "30 seconds", request),
          follow: (request: Request) => follow(login, userAgent, options.deadline ?? "30 seconds", request),
          namespace: Effect.map(login.current, ({ identity }) => identity.namespace),
          server: Effect.map(login.current, ({ identity }) => identity.server)
        }
      })
    )
}
