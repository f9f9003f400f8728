import { assert, describe, expect, it } from "@effect/vitest"
import { lockstep, withBundle } from "../support/program.ts"

withBundle()

describe("lockstep crd print", () => {
  it("writes one YAML document for each kind", () => {
    const { status, stderr, stdout } = lockstep(["crd", "print"])
    assert.deepStrictEqual([status, stderr], [0, ""])
    assert.deepStrictEqual(stdout.match(/^ {2}name: .*$/gmu), [
      "  name: pullrequesttrackers.lockstep.dev",
      "  name: driftmonitors.lockstep.dev",
      "  name: clusterconfigs.lockstep.dev",
      "  name: operatorconfigs.lockstep.dev",
      "  name: promotionpolicies.lockstep.dev"
    ])
    assert.strictEqual(stdout.match(/^---$/gmu)?.length, 5)
  })

  it("writes what was written before, so that no change of it goes unnoticed", async () => {
    await expect(lockstep(["crd", "print"]).stdout).toMatchFileSnapshot("crds.yaml")
  })

  it("writes the same as JSON", () => {
    const document = JSON.parse(lockstep(["crd", "print", "-o", "json"]).stdout)
    assert.deepInclude(document, { apiVersion: "lockstep/v1", kind: "CustomResourceDefinitions" })
    const [tracker] = document.items
    assert.strictEqual(tracker.kind, "CustomResourceDefinition")
    const { properties } = tracker.spec.versions[0].schema.openAPIV3Schema.properties.spec
    assert.deepInclude(properties.suspend, { default: false, description: "Leaves the pull request alone." })
  })
})

describe("lockstep crd print --rbac", () => {
  it("writes the role of the operator behind the kinds, which reads no secrets", () => {
    const { items } = JSON.parse(lockstep(["crd", "print", "--rbac", "-o", "json"]).stdout)
    const role = items.at(-1)
    assert.deepInclude(role, { kind: "ClusterRole", metadata: { name: "lockstep-operator" } })
    assert.notInclude(JSON.stringify(role), "secrets")
    assert.strictEqual(lockstep(["crd", "print", "--rbac"]).stdout.match(/^---$/gmu)?.length, items.length)
  })
})

describe("lockstep crd install", () => {
  it("says that it needs a kubeconfig where there is none", () => {
    const { status, stderr, stdout } = lockstep(["crd", "install"])
    assert.deepStrictEqual([status, stdout], [1, ""])
    assert.include(stderr, "there is no kubeconfig; name one with --kubeconfig or KUBECONFIG")
  })
})
