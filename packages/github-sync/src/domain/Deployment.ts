/**
 * How far a merged change has come, summed up over the clusters that were watched.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import type { DeploymentState } from "./Facts.ts"

/**
 * How far a change has come in one cluster.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Phase = Schema.Literals([
  "Pending",
  "Progressing",
  "Synced",
  "Healthy",
  "Degraded",
  "Drifted",
  "TimedOut",
  "Superseded",
  "Unknown"
])

/**
 * How far a change has come in one cluster.
 *
 * @category models
 * @since 0.1.0
 */
export type Phase = typeof Phase.Type

const bad: { readonly [Phase in string]?: DeploymentState } = {
  Drifted: "drifted",
  Degraded: "degraded",
  TimedOut: "degraded"
}

/**
 * Sums the phases of all clusters up: the worst news wins, good news counts only when it comes from everywhere.
 *
 * **Details**
 *
 * A cluster that was superseded by a later change no longer counts. A cluster that can't be asked, or has not answered yet,
 * is no bad news, but holds back the good.
 *
 * @category decisions
 * @since 0.1.0
 */
export const summarize = (phases: ReadonlyArray<Phase>): DeploymentState | undefined => {
  const counting = phases.filter((phase) => phase !== "Superseded")
  for (const state of ["drifted", "degraded"] as const) {
    if (counting.some((phase) => bad[phase] === state)) return state
  }
  if (counting.length === 0) return undefined
  if (counting.every((phase) => phase === "Healthy")) return "healthy"
  return counting.every((phase) => phase === "Healthy" || phase === "Synced") ? "synced" : undefined
}
