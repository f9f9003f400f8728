// What bringing changes to a server takes. Requests, bytes, reloads and our own work are measured, against the in-process server in a
// process of its own; the seconds that a real server would take are those of the cost model, which was measured on one.
import { measuredCosts, secondsOf } from "../packages/haproxy-sync/src/plan/Cost.ts"
import { inChild } from "./child.ts"
import type { Report } from "./Report.ts"

type Measured = {
  readonly status: string
  readonly writes: number
  readonly requests: number
  readonly megabytes: number
  readonly reloads: number
  readonly cpu: number
  readonly elapsed: number
  readonly modelled: number
  readonly bytes: number
  readonly peak: number
}

const cases = [
  ["servers", "70KB", 70e3, 1],
  ["servers", "70KB", 70e3, 100],
  ["servers", "0.1MB", 0.12e6, 1000],
  ["rules", "70KB", 70e3, 1000],
  ["servers", "0.7MB", 0.7e6, 1],
  ["servers", "0.7MB", 0.7e6, 100],
  ["servers", "0.7MB", 0.7e6, 1000],
  ["rules", "0.7MB", 0.7e6, 1000],
  ["servers", "1.2MB", 1.2e6, 10_000]
] as const

/** Twice a push of the whole text, and what HAProxy is told while it runs. */
const limit = (bytes: number, changes: number): number =>
  2 * secondsOf(measuredCosts.request.raw, bytes) + secondsOf(measuredCosts.request.runtime, bytes, changes)

export const run = (quick: boolean): Promise<Report> => {
  const results = cases
    .filter(([, , bytes, changes]) => !quick || (bytes < 0.5e6 && changes < 1000))
    .map(([kind, size, bytes, changes]) => ({
      name: `${size}/${changes} ${kind}`,
      kind,
      changes,
      ...inChild<Measured>("sync.worker.ts", kind, String(bytes), String(changes))
    }))
  const ratios = Object.fromEntries(
    results.map(({ bytes, changes, kind, modelled, name, reloads, status }) => {
      const allowed = kind === "servers" ? reloads === 0 : reloads <= 1
      return [name, status === "applied" && allowed ? limit(bytes, kind === "servers" ? changes : 0) / modelled : 0]
    })
  )
  return Promise.resolve({
    columns: [
      "size/changes",
      "status",
      "writes",
      "all requests",
      "MB sent and read",
      "reloads",
      "our CPU ms",
      "elapsed ms (in-process server)",
      "s (cost model)",
      "limit / s",
      "peak MB"
    ],
    rows: results.map((one) => [
      one.name,
      one.status,
      String(one.writes),
      String(one.requests),
      one.megabytes.toFixed(2),
      String(one.reloads),
      one.cpu.toFixed(0),
      one.elapsed.toFixed(0),
      one.modelled.toFixed(3),
      (ratios[one.name] ?? 0).toFixed(2),
      one.peak.toFixed(0)
    ]),
    ratios,
    goals: Object.fromEntries(results.map(({ name }) => [name, 1]))
  })
}
