import type { Host } from "../Host.ts"
import type { Route } from "../Router.ts"
import { aclEndpoints } from "./acls.ts"
import { sslEndpoints } from "./certificates.ts"
import { mapEndpoints } from "./maps.ts"
import { serverEndpoints } from "./servers.ts"
import { infoEndpoints } from "./statistics.ts"
import { tableEndpoints } from "./stickTables.ts"

/** The routes behind which HAProxy's runtime socket is. */
export const runtimeEndpoints = (host: Host): ReadonlyArray<Route> => [
  ...serverEndpoints(host),
  ...mapEndpoints(host),
  ...aclEndpoints(host),
  ...tableEndpoints(host),
  ...sslEndpoints(host),
  ...infoEndpoints(host)
]
