import { Rbac } from "@lockstep/core/kubernetes"
import { assert, describe, it } from "@effect/vitest"
import { Depot, Parcel } from "../resource/Parcel.ts"

describe("Rbac.rules", () => {
  it("gives a controller the status and finalizers too, in one rule for all kinds of a group", () => {
    assert.deepStrictEqual(
      Rbac.rules([Parcel, Depot], "controller").map(({ resources }) => resources),
      [
        ["parcels", "depots"],
        ["parcels/status", "depots/status"],
        ["parcels/finalizers", "depots/finalizers"]
      ]
    )
  })

  it("lets a reader change nothing", () => {
    assert.deepStrictEqual(Rbac.rules([Parcel, { group: "other.dev", plural: "things" }], "reader"), [
      { apiGroups: ["test.lockstep.dev"], resources: ["parcels"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["other.dev"], resources: ["things"], verbs: ["get", "list", "watch"] }
    ])
  })
})
