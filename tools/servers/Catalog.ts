/**
 * The HAProxy versions tests run against, oldest first.
 *
 * @category constants
 * @since 0.1.0
 */
export const haproxyVersions = ["2.6", "3.0", "3.2", "3.4"] as const

/**
 * One of the HAProxy versions tests run against.
 *
 * @category models
 * @since 0.1.0
 */
export type HaproxyVersion = (typeof haproxyVersions)[number]

/**
 * The Kubernetes servers, which one Go module builds together.
 *
 * @category constants
 * @since 0.1.0
 */
export const kubernetesServers = ["etcd", "kube-apiserver", "crdserver"] as const

/**
 * One of the Kubernetes servers.
 *
 * @category models
 * @since 0.1.0
 */
export type KubernetesServer = (typeof kubernetesServers)[number]

/**
 * A real server by its name.
 *
 * @category models
 * @since 0.1.0
 */
export type ServerName = `haproxy-${HaproxyVersion}` | KubernetesServer

/**
 * Every real server that can be fetched or built here.
 *
 * @category constants
 * @since 0.1.0
 */
export const serverNames: ReadonlyArray<ServerName> = [
  ...haproxyVersions.map((version) => `haproxy-${version}` as const),
  ...kubernetesServers
]

/**
 * Names the environment variable that says where a server's program is: `LOCKSTEP_HAPROXY_3_2`, `LOCKSTEP_ETCD`. The
 * test run sets it; a person may set it to use a program of their own.
 *
 * @category getters
 * @since 0.1.0
 */
export const variableOf = (server: ServerName): string => `LOCKSTEP_${server.toUpperCase().replaceAll(/[-.]/gu, "_")}`
