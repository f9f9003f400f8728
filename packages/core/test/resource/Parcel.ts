import { Conditions, Resource } from "@lockstep/core"
import { Effect, Schema } from "effect"

/** A kind of our own that has a bit of everything. */
export const Parcel = Resource.make({
  group: "test.lockstep.dev",
  version: "v1",
  kind: "Parcel",
  plural: "parcels",
  shortNames: ["pcl"],
  description: "Something on its way.",
  spec: Schema.Struct({
    address: Schema.String.check(Schema.isMinCodePoints(1), Schema.isMaxCodePoints(20)),
    weight: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
    speed: Schema.Literals(["normal", "express"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("normal" as const))
    ),
    handling: Schema.optionalKey(
      Schema.Struct({ fragile: Schema.optionalKey(Schema.Boolean), note: Schema.optionalKey(Schema.String) })
    ),
    stops: Schema.optionalKey(Schema.Array(Schema.String))
  }),
  status: Schema.Struct({
    phase: Schema.optionalKey(Schema.Literals(["sent", "delivered"])),
    observedGeneration: Schema.optionalKey(Schema.Int),
    conditions: Schema.optionalKey(Conditions.Conditions)
  }),
  selectableFields: [".spec.address"],
  rules: [
    {
      cel: "self.address == oldSelf.address",
      message: "the address of a parcel can't change",
      holds: (spec, before) => before === undefined || spec.address === before.address
    }
  ]
})

export type Parcel = Resource.InstanceOf<typeof Parcel>

/** A second kind, outside namespaces. */
export const Depot = Resource.make({
  group: "test.lockstep.dev",
  version: "v1",
  kind: "Depot",
  plural: "depots",
  scope: "Cluster",
  description: "Where parcels wait.",
  spec: Schema.Struct({ town: Schema.String }),
  status: Schema.Struct({})
})
