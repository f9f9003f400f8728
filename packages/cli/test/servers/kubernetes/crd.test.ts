import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { KubeApiServer } from "../../../../../tools/servers/KubeApiServer.ts"
import { fromSource } from "../../support/program.ts"

const definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/driftmonitors.lockstep.dev"

const kinds = (status: string) => `pullrequesttrackers.lockstep.dev ${status}\ndriftmonitors.lockstep.dev ${status}\n`

layer(KubeApiServer.layer, { timeout: "2 minutes" })("lockstep crd install", (it) => {
  it.effect("installs the kinds once, so that their objects can be made at once", () =>
    Effect.gen(function* () {
      const { kubeconfigs, request } = yield* KubeApiServer
      const install = (...args: ReadonlyArray<string>) =>
        fromSource(["crd", "install", "--kubeconfig", kubeconfigs.admin, ...args])
      const trial = install("--dry-run")
      assert.deepStrictEqual([trial.status, trial.stderr], [0, ""])
      assert.include(trial.stdout, "driftmonitors.lockstep.dev created (dry run)")
      assert.strictEqual((yield* request(definition)).status, 404)

      const first = install()
      assert.deepStrictEqual([first.status, first.stderr, first.stdout], [0, "", kinds("created")])
      const made = yield* request("/apis/lockstep.dev/v1alpha1/namespaces/default/pullrequesttrackers", {
        method: "POST",
        body: {
          apiVersion: "lockstep.dev/v1alpha1",
          kind: "PullRequestTracker",
          metadata: { name: "one" },
          spec: { repository: { owner: "acme", name: "web" }, number: 42 }
        }
      })
      assert.strictEqual(made.status, 201, JSON.stringify(made.body))
      assert.strictEqual(made.body.spec.suspend, false)

      const again = install()
      assert.deepStrictEqual([again.status, again.stdout], [0, kinds("unchanged")])
      const document = JSON.parse(install("-o", "json").stdout)
      assert.deepInclude(document, { kind: "CrdInstall", dryRun: false })
    })
  )

  it.effect("leaves what somebody else has set otherwise, unless it is forced", () =>
    Effect.gen(function* () {
      const { kubeconfigs, request } = yield* KubeApiServer
      const install = (...args: ReadonlyArray<string>) =>
        fromSource(["crd", "install", "--kubeconfig", kubeconfigs.admin, ...args])
      install()
      yield* request(`${definition}?fieldManager=helm`, {
        method: "PATCH",
        contentType: "application/merge-patch+json",
        body: { spec: { names: { shortNames: ["other"] } } }
      })
      const refused = install()
      assert.strictEqual(refused.status, 1)
      assert.match(refused.stderr, /helm/u)
      assert.match(refused.stderr, /--force/u)
      assert.strictEqual(install("--force").status, 0)
      assert.deepStrictEqual((yield* request(definition)).body.spec.names.shortNames, ["dm"])
    })
  )

  it.effect("says which right is missing", () =>
    Effect.gen(function* () {
      const { kubeconfigs } = yield* KubeApiServer
      const { status, stderr } = fromSource(["crd", "install", "--kubeconfig", kubeconfigs.nobody])
      assert.strictEqual(status, 1)
      assert.match(stderr, /customresourcedefinitions/u)
      assert.match(stderr, /give the user a role/u)
    })
  )
})
