import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
import { describe } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { contractConfig, dataplaneContract } from "../../dataplane/contract.ts"

const versions = [
  ["3.0", "LOCKSTEP_HAPROXY_3_0"],
  ["3.2", "LOCKSTEP_HAPROXY_3_2"],
  ["3.4", "LOCKSTEP_HAPROXY_3_4"]
] as const

/** A folder for the scope. */
const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "lockstep-contract-"))),
  (path) => Effect.sync(() => rmSync(path, { recursive: true, force: true }))
)

describe.each(versions)("The in-process Data Plane API %s over a real HAProxy", (api, variable) => {
  dataplaneContract(() =>
    Layer.unwrap(
      Effect.map(folder, (directory) => {
        const listener = join(directory, "public.sock")
        const statsSocket = `stats socket ${join(directory, "stats.sock")} mode 600 level admin expose-fd listeners`
        const config = contractConfig({ statsSocket, port: 0 }).replace("127.0.0.1:0", listener)
        return DataplaneEmulator.clientLayer({
          api,
          config,
          directory,
          haproxy: process.env[variable] ?? "",
          reloadDelay: 20
        })
      })
    )
  )
})
