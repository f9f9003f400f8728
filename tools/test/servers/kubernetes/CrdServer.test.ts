import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { CrdServer } from "../../../servers/CrdServer.ts"
import { eventually } from "../../support/eventually.ts"
import { definitionsPath, widget, widgetDefinition, widgetsPath } from "../../support/widgets.ts"

layer(CrdServer.layer, { timeout: "2 minutes" })("CrdServer", (it) => {
  it.effect("serves a kind once it is declared, with its rule and its default", () =>
    Effect.gen(function* () {
      const server = yield* CrdServer
      yield* eventually(201, server.request(definitionsPath, { method: "POST", body: widgetDefinition }))
      const created = yield* eventually(201, server.request(widgetsPath, { method: "POST", body: widget("one", 1) }))
      assert.deepStrictEqual(created.body.spec, { size: 1, color: "grey" })
      const refused = yield* server.request(widgetsPath, { method: "POST", body: widget("none", 0) })
      assert.strictEqual(refused.status, 422)
    })
  )

  it.effect("describes a declared group, and its schemas", () =>
    Effect.gen(function* () {
      const server = yield* CrdServer
      const { resources } = (yield* server.request("/apis/test.lockstep.dev/v1")).body
      assert.deepStrictEqual(
        resources.map(({ name }: { readonly name: string }) => name),
        ["widgets", "widgets/status"]
      )
      assert.strictEqual((yield* server.request("/openapi/v2")).status, 200)
    })
  )

  it.effect("keeps what it was told through a restart", () =>
    Effect.gen(function* () {
      const server = yield* CrdServer
      yield* server.restart
      const list = yield* eventually(200, server.request(widgetsPath))
      assert.deepStrictEqual(
        list.body.items.map((item: { readonly metadata: { readonly name: string } }) => item.metadata.name),
        ["one"]
      )
    })
  )
})
