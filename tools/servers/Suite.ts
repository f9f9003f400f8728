import type { ServerName } from "./Catalog.ts"
import { haproxyVersions, kubernetesServers } from "./Catalog.ts"

/**
 * A group of tests that run against the same real servers. A test belongs to the suite its folder is named after:
 * `packages/X/test/servers/haproxy/Y.test.ts` and `tools/test/servers/haproxy/Y.test.ts` are in `haproxy`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Suite {
  readonly name: SuiteName
  /** What it runs against, for people. */
  readonly against: string
  readonly servers: ReadonlyArray<ServerName>
  /** The variable that must name a program only some machines have; the suite is skipped without it. */
  readonly needs?: string
}

/**
 * The name of a suite, on the command line and as a folder.
 *
 * @category models
 * @since 0.1.0
 */
export type SuiteName = "haproxy" | "dataplane" | "kubernetes"

/**
 * Every suite of the server run.
 *
 * @category constants
 * @since 0.1.0
 */
export const suites: ReadonlyArray<Suite> = [
  {
    name: "haproxy",
    against: "HAProxy, alone and under the in-process Data Plane API",
    servers: haproxyVersions.map((version) => `haproxy-${version}` as const)
  },
  {
    name: "dataplane",
    against: "a Data Plane API, which no distribution packages",
    servers: [],
    needs: "LOCKSTEP_DATAPLANEAPI"
  },
  {
    name: "kubernetes",
    against: "etcd, kube-apiserver and the small server of custom resources",
    servers: kubernetesServers
  }
]
