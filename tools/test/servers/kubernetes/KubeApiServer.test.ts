import { existsSync } from "node:fs"
import { assert, describe, it, layer } from "@effect/vitest"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import { Etcd } from "../../../servers/Etcd.ts"
import { KubeApiServer } from "../../../servers/KubeApiServer.ts"
import { apiRequest } from "../../../servers/kubernetes/ApiRequest.ts"
import { kubeUsers } from "../../../servers/kubernetes/KubeAccess.ts"
import { makeAuthority } from "../../../servers/pki/Certificates.ts"
import { eventually } from "../../support/eventually.ts"
import { processesNaming } from "../../support/processes.ts"
import { definitionsPath, widget, widgetDefinition, widgetsPath } from "../../support/widgets.ts"

const rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default"
const configMaps = "/api/v1/namespaces/default/configmaps"

layer(KubeApiServer.layer, { timeout: "2 minutes" })("KubeApiServer", (it) => {
  it.effect("is ready and tells its version", () =>
    Effect.gen(function* () {
      const kube = yield* KubeApiServer
      assert.strictEqual((yield* kube.request("/readyz")).body, "ok")
      assert.match((yield* kube.request("/version")).body.gitVersion, /^v1\.36\.4$/u)
    })
  )

  it.effect("serves a kind once it is declared, with its rule and its default", () =>
    Effect.gen(function* () {
      const kube = yield* KubeApiServer
      yield* eventually(201, kube.request(definitionsPath, { method: "POST", body: widgetDefinition }))
      const created = yield* eventually(201, kube.request(widgetsPath, { method: "POST", body: widget("one", 1) }))
      assert.deepStrictEqual(created.body.spec, { size: 1, color: "grey" })
      const refused = yield* kube.request(widgetsPath, { method: "POST", body: widget("none", 0) })
      assert.strictEqual(refused.status, 422)
      assert.match(refused.body.message, /a widget has a size/u)
    })
  )

  it.effect("forbids the operator everything until a role is bound to it", () =>
    Effect.gen(function* () {
      const kube = yield* KubeApiServer
      const asOperator = kube.request(configMaps, { as: "operator" })
      assert.strictEqual((yield* asOperator).status, 403)
      const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["list"] }]
      const role = { metadata: { name: "reader" }, rules }
      yield* eventually(201, kube.request(`${rbac}/roles`, { method: "POST", body: role }))
      const binding = {
        metadata: { name: "reader" },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reader" },
        subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: kubeUsers.operator }]
      }
      yield* eventually(201, kube.request(`${rbac}/rolebindings`, { method: "POST", body: binding }))
      yield* eventually(200, asOperator)
      const write = kube.request(configMaps, { as: "operator", method: "POST", body: { metadata: { name: "x" } } })
      assert.strictEqual((yield* write).status, 403)
      assert.strictEqual((yield* kube.request(configMaps, { as: "nobody" })).status, 403)
    })
  )

  it.effect("refuses a wrong token", () =>
    Effect.gen(function* () {
      const kube = yield* KubeApiServer
      assert.strictEqual((yield* kube.request("/api", { token: "wrong" })).status, 401)
    })
  )

  it.effect("knows the admin's client certificate and not another authority's", () =>
    Effect.gen(function* () {
      const { url, ca, pki } = yield* KubeApiServer
      const { certificate, key } = pki.admin
      assert.strictEqual((yield* apiRequest(`${url}${configMaps}`, { ca, certificate, key })).status, 200)
      const stranger = makeAuthority("lockstep test authority")
      const error = yield* Effect.flip(apiRequest(url, { ca: stranger.certificate }))
      assert.match(error.message, /unable to verify|self-signed|signature/u)
    })
  )

  it.effect("keeps what it was told through a crash of etcd", () =>
    Effect.gen(function* () {
      const kube = yield* KubeApiServer
      const etcd = yield* Etcd
      const kept = { metadata: { name: "kept" }, data: { a: "1" } }
      yield* eventually(201, kube.request(configMaps, { method: "POST", body: kept }))
      yield* etcd.kill
      assert.isFalse(yield* (yield* etcd.process).isRunning)
      yield* etcd.restart
      yield* kube.restart
      assert.deepStrictEqual((yield* eventually(200, kube.request(`${configMaps}/kept`))).body.data, kept.data)
    })
  )

  it.effect("restarts on the same address after a crash of its own", () =>
    Effect.gen(function* () {
      const kube = yield* KubeApiServer
      const before = yield* kube.process
      yield* kube.restart
      assert.notStrictEqual((yield* kube.process).pid, before.pid)
      assert.strictEqual((yield* kube.request("/readyz")).status, 200)
    })
  )
})

describe("KubeApiServer.layer", () => {
  it.effect("leaves no process and no directory behind", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const services = yield* Scope.provide(Layer.build(KubeApiServer.layer), scope)
      const directories = [Context.get(services, KubeApiServer).pki.directory, Context.get(services, Etcd).directory]
      for (const directory of directories) assert.strictEqual(processesNaming(directory).length, 1)
      yield* Scope.close(scope, Exit.void)
      for (const directory of directories) {
        assert.deepStrictEqual(processesNaming(directory), [])
        assert.isFalse(existsSync(directory))
      }
    })
  )
})
