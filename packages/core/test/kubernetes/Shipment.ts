import { Conditions, Resource, StructuralSchema } from "@lockstep/core"
import { Effect, Schema } from "effect"

const text = (most: number) => Schema.String.check(Schema.isMaxCodePoints(most))

const Route = Schema.Union([
  Schema.Struct({ by: Schema.Literal("road"), plate: text(10), stops: Schema.optionalKey(Schema.Int) }),
  Schema.Struct({ by: Schema.Literal("sea"), ship: text(20), "port-of-call": text(20) }),
  Schema.Struct({ by: Schema.Literal("air") })
])

/** A kind with everything that a structural schema can say. */
export const Shipment = Resource.make({
  group: "test.lockstep.dev",
  version: "v1",
  kind: "Shipment",
  plural: "shipments",
  shortNames: ["shp"],
  categories: ["lockstep-test"],
  description: "Many things on their way together.",
  spec: Schema.Struct({
    code: Schema.String.annotate({ description: "By which it is found." }).check(
      Schema.isPattern(/^[A-Z]{2}-\d{1,4}$/u)
    ),
    label: Schema.optionalKey(
      Schema.String.check(Schema.isPattern(/^\S.*$/u), Schema.isPattern(/[^0-9]/u), Schema.isBetweenCodePoints(2, 6))
    ),
    reference: Schema.optionalKey(Schema.String.check(Schema.isUUID())),
    priority: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 9 })).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed(5))
    ),
    attempts: Schema.optionalKey(Schema.Int.check(Schema.isInt32())),
    weight: Schema.optionalKey(Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThan(1000.5))),
    insured: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
    speed: Schema.optionalKey(Schema.NullOr(Schema.Literals(["slow", "fast"]))),
    size: Schema.optionalKey(Schema.Literals([1, 2, 4])),
    gate: Schema.optionalKey(Schema.Union([Schema.String, Schema.Int])),
    tags: Schema.optionalKey(Schema.Array(text(5)).check(Schema.isUnique(), Schema.isMaxLength(4))),
    parcels: Schema.optionalKey(
      Schema.Array(Schema.Struct({ id: text(5), grams: Schema.optionalKey(Schema.Int) })).check(
        StructuralSchema.uniqueBy("id"),
        Schema.isMaxLength(4)
      )
    ),
    notes: Schema.optionalKey(Schema.Record(Schema.String, text(8)).check(Schema.isMaxProperties(3))),
    route: Schema.optionalKey(Route),
    window: Schema.Struct({
      from: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(8))),
      to: Schema.Int.pipe(Schema.withDecodingDefaultKey(Effect.succeed(18)))
    })
      .check(
        StructuralSchema.rule({
          cel: "self.from <= self.to",
          message: "a window ends where it begins or later",
          holds: ({ from, to }) => from <= to
        })
      )
      .pipe(Schema.withDecodingDefaultKey(Effect.succeed({})))
  }).annotate({ description: "What is asked for." }),
  status: Schema.Struct({
    phase: Schema.optionalKey(Schema.Literals(["packed", "sent"])),
    observedGeneration: Schema.optionalKey(Schema.Int),
    conditions: Schema.optionalKey(Conditions.Conditions)
  }),
  printerColumns: [
    { name: "Code", type: "string", jsonPath: ".spec.code", description: "By which it is found." },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }
  ],
  selectableFields: [".spec.code", ".status.phase"],
  rules: [
    {
      cel: "self.code == oldSelf.code",
      message: "the code of a shipment can't change",
      holds: (spec, before) => before === undefined || spec.code === before.code
    }
  ]
})
