import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { plainMetadata } from "../../../src/kubernetes/KubernetesStore/plainMetadata.ts"
import { read } from "../../../src/resource/Document.ts"
import { Metadata } from "../../../src/resource/Metadata.ts"

const least = { name: "a", uid: "u-1", resourceVersion: "12", creationTimestamp: "2026-01-01T00:00:00Z" }
const owner = { apiVersion: "v1", kind: "Pod", name: "p", uid: "u-2", controller: true }
const whole = {
  ...least,
  namespace: "team-a",
  generation: 3,
  deletionTimestamp: "2026-01-02T00:00:00Z",
  labels: { app: "web" },
  annotations: { "example.org/note": "" },
  finalizers: ["example.org/guard"],
  ownerReferences: [owner],
  managedFields: [{ manager: "somebody" }],
  selfLink: "/of/old"
}

const codec = Schema.toCodecJson(Metadata)

describe("plainMetadata", () => {
  it.each([
    ["the least there is", least],
    ["all there is", whole],
    ["empty lists", { ...least, labels: {}, annotations: {}, finalizers: [], ownerReferences: [] }]
  ])("reads %s as the schema does", (_, sent) => {
    assert.deepStrictEqual(plainMetadata(sent), Result.getOrThrow(read(codec, sent, "metadata")))
  })

  it.each([
    ["nothing", undefined],
    ["a name that is missing", { ...least, name: undefined }],
    ["an empty name", { ...least, name: "" }],
    ["a version that is a number", { ...least, resourceVersion: 12 }],
    ["half a generation", { ...least, generation: 0.5 }],
    ["a label that is a number", { ...least, labels: { app: 1 } }],
    ["labels that are none", { ...least, labels: null }],
    ["a finalizer that is no text", { ...least, finalizers: [null] }],
    ["an owner without an uid", { ...least, ownerReferences: [{ ...owner, uid: undefined }] }]
  ])("leaves %s to the schema", (_, sent) => {
    assert.isUndefined(plainMetadata(sent))
    assert.isTrue(Result.isFailure(read(codec, sent, "metadata")))
  })
})
