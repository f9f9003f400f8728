import { assert, layer } from "@effect/vitest"
import { Effect, Result, Schema } from "effect"
import { SharedKubeApiServer } from "../../../../../tools/servers/SharedKubeApiServer.ts"
import { Shipment } from "../../kubernetes/Shipment.ts"
import { mutants, shipments } from "../../kubernetes/shipments.ts"
import { pathOf, serverWith } from "../../support/kinds.ts"

const apply = (name: string, spec: unknown, query = "") =>
  Effect.gen(function* () {
    const { request, namespace } = yield* SharedKubeApiServer
    return yield* request(
      `${pathOf(Shipment, namespace)}/${name}?fieldManager=test&force=true&fieldValidation=Strict${query}`,
      {
        method: "PATCH",
        contentType: "application/apply-patch+yaml",
        body: { apiVersion: Shipment.apiVersion, kind: Shipment.kind, metadata: { name }, spec }
      }
    )
  })

const tryOut = (spec: unknown, query = "") =>
  Effect.gen(function* () {
    const { request, namespace } = yield* SharedKubeApiServer
    return yield* request(`${pathOf(Shipment, namespace)}?dryRun=All${query}`, {
      method: "POST",
      body: { apiVersion: Shipment.apiVersion, kind: Shipment.kind, metadata: { name: "trial" }, spec }
    })
  })

const accepts = (spec: unknown) => Result.isSuccess(Schema.decodeUnknownResult(Shipment.spec)(spec))

layer(serverWith(Shipment), { timeout: "2 minutes" })("the manifest of a broad kind", (it) => {
  it.effect("is accepted by the server and established", () =>
    Effect.gen(function* () {
      const { request } = yield* SharedKubeApiServer
      const { body } = yield* request(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shipments.test.lockstep.dev"
      )
      const conditions: ReadonlyArray<{ readonly type: string; readonly status: string }> = body.status.conditions
      const untrue = conditions.filter(({ type, status }) => (status === "True") !== (type !== "NonStructuralSchema"))
      assert.deepStrictEqual(untrue, [])
      assert.deepStrictEqual(body.status.acceptedNames.shortNames, ["shp"])
    })
  )

  it.effect("gives the defaults that the schema has", () =>
    Effect.gen(function* () {
      const { body, status } = yield* apply("defaults", { code: "AB-1" })
      assert.strictEqual(status, 201, JSON.stringify(body))
      assert.deepStrictEqual(body.spec, { code: "AB-1", priority: 5, window: { from: 8, to: 18 } })
    })
  )

  it.effect("refuses what breaks a rule, in the rule's words", () =>
    Effect.gen(function* () {
      yield* apply("rules", { code: "AB-1" })
      const changed = yield* apply("rules", { code: "AB-2" })
      assert.strictEqual(changed.status, 422)
      assert.include(changed.body.message, "the code of a shipment can't change")
      const backwards = yield* apply("other", { code: "AB-1", window: { from: 9, to: 8 } })
      assert.include(backwards.body.message, "a window ends where it begins or later")
      const road = yield* apply("other", { code: "AB-1", route: { by: "road" } })
      assert.include(road.body.message, "by road needs plate")
    })
  )

  it.effect("drops what the schema does not know, and refuses it where asked to be strict", () =>
    Effect.gen(function* () {
      const spec = { code: "AB-1", window: { surplus: 1 }, surplus: 1 }
      assert.strictEqual((yield* tryOut(spec, "&fieldValidation=Strict")).status, 400)
      const { body } = yield* tryOut(spec)
      assert.deepStrictEqual(body.spec, { code: "AB-1", priority: 5, window: { from: 8, to: 18 } })
    })
  )

  it.effect("shows the columns", () =>
    Effect.gen(function* () {
      const { request, namespace } = yield* SharedKubeApiServer
      yield* apply("columns", { code: "CD-7" })
      const { body } = yield* request(`${pathOf(Shipment, namespace)}/columns`, {
        headers: { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" }
      })
      const columns: ReadonlyArray<{ readonly name: string }> = body.columnDefinitions
      assert.deepStrictEqual(
        columns.map(({ name }) => name),
        ["Name", "Code", "Ready", "Age"]
      )
      assert.strictEqual(body.rows[0].cells[1], "CD-7")
    })
  )

  it.effect("takes a status with conditions that kubectl wait looks at", () =>
    Effect.gen(function* () {
      const { request, namespace } = yield* SharedKubeApiServer
      const { body } = yield* apply("waiting", { code: "EF-1" })
      const ready = {
        type: "Ready",
        status: "True",
        reason: "Sent",
        message: "",
        lastTransitionTime: "2026-11-25T10:00:00Z",
        observedGeneration: body.metadata.generation
      }
      const status = { observedGeneration: body.metadata.generation, conditions: [ready] }
      const path = `${pathOf(Shipment, namespace)}/waiting/status`
      const written = yield* request(path, { method: "PUT", body: { ...body, status } })
      assert.strictEqual(written.status, 200, JSON.stringify(written.body))
      assert.deepStrictEqual(written.body.status, status)
      assert.strictEqual(written.body.metadata.generation, body.metadata.generation)
      const twice = { conditions: [ready, { ...ready, status: "False" }] }
      assert.strictEqual(
        (yield* request(path, { method: "PUT", body: { ...written.body, status: twice } })).status,
        422
      )
    })
  )

  it.effect("tells kubectl explain what the descriptions say", () =>
    Effect.gen(function* () {
      const { request } = yield* SharedKubeApiServer
      const { body } = yield* request("/openapi/v3/apis/test.lockstep.dev/v1")
      const told = body.components.schemas["dev.lockstep.test.v1.Shipment"]
      assert.strictEqual(told.description, "Many things on their way together.")
      assert.strictEqual(told.properties.spec.description, "What is asked for.")
      assert.strictEqual(told.properties.spec.properties.code.description, "By which it is found.")
    })
  )

  it.effect("lets objects be selected by the declared fields", () =>
    Effect.gen(function* () {
      const { request, namespace } = yield* SharedKubeApiServer
      yield* apply("one", { code: "XX-1" })
      yield* apply("two", { code: "XX-2" })
      const { body } = yield* request(`${pathOf(Shipment, namespace)}?fieldSelector=spec.code%3DXX-2`)
      assert.deepStrictEqual(
        body.items.map((item: { readonly metadata: { readonly name: string } }) => item.metadata.name),
        ["two"]
      )
    })
  )

  it.effect.prop(
    "makes the server accept what the schema accepts",
    { spec: shipments },
    ({ spec }) =>
      Effect.gen(function* () {
        const { status, body } = yield* tryOut(spec)
        assert.strictEqual(status, 201, `${JSON.stringify(spec)} ${body.message}`)
        assert.deepStrictEqual(body.spec, Result.getOrThrow(Schema.decodeUnknownResult(Shipment.spec)(spec)))
      }),
    { arbitrary: { runs: 200 } }
  )

  it.effect.prop(
    "makes the server refuse exactly what the schema refuses",
    { spec: mutants },
    ({ spec }) =>
      Effect.gen(function* () {
        const { status, body } = yield* tryOut(spec)
        assert.strictEqual(status === 201, accepts(spec), `${JSON.stringify(spec)} ${body.message}`)
      }),
    { arbitrary: { runs: 800 } }
  )
})
