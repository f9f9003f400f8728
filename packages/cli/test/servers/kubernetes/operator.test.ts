import { serve, type GitHubSeed } from "@lockstep/github-sync/testing"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { hostname } from "node:os"
import { join } from "node:path"
import { kubeUsers } from "../../../../../tools/servers/kubernetes/KubeAccess.ts"
import { KubeApiServer } from "../../../../../tools/servers/KubeApiServer.ts"
import { fromSource } from "../../support/program.ts"

const acme = { owner: "acme", name: "web" }

const seed: GitHubSeed.GitHubSeed = {
  repositories: [{ ...acme, pullRequests: [{ title: "Faster start", checks: [{ name: "test" }] }] }]
}

const first = { repository: acme, number: 1 }

const namespace = "delivery"

const ours = `/apis/lockstep.dev/v1alpha1/namespaces/${namespace}`

const lease = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/lockstep-operator`

const until = <A, E, R>(read: Effect.Effect<A, E, R>, holds: (value: A) => boolean) =>
  Effect.repeat(Effect.delay(read, "50 millis"), { until: holds })

const settings = ["--namespace", namespace, "--listen", "127.0.0.1:0", "--interval", "1"]

const flags = (kubeconfig: string) => [
  "operator",
  "run",
  "--mode",
  "kubernetes",
  "--kubeconfig",
  kubeconfig,
  ...settings
]

/** Starts the program as one replica of several; it ends with the scope at the latest. */
const replica = (kubeconfig: string, github: URL) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const program = join(import.meta.dirname, "../../../src/main.ts")
      const child = spawn(process.execPath, ["--conditions=@lockstep/source", program, ...flags(kubeconfig)], {
        env: { PATH: process.env["PATH"], LOCKSTEP_GITHUB_URL: github.href },
        stdio: ["ignore", "ignore", "pipe"]
      })
      let told = ""
      child.stderr.on("data", (data: Buffer) => void (told += data.toString()))
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve))
      const stop = Effect.promise(() => {
        child.kill("SIGTERM")
        return ended
      })
      return { child, told: () => told, leads: () => told.includes("Operator started"), stop }
    }),
    ({ child }) => Effect.sync(() => void child.kill("SIGKILL"))
  )

/** Gives the operator's user the role that the program prints, and nothing more. */
const allow = Effect.gen(function* () {
  const { request } = yield* KubeApiServer
  const { items } = JSON.parse(fromSource(["crd", "print", "--rbac", "--secret", "github", "-o", "json"]).stdout)
  const group = "rbac.authorization.k8s.io"
  const subjects = [{ apiGroup: group, kind: "User", name: kubeUsers.operator }]
  const made = (plural: string, body: unknown) =>
    Effect.map(request(`/apis/${group}/v1/${plural}`, { method: "POST", body }), ({ body, status }) =>
      assert.strictEqual(status, 201, JSON.stringify(body))
    )
  yield* made("clusterroles", items.at(-2))
  yield* made("clusterrolebindings", {
    metadata: { name: "lockstep-operator" },
    roleRef: { apiGroup: group, kind: "ClusterRole", name: "lockstep-operator" },
    subjects
  })
  yield* made(`namespaces/${namespace}/roles`, items.at(-1))
  yield* made(`namespaces/${namespace}/rolebindings`, {
    metadata: { name: "lockstep-operator-secrets" },
    roleRef: { apiGroup: group, kind: "Role", name: "lockstep-operator-secrets" },
    subjects
  })
})

layer(KubeApiServer.layer, { timeout: "2 minutes", excludeTestServices: true })(
  "lockstep operator run --mode kubernetes",
  (it) => {
    it.effect("says how to install the kinds where they are missing", () =>
      Effect.gen(function* () {
        const { kubeconfigs } = yield* KubeApiServer
        const { status, stderr } = fromSource(flags(kubeconfigs.admin))
        assert.strictEqual(status, 1)
        assert.match(stderr, /pullrequesttrackers: the server does not know this kind; install it/u)
        assert.match(stderr, /lockstep crd install, with the same --kubeconfig/u)
      })
    )

    it.effect("says which right is missing", () =>
      Effect.gen(function* () {
        const { kubeconfigs } = yield* KubeApiServer
        const { status, stderr } = fromSource(flags(kubeconfigs.nobody))
        assert.strictEqual(status, 1)
        assert.match(stderr, /cannot list resource "pullrequesttrackers".*give the user a role that allows it/u)
      })
    )

    it.effect("takes pull requests all the way on one of two replicas, and goes on on the other", () =>
      Effect.gen(function* () {
        const { kubeconfigs, request } = yield* KubeApiServer
        assert.strictEqual(fromSource(["crd", "install", "--kubeconfig", kubeconfigs.admin]).status, 0)
        yield* request("/api/v1/namespaces", { method: "POST", body: { metadata: { name: namespace } } })
        yield* allow
        const spec = {
          repositories: [acme],
          clusters: ["eu-west-1"],
          labels: { prefix: "flow/" },
          github: { tokenSecretRef: { name: "github", key: "token" } }
        }
        const configured = yield* request("/apis/lockstep.dev/v1alpha1/operatorconfigs", {
          method: "POST",
          body: {
            apiVersion: "lockstep.dev/v1alpha1",
            kind: "OperatorConfig",
            metadata: { name: "lockstep" },
            spec
          }
        })
        assert.strictEqual(configured.status, 201, JSON.stringify(configured.body))

        const { emulator, url } = yield* serve({ seed, token: "t" })
        const config = "/apis/lockstep.dev/v1alpha1/operatorconfigs/lockstep"
        const ready = Effect.map(request(config), ({ body }) => body.status?.conditions?.[0])
        const labels = Effect.sync(() => emulator.world.labelsOf(first))
        const one = yield* replica(kubeconfigs.operator, url)
        const two = yield* replica(kubeconfigs.operator, url)
        const missing = yield* until(ready, (condition) => condition !== undefined)
        assert.deepInclude(missing, { type: "Ready", status: "False", reason: "SecretMissing" })
        yield* request(`/api/v1/namespaces/${namespace}/secrets`, {
          method: "POST",
          body: { metadata: { name: "github" }, stringData: { token: "t" } }
        })
        // Changed, so that it need not be waited for: secrets are read again each minute.
        const patch = (body: unknown) =>
          request(config, { method: "PATCH", body, contentType: "application/merge-patch+json" })
        yield* patch({ spec: { prune: "closed" } })
        yield* until(labels, (shown) => shown.includes("flow/qualified"))
        const inUse = yield* until(ready, (condition) => condition?.status === "True")
        assert.deepInclude(inUse, { reason: "InUse", observedGeneration: 2 })
        yield* until(
          Effect.sync(() => one.leads() || two.leads()),
          (leads) => leads
        )
        assert.isTrue(one.leads() !== two.leads(), one.told() + two.told())
        const [leader, other] = one.leads() ? [one, two] : [two, one]
        const { holderIdentity } = (yield* request(lease)).body.spec
        assert.isTrue(String(holderIdentity).startsWith(`${hostname()}_`), holderIdentity)
        yield* until(
          request(`${ours}/pullrequesttrackers/acme-web-1`),
          ({ body }) => body.status?.state === "qualified"
        )

        yield* patch({ spec: { labels: { names: { merged: "Closed" } } } })
        const refused = yield* until(ready, (condition) => condition?.status === "False")
        assert.deepInclude(refused, { reason: "LabelsInvalid", observedGeneration: 3 })
        yield* patch({ spec: { labels: { names: { merged: "landed" } } } })
        yield* until(ready, (condition) => condition?.status === "True")

        const { body: events } = yield* until(
          request(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`),
          ({ body }) => body.items.length > 0
        )
        assert.deepInclude(events.items[0], { reason: "Synced", reportingController: "lockstep.dev/operator" })
        assert.deepInclude(events.items[0].regarding, { kind: "PullRequestTracker", name: "acme-web-1" })

        assert.strictEqual(yield* leader.stop, 0, leader.told())
        emulator.world.merge(first)
        yield* until(labels, (shown) => shown.includes("flow/landed"))
        yield* until(Effect.sync(other.leads), (leads) => leads)
        const { body: monitors } = yield* until(request(`${ours}/driftmonitors`), ({ body }) => body.items.length > 0)
        assert.deepInclude(monitors.items[0].metadata.ownerReferences[0], {
          kind: "PullRequestTracker",
          name: "acme-web-1"
        })
        assert.strictEqual(yield* other.stop, 0, other.told())
        assert.isUndefined((yield* request(lease)).body.spec.holderIdentity)
        const errors = `${one.told()}\n${two.told()}`.split("\n").filter((line) => line.includes("ERROR"))
        for (const line of errors) assert.include(line, "The OperatorConfig lockstep can't be used")
      }).pipe(Effect.scoped)
    )
  }
)
