import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { Etcd } from "../../../../../tools/servers/Etcd.ts"
import { KubeApiServer } from "../../../../../tools/servers/KubeApiServer.ts"
import { fromSource } from "../../support/program.ts"
import { started } from "../../support/started.ts"

const trackers = "/apis/lockstep.dev/v1alpha1/namespaces/default/pullrequesttrackers"

const create = (number: number) =>
  Effect.gen(function* () {
    const { request } = yield* KubeApiServer
    const body = {
      apiVersion: "lockstep.dev/v1alpha1",
      kind: "PullRequestTracker",
      metadata: { name: `pr-${number}` },
      spec: { repository: { owner: "acme", name: "web" }, number }
    }
    // Right after its storage came back, a server may still refuse.
    yield* Effect.repeat(Effect.delay(request(trackers, { method: "POST", body }), "100 millis"), {
      until: ({ status }) => status === 201 || status === 409
    })
  })

layer(KubeApiServer.layer, { timeout: "2 minutes", excludeTestServices: true })("lockstep tracker watch", (it) => {
  it.effect("shows what happens in a cluster, also after the cluster was away", () =>
    Effect.gen(function* () {
      const { kubeconfigs } = yield* KubeApiServer
      const etcd = yield* Etcd
      const cluster = ["--kubeconfig", kubeconfigs.admin]
      assert.strictEqual(fromSource(["crd", "install", ...cluster]).status, 0)
      yield* create(1)
      const listed = fromSource(["tracker", "list", ...cluster])
      assert.match(listed.stdout, /^NAME .*\npr-1 /u)
      const program = join(import.meta.dirname, "../../../src/main.ts")
      const watching = yield* started(process.execPath, [
        "--conditions=@lockstep/source",
        program,
        "tracker",
        "watch",
        "-o",
        "ndjson",
        ...cluster
      ])
      yield* watching.until((out) => out.includes('"pr-1"'))
      yield* create(2)
      yield* watching.until((out) => out.includes('"pr-2"'))
      yield* etcd.kill
      yield* etcd.restart
      yield* create(3)
      yield* watching.until((out) => out.includes('"pr-3"'))
      const told = (yield* watching.out)
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
        .map(({ object, type }) => `${type} ${object.metadata.name}`)
      assert.deepStrictEqual(told, ["added pr-1", "added pr-2", "added pr-3"])
      assert.strictEqual(yield* watching.end("SIGINT"), 130)
    }).pipe(Effect.scoped)
  )

  it.effect("says which right is missing", () =>
    Effect.gen(function* () {
      const { kubeconfigs } = yield* KubeApiServer
      const { status, stderr } = fromSource(["tracker", "watch", "--kubeconfig", kubeconfigs.nobody])
      assert.strictEqual(status, 1)
      assert.match(stderr, /cannot list resource "pullrequesttrackers"/u)
    })
  )
})
