import { ResourceStore } from "@lockstep/core"
import { CustomResourceDefinition, KubernetesStore, Transport } from "@lockstep/core/kubernetes"
import { kinds, PullRequestTracker } from "@lockstep/github-sync"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Result, Schedule, Schema } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { labelLoop, layerLoop } from "../../support/loop.ts"

/** Declares our kinds, and waits until the server knows them. */
const declared = Effect.gen(function* () {
  const { request } = yield* SharedKubeApiServer
  for (const manifest of Result.getOrThrow(CustomResourceDefinition.makeAll(kinds))) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${manifest.metadata.name}`
    const { body, status } = yield* request(`${path}?fieldManager=lockstep-test&force=true&fieldValidation=Strict`, {
      method: "PATCH",
      contentType: "application/apply-patch+yaml",
      body: manifest
    })
    assert.oneOf(status, [200, 201], JSON.stringify(body))
    yield* request(pathOf(manifest.spec.names.plural)).pipe(
      Effect.filterOrFail((answer) => answer.status === 200),
      Effect.retry({ schedule: Schedule.spaced("50 millis"), times: 400 })
    )
  }
})

const pathOf = (plural: string, namespace?: string) =>
  `/apis/lockstep.dev/v1alpha1/${namespace === undefined ? "" : `namespaces/${namespace}/`}${plural}`

const server = Layer.effectDiscard(declared).pipe(Layer.provideMerge(SharedKubeApiServer.layer))

const store = Layer.unwrap(
  SharedKubeApiServer.useSync(({ kubeconfigs }) =>
    KubernetesStore.layer.pipe(Layer.provide(Transport.layer({ kubeconfig: kubeconfigs.admin })))
  )
)

const world = layerLoop.pipe(Layer.provideMerge(store), Layer.provideMerge(server), Layer.orDie)

const root = join(import.meta.dirname, "../../../../..")

const Example = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Json))

const exampleOf = (kind: string) =>
  Schema.decodeUnknownSync(Example)(
    JSON.stringify(parse(readFileSync(join(root, "examples/resources", `${kind}.yaml`), "utf8")))
  )

layer(world, { timeout: "2 minutes", excludeTestServices: true })("Our kinds on a kube-apiserver", (it) => {
  it.effect("take the label loop all the way", () => labelLoop)

  it.effect("are found by the fields that they can be selected by", () =>
    Effect.gen(function* () {
      const { items } = yield* ResourceStore.use((one) =>
        one.list(PullRequestTracker, { namespace: "default", fieldSelector: "spec.number=3,status.state=discovered" })
      )
      assert.deepStrictEqual(
        items.map(({ metadata }) => metadata.name),
        ["acme-web-3"]
      )
    })
  )

  for (const kind of kinds) {
    it.effect(`take the example of ${kind.kind} as it is`, () =>
      Effect.gen(function* () {
        const { request } = yield* SharedKubeApiServer
        const path = pathOf(kind.plural, kind.scope === "Namespaced" ? "default" : undefined)
        const made = yield* request(`${path}?dryRun=All&fieldValidation=Strict`, {
          method: "POST",
          body: exampleOf(kind.kind)
        })
        assert.strictEqual(made.status, 201, JSON.stringify(made.body))
      })
    )
  }

  const broken: ReadonlyArray<readonly [kind: (typeof kinds)[number], spec: Schema.Json, message: string]> = [
    [kinds[2], { mode: "external", argoCD: {} }, "external cluster needs"],
    [kinds[3], { repositories: [], qualification: { checks: "named" } }, "qualification.named"],
    [
      kinds[4],
      {
        repository: { owner: "acme", name: "web" },
        from: { environment: "a", clusters: ["x"] },
        to: { environment: "b", clusters: ["x"] },
        gates: {}
      },
      "one of the two environments"
    ]
  ]
  for (const [kind, spec, message] of broken) {
    it.effect(`refuse a ${kind.kind} that breaks its rule, with what to do`, () =>
      Effect.gen(function* () {
        const { request } = yield* SharedKubeApiServer
        const path = pathOf(kind.plural, kind.scope === "Namespaced" ? "default" : undefined)
        const { apiVersion, kind: name } = kind
        const made = yield* request(`${path}?dryRun=All`, {
          method: "POST",
          body: { apiVersion, kind: name, metadata: { name: "broken" }, spec }
        })
        assert.strictEqual(made.status, 422)
        assert.include(JSON.stringify(made.body), message)
      })
    )
  }
})
