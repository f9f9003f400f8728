import { Resource } from "@lockstep/core"
import { Schema } from "effect"

/**
 * A kind that two writers count up together: each knows what it has counted, and the total is right only if neither has
 * ever written over what the other wrote.
 */
export const Tally = Resource.make({
  group: "test.lockstep.dev",
  version: "v1",
  kind: "Tally",
  plural: "tallies",
  description: "What two writers count together.",
  spec: Schema.Struct({
    ours: Schema.Int,
    theirs: Schema.Int,
    total: Schema.Int,
    note: Schema.optionalKey(Schema.String)
  }),
  status: Schema.Struct({ total: Schema.optionalKey(Schema.Int) })
})

export type Tally = Resource.InstanceOf<typeof Tally>
