import { assert, describe, it } from "@effect/vitest"
import { serverNames, variableOf } from "../../servers/Catalog.ts"

describe("variableOf", () => {
  it("names a variable for each server", () => {
    assert.deepStrictEqual(serverNames.map(variableOf), [
      "LOCKSTEP_HAPROXY_2_6",
      "LOCKSTEP_HAPROXY_3_0",
      "LOCKSTEP_HAPROXY_3_2",
      "LOCKSTEP_HAPROXY_3_4",
      "LOCKSTEP_ETCD",
      "LOCKSTEP_KUBE_APISERVER",
      "LOCKSTEP_CRDSERVER"
    ])
  })
})
