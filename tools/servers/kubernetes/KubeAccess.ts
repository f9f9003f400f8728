import type { Effect } from "effect"
import { type ApiAnswer, apiRequest, type ApiRequestOptions, type RequestFailed } from "./ApiRequest.ts"

/**
 * The users every test server knows: one who may do everything, one without any right until a role is bound to it, and
 * one who never gets a right.
 *
 * @category models
 * @since 0.1.0
 */
export type KubeUser = "admin" | "operator" | "nobody"

/**
 * The users' names as roles are bound to them.
 *
 * @category constants
 * @since 0.1.0
 */
export const kubeUsers: Record<KubeUser, string> = { admin: "admin", operator: "lockstep-operator", nobody: "nobody" }

/**
 * How to reach an API server: what a client under test is given.
 *
 * @category models
 * @since 0.1.0
 */
export interface KubeAccess {
  readonly url: string
  /** The authority's certificate, as PEM and as a file. */
  readonly ca: string
  readonly caFile: string
  readonly tokens: Readonly<Record<KubeUser, string>>
  /** One kubeconfig file for each user. */
  readonly kubeconfigs: Readonly<Record<KubeUser, string>>
  /** A client certificate of the group `system:masters`, as files. */
  readonly adminCertificateFile: string
  readonly adminKeyFile: string
}

/**
 * Sends a request to one server as a user; as the admin unless told otherwise.
 *
 * @category models
 * @since 0.1.0
 */
export type KubeRequest = (
  path: string,
  options?: ApiRequestOptions & { readonly as?: KubeUser }
) => Effect.Effect<ApiAnswer, RequestFailed>

/**
 * Builds the function that sends requests to a server.
 *
 * @category constructors
 * @since 0.1.0
 */
export const kubeRequest =
  ({ url, ca, tokens }: KubeAccess): KubeRequest =>
  (path, { as = "admin", ...options } = {}) =>
    apiRequest(`${url}${path}`, { ca, token: tokens[as], ...options })
