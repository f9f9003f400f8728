/**
 * Leases: who holds a role, and until when.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import * as Resource from "../resource/Resource.ts"

/**
 * The kind of Kubernetes by which the replicas of a program agree on who leads.
 *
 * **Details**
 *
 * No holder, or an empty one, means that the lease is free. Times are those of the holder's clock: whoever waits for a
 * lease to run out goes by its own clock and by when it saw the lease change.
 *
 * @category resources
 * @since 0.1.0
 */
export const Lease = Resource.make({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  description: "Who holds a role, and until when.",
  spec: Schema.Struct({
    holderIdentity: Schema.optionalKey(Schema.String),
    leaseDurationSeconds: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
    acquireTime: Schema.optionalKey(Schema.String),
    renewTime: Schema.optionalKey(Schema.String),
    leaseTransitions: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
    strategy: Schema.optionalKey(Schema.String),
    preferredHolder: Schema.optionalKey(Schema.String)
  }),
  status: Schema.Struct({})
})

/**
 * A lease.
 *
 * @category models
 * @since 0.1.0
 */
export type Lease = Resource.InstanceOf<typeof Lease>
