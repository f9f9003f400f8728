import { apiVersions } from "@lockstep/haproxy-sync"
import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
import { describe } from "@effect/vitest"
import { contractConfig, dataplaneContract } from "./contract.ts"

const config = contractConfig({
  statsSocket: "stats socket /tmp/lockstep-contract.sock mode 600 level admin",
  port: 18_080
})

describe.each(apiVersions)("The in-process Data Plane API %s", (api) => {
  dataplaneContract(() => DataplaneEmulator.clientLayer({ api, config, reloadDelay: 20 }), { wholes: api !== "2.9" })
})
