/**
 * The resource that follows a merged change in one cluster.
 *
 * @since 0.1.0
 */
import { Conditions, Resource } from "@lockstep/core"
import { Schema } from "effect"
import { createHash } from "node:crypto"
import { Phase } from "../domain/Deployment.ts"
import { group, version } from "./group.ts"

const Spec = Schema.Struct({
  trackerRef: Schema.Struct({ name: Schema.NonEmptyString }).annotate({ description: "The tracker it belongs to." }),
  cluster: Schema.NonEmptyString.annotate({ description: "The cluster that the change is to reach." }),
  revision: Schema.String.annotate({ description: "The commit that is to be there." }).check(
    Schema.isPattern(/^[0-9a-f]{40}([0-9a-f]{24})?$/u, { message: "Expected a commit" })
  )
}).annotate({ description: "Which change is followed, and where." })

const Status = Schema.Struct({
  observedGeneration: Schema.optionalKey(Schema.Int.annotate({ description: "The generation that was looked at." })),
  phase: Schema.optionalKey(Phase.annotate({ description: "How the change fares in the cluster." })),
  conditions: Schema.optionalKey(Conditions.Conditions)
}).annotate({ description: "What is known of the change in the cluster." })

/**
 * The kind `DriftMonitor`: one for each cluster that a merged change is to reach. It belongs to its tracker and goes with it.
 *
 * @category resources
 * @since 0.1.0
 */
export const DriftMonitor = Resource.make({
  group,
  version,
  kind: "DriftMonitor",
  plural: "driftmonitors",
  shortNames: ["dm"],
  categories: ["lockstep"],
  description: "Follows one merged change in one cluster.",
  spec: Spec,
  status: Status,
  selectableFields: [".spec.trackerRef.name", ".spec.cluster"],
  printerColumns: [
    { name: "Cluster", type: "string", jsonPath: ".spec.cluster" },
    { name: "Phase", type: "string", jsonPath: ".status.phase" },
    { name: "Revision", type: "string", jsonPath: ".spec.revision", priority: 1 },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }
  ],
  rules: [
    {
      cel: "self == oldSelf",
      message: "a monitor stays with its cluster and revision; create another one",
      holds: (spec, before) =>
        before === undefined ||
        (spec.trackerRef.name === before.trackerRef.name &&
          spec.cluster === before.cluster &&
          spec.revision === before.revision)
    }
  ]
})

/**
 * A stored `DriftMonitor`.
 *
 * @category models
 * @since 0.1.0
 */
export type DriftMonitor = Resource.InstanceOf<typeof DriftMonitor>

/**
 * The label by which the monitors of a tracker are found; its value is the tracker's uid.
 *
 * @category naming
 * @since 0.1.0
 */
export const trackerLabel = `${group}/tracker-uid`

/**
 * Returns the name of the monitor of a tracker for a cluster: `tracker-cluster`.
 *
 * @category naming
 * @since 0.1.0
 */
export const monitorName = (tracker: string, cluster: string): string => {
  const safe = cluster
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "")
    .slice(0, 40)
  const hash = createHash("sha256").update(`${tracker}/${cluster}`).digest("hex").slice(0, 6)
  return `${tracker.slice(0, 200)}-${safe}-${hash}`
}
