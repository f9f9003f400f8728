import { monitorName, trackerName } from "@lockstep/github-sync"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { anyRepository, resourceName } from "../fixtures/names.ts"

describe("monitorName", () => {
  it("is readable where the cluster's name is simple", () => {
    assert.match(monitorName("acme-web-42", "eu-west-1"), /^acme-web-42-eu-west-1-[0-9a-f]{6}$/u)
  })

  it("keeps clusters apart whose names look the same as names of resources", () => {
    const clusters = ["eu west", "eu-west", "eu_west", "EU-West"]
    assert.strictEqual(new Set(clusters.map((cluster) => monitorName("acme-web-42", cluster))).size, clusters.length)
  })

  it.prop("is always a name that a resource can have", [anyRepository, Schema.String], ([repository, cluster]) => {
    const found = monitorName(trackerName({ repository, number: 7 }), cluster)
    assert.match(found, resourceName)
    assert.isAtMost(found.length, 253)
  })
})
