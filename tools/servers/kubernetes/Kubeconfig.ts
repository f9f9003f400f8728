/**
 * Who a kubeconfig speaks as: a bearer token, or a client certificate by its files.
 *
 * @category models
 * @since 0.1.0
 */
export type KubeconfigUser =
  | { readonly token: string }
  | { readonly "client-certificate": string; readonly "client-key": string }

/**
 * Writes a kubeconfig for one server and one user. It is JSON, which is YAML too.
 *
 * @category encoding
 * @since 0.1.0
 */
export const kubeconfig = (options: {
  readonly url: string
  readonly caFile: string
  readonly user: KubeconfigUser
}): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: options.url, "certificate-authority": options.caFile } }],
    users: [{ name: "test", user: options.user }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test", namespace: "default" } }],
    "current-context": "test"
  })
