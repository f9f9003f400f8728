import { assert, describe, it } from "@effect/vitest"
import { moduleText } from "../../servers/kubernetes/Module.ts"

describe("moduleText", () => {
  it("pins each part to the version with the release's numbers", () => {
    const upstream = {
      goVersion: "1.26.0",
      text: "module k8s.io/kubernetes\n\ngo 1.26.0\n\ngodebug default=go1.26\n",
      parts: ["k8s.io/api", "k8s.io/apiserver"]
    }
    assert.strictEqual(
      moduleText("v1.36.4", upstream),
      `module lockstep.test/servers

go 1.26.0

godebug default=go1.26

require k8s.io/kubernetes v1.36.4

replace (
	k8s.io/api => k8s.io/api v0.36.4
	k8s.io/apiserver => k8s.io/apiserver v0.36.4
)
`
    )
  })
})
