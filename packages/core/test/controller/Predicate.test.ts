import { Predicate } from "@lockstep/core"
import { assert, describe, it } from "@effect/vitest"
import { Equal, Schema } from "effect"
import { Parcel } from "../resource/Parcel.ts"
import { key, spec } from "../support/parcels.ts"

const parcel = (metadata: Partial<Parcel["metadata"]> = {}, status: Parcel["status"] = {}): Parcel => ({
  apiVersion: Parcel.apiVersion,
  kind: "Parcel",
  metadata: {
    ...key("a"),
    uid: "1",
    resourceVersion: "1",
    generation: 1,
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: { app: "web" },
    ...metadata
  },
  spec,
  status
})

const cases: ReadonlyArray<readonly [string, Parcel, ReadonlyArray<string>]> = [
  ["nothing", parcel({ resourceVersion: "2" }), []],
  ["the status", parcel({ resourceVersion: "2" }, { phase: "sent" }), []],
  ["the spec", parcel({ generation: 2 }), ["generation", "desired"]],
  ["a label", parcel({ labels: { app: "db" } }), ["labels", "desired"]],
  ["the name of a label", parcel({ labels: { tier: "web" } }), ["labels", "desired"]],
  ["the number of labels", parcel({ labels: { app: "web", tier: "front" } }), ["labels", "desired"]],
  ["an annotation", parcel({ annotations: { note: "x" } }), ["annotations", "desired"]],
  ["no annotations to none", parcel({ annotations: {} }), []],
  ["a finalizer", parcel({ finalizers: ["test.lockstep.dev/hold"] }), ["finalizers", "desired"]],
  ["the beginning of a deletion", parcel({ deletionTimestamp: "2026-01-02T00:00:00Z" }), ["deletion", "desired"]]
]

const { annotations, deletion, desired, finalizers, generation, labels } = Predicate
const predicates = { annotations, deletion, desired, finalizers, generation, labels }

describe("Predicate", () => {
  it.each(cases)("tells what changed: %s", (_, after, expected) => {
    const before = parcel()
    const held = Object.entries(predicates).filter(([, predicate]) => predicate(before, after))
    assert.deepStrictEqual(held.map(([name]) => name).toSorted(), expected.toSorted())
  })

  it("combines", () => {
    const [before, after] = [parcel(), parcel({ generation: 2 })]
    assert.isTrue(Predicate.any(labels, generation)(before, after))
    assert.isFalse(Predicate.all(labels, generation)(before, after))
    assert.isTrue(Predicate.all(Predicate.always, generation)(before, after))
  })

  const entries = Schema.Array(Schema.Tuple([Schema.Literals(["a", "b"]), Schema.Literals(["x", "y"])]))

  it.prop("takes labels for equal that are", [entries, entries], ([one, other]) => {
    const [before, after] = [Object.fromEntries(one), Object.fromEntries(other)]
    assert.strictEqual(labels(parcel({ labels: before }), parcel({ labels: after })), !Equal.equals(before, after))
  })
})
