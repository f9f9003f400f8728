import { Resource } from "@lockstep/core"
import { CustomResourceDefinition, Yaml } from "@lockstep/core/kubernetes"
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { parseAllDocuments } from "yaml"
import { Parcel } from "../resource/Parcel.ts"
import { Shipment } from "./Shipment.ts"

const kind = (options: Partial<Parameters<typeof Resource.make>[0]>) =>
  Resource.make({
    group: "test.lockstep.dev",
    version: "v1",
    kind: "Box",
    plural: "boxes",
    description: "A box.",
    spec: Schema.Struct({ size: Schema.Int, walls: Schema.Array(Schema.Struct({ side: Schema.String })) }),
    status: Schema.Struct({ labels: Schema.Record(Schema.String, Schema.String) }),
    ...options
  })

const column = (jsonPath: string) => kind({ printerColumns: [{ name: "X", type: "string", jsonPath }] })

describe("CustomResourceDefinition.make", () => {
  it("tells how a kind is addressed", () => {
    const { metadata, spec } = Result.getOrThrow(CustomResourceDefinition.make(Parcel))
    assert.strictEqual(metadata.name, "parcels.test.lockstep.dev")
    assert.deepStrictEqual(spec.names, {
      plural: "parcels",
      singular: "parcel",
      kind: "Parcel",
      listKind: "ParcelList",
      shortNames: ["pcl"]
    })
  })

  it("makes the rules of a kind rules of its spec", () => {
    const { spec } = Result.getOrThrow(CustomResourceDefinition.make(Shipment))
    assert.deepStrictEqual(spec.versions[0].schema.openAPIV3Schema.properties?.["spec"]?.["x-kubernetes-validations"], [
      { rule: "self.code == oldSelf.code", message: "the code of a shipment can't change" }
    ])
  })

  it("is the same after it was written as YAML and read", () => {
    const manifests = Result.getOrThrow(CustomResourceDefinition.makeAll([Parcel, Shipment]))
    const read = parseAllDocuments(Yaml.stream(manifests)).map((document) => document.toJS())
    assert.deepStrictEqual(read, [...manifests])
  })

  it.each([
    ".spec.size",
    ".spec.walls[0].side",
    '.spec.walls[?(@.side=="left")].side',
    ".metadata.creationTimestamp",
    ".metadata.labels['a/b']",
    ".status.labels.x"
  ])("allows the column %s", (jsonPath) => {
    assert.isTrue(Result.isSuccess(CustomResourceDefinition.make(column(jsonPath))))
  })

  it.each([".spec.weight", ".spec.size.x", ".spec.walls.side", '.spec.walls[?(@.top=="left")].side', "spec.size", ""])(
    "refuses the column '%s', which leads to nothing",
    (jsonPath) => {
      const error = Result.getOrThrow(Result.flip(CustomResourceDefinition.make(column(jsonPath))))
      assert.include(error.message, "printerColumns.X")
    }
  )

  it.each([".metadata.name", ".spec.walls", ".spec.weight", ".status.labels.x.y"])(
    "refuses %s as a field to select by",
    (field) => {
      const result = CustomResourceDefinition.make(kind({ selectableFields: [field] }))
      assert.include(Result.getOrThrow(Result.flip(result)).message, `selectableFields ${field}`)
    }
  )

  it("refuses more fields to select by than Kubernetes allows", () => {
    const result = CustomResourceDefinition.make(kind({ selectableFields: Array(9).fill(".spec.size") }))
    assert.include(Result.getOrThrow(Result.flip(result)).message, "8 of them")
  })

  it("lists what is wrong in spec and status of every kind at once", () => {
    const wrong = kind({ spec: Schema.Struct({ a: Schema.Date }), status: Schema.Struct({ b: Schema.Number }) })
    const error = Result.getOrThrow(Result.flip(CustomResourceDefinition.makeAll([Parcel, wrong])))
    assert.deepStrictEqual(
      error.problems.map(({ path }) => path),
      ["Box spec.a", "Box status.b"]
    )
  })
})
