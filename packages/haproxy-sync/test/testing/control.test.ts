import { faultNames } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { appendFileSync } from "node:fs"
import { caller, calling, services } from "../support/calling.ts"

const version = `${services}/configuration/version`

describe("What is to go wrong, said over HTTP,", () => {
  const test = (title: string, body: Effect.Effect<unknown, unknown, Effect.Services<ReturnType<typeof calling>>>) =>
    it.live(title, () => Effect.scoped(body))

  test(
    "is switched on by a name and off again, and counts as no request",
    Effect.gen(function* () {
      const { call } = yield* calling({ control: true })
      const added = yield* call("POST", "/lockstep/faults", { name: "unavailable", amount: 5 })
      assert.deepStrictEqual([added.status, added.body], [201, { id: 1, name: "unavailable", amount: 5 }])
      assert.strictEqual((yield* call("GET", version)).status, 503)
      assert.deepStrictEqual((yield* call("GET", "/lockstep/faults")).body, {
        requests: 1,
        faults: [{ id: 1, name: "unavailable", amount: 5 }],
        names: faultNames
      })
      assert.strictEqual((yield* call("DELETE", "/lockstep/faults/1")).status, 204)
      assert.strictEqual((yield* call("GET", version)).status, 200)
      assert.strictEqual((yield* call("DELETE", "/lockstep/faults/1")).status, 404)
    })
  )

  test(
    "is made for some requests, in one's own way",
    Effect.gen(function* () {
      const { call } = yield* calling({ control: true })
      const fault = { method: "GET", path: "/version$", times: 1, status: 418, message: "no tea" }
      yield* call("POST", "/lockstep/faults", fault)
      assert.strictEqual((yield* call("GET", `${services}/transactions`)).status, 200)
      const failed = yield* call("GET", version)
      assert.deepStrictEqual([failed.status, failed.body], [418, { code: 418, message: "no tea" }])
      yield* call("POST", "/lockstep/faults", { path: "/version$", drop: "before" })
      assert.deepStrictEqual((yield* call("GET", version)).status, 0)
      yield* call("DELETE", "/lockstep/faults")
      assert.strictEqual((yield* call("GET", version)).status, 200)
    })
  )

  test(
    "is refused where it makes no sense",
    Effect.gen(function* () {
      const { call } = yield* calling({ control: true })
      const refused = [
        { name: "nonsense" },
        { name: "unavailable", amount: 0 },
        { path: "x" },
        { path: "(", drop: "after" }
      ]
      for (const fault of [...refused, { status: "500" }, { drop: "now" }]) {
        assert.strictEqual((yield* call("POST", "/lockstep/faults", fault)).status, 422, JSON.stringify(fault))
      }
      assert.strictEqual((yield* call("POST", "/lockstep/faults", [1])).status, 422)
      assert.strictEqual((yield* call("POST", "/lockstep/faults")).status, 400)
      assert.strictEqual((yield* call("POST", "/lockstep/nonsense")).status, 404)
    })
  )

  test(
    "restarts the server, which keeps its transactions, and ends HAProxy, which can be started again",
    Effect.gen(function* () {
      const { call, emulator } = yield* calling({ control: true })
      yield* call("POST", `${services}/transactions?version=1`)
      assert.strictEqual((yield* call("POST", "/lockstep/restart")).status, 204)
      const held = yield* Effect.repeat(call("GET", `${services}/transactions`), {
        until: ({ status }) => status === 200,
        schedule: Schedule.spaced("5 millis")
      })
      assert.include(held.text, "in_progress")
      assert.strictEqual((yield* call("POST", "/lockstep/kill-haproxy")).status, 204)
      assert.isUndefined(emulator.loaded())
      assert.strictEqual((yield* call("POST", "/lockstep/start-haproxy")).status, 204)
      assert.isDefined(emulator.loaded())
    })
  )

  test(
    "has a file that somebody changed taken up as another version",
    Effect.gen(function* () {
      const { call, emulator } = yield* calling({ control: true })
      appendFileSync(emulator.file, "\nbackend byhand\n")
      assert.strictEqual((yield* call("POST", "/lockstep/read-file")).status, 204)
      assert.deepStrictEqual((yield* call("GET", version)).body, 2)
      assert.strictEqual((yield* call("GET", `${services}/configuration/backends/byhand`)).status, 200)
    })
  )

  test(
    "is for those who know the password, and for nobody where it isn't switched on",
    Effect.gen(function* () {
      const { emulator } = yield* calling({ control: true })
      const stranger = caller({ ...emulator, password: "wrong" })
      assert.strictEqual((yield* stranger("POST", "/lockstep/restart")).status, 401)
      const { call } = yield* calling()
      assert.strictEqual((yield* call("GET", "/lockstep/faults")).status, 404)
    })
  )
})
