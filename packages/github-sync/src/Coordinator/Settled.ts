import { Conditions } from "@lockstep/core"
import * as Deployment from "../domain/Deployment.ts"
import { isAfterMerge } from "../domain/LifecycleState.ts"
import { stands, type QualificationPolicy } from "../domain/Qualification.ts"
import type { DriftMonitor } from "../resources/DriftMonitor.ts"
import type { PullRequestTracker } from "../resources/PullRequestTracker.ts"

/**
 * Reports whether a look at a pull request that has not changed since would change nothing: what was asked for was looked at, all
 * was in step, and nothing was waited for.
 */
export const isSettled = (
  { metadata, status }: PullRequestTracker,
  monitors: ReadonlyArray<DriftMonitor>,
  { clusters, qualification }: { readonly clusters: ReadonlyArray<string>; readonly qualification: QualificationPolicy }
): boolean => {
  if (status?.state === undefined || status.observedGeneration !== metadata.generation) return false
  if (!Conditions.isTrue(status.conditions, "Ready") || Conditions.isTrue(status.conditions, "RateLimited"))
    return false
  if (status.state === "closed") return true
  if (!isAfterMerge(status.state))
    return status.qualification !== undefined && stands(status.qualification, qualification)
  const watched = new Set(monitors.map(({ spec }) => spec.cluster))
  const told = Deployment.summarize(monitors.map((monitor) => monitor.status?.phase ?? "Pending")) ?? "merged"
  return told === status.state && clusters.every((cluster) => watched.has(cluster))
}
