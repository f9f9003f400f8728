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
  readonly servers: ReadonlyArray<ServerName>
  /**
   * The variable that must name a program only some machines have; the suite is skipped without it. The Data Plane API is
   * such a program: no distribution packages it and its Go module is not published.
   */
  readonly needs?: "LOCKSTEP_DATAPLANEAPI"
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
    servers: haproxyVersions.map((version) => `haproxy-${version}` as const)
  },
  {
    name: "dataplane",
    servers: [],
    needs: "LOCKSTEP_DATAPLANEAPI"
  },
  {
    name: "kubernetes",
    servers: kubernetesServers
  }
]
