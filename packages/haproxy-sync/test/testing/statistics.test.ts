import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { calling, services } from "../support/calling.ts"

const config = (socket: string) => `global
  stats socket ${socket} level admin

defaults main
  mode http

frontend public from main
  bind 127.0.0.1:8080
  default_backend app

backend app from main
  stick-table type string len 32 size 1k expire 1h store gpc0,http_req_cnt
  server s1 127.0.0.1:9 weight 10
  server s2 127.0.0.1:9 backup
`

interface Statistics {
  readonly stats?: ReadonlyArray<{
    readonly name: string
    readonly type: string
    readonly stats: Readonly<Record<string, unknown>>
  }>
}

describe("The statistics of the HAProxy that is simulated", () => {
  const started = calling({ api: "3.2", config: config("/tmp/nowhere.sock") })

  it.live("are numbers where they count, words where they name, and nothing where there is none", () =>
    Effect.gen(function* () {
      const { call } = yield* started
      const { stats = [] } = (yield* call("GET", `${services}/stats/native`)).body as Statistics
      assert.deepStrictEqual(
        stats.map(({ name, type }) => `${type} ${name}`),
        ["frontend public", "server s1", "server s2", "backend app"]
      )
      const [frontend, server, , backend] = stats.map((one) => one.stats)
      assert.deepInclude(frontend, { status: "OPEN", mode: "http", stot: 0 })
      assert.deepInclude(server, { addr: "127.0.0.1:9", weight: 10, act: 1, bck: 0, status: "no check" })
      assert.deepInclude(backend, { algo: "roundrobin", act: 1, bck: 1, weight: 11 })
      assert.notProperty(frontend, "weight")
    }).pipe(Effect.scoped)
  )

  it.live("are those of one thing where it is named, and of no kind that there isn't", () =>
    Effect.gen(function* () {
      const { call } = yield* started
      const one = yield* call("GET", `${services}/stats/native?type=server&name=s2&parent=app`)
      assert.deepStrictEqual(
        ((one.body as Statistics).stats ?? []).map(({ name }) => name),
        ["s2"]
      )
      assert.strictEqual((yield* call("GET", `${services}/stats/native?type=nonsense`)).status, 422)
    }).pipe(Effect.scoped)
  )

  it.live("tell of the process in numbers", () =>
    Effect.gen(function* () {
      const { call } = yield* started
      const { info } = (yield* call("GET", `${services}/runtime/info`)).body as { readonly info: object }
      assert.deepInclude(info, { pid: 1, processes: 1, max_conn: 10_000, version: "0.0.0" })
    }).pipe(Effect.scoped)
  )

  it.live("have stick tables, whose entries can be told apart by what they hold", () =>
    Effect.gen(function* () {
      const { call } = yield* started
      const entries = `${services}/runtime/stick_tables/app/entries`
      for (const [key, gpc0] of [
        ["a", 1],
        ["b", 5]
      ]) {
        assert.strictEqual((yield* call("POST", entries, { key, data_type: { gpc0, unknown: 1 } })).status, 204)
      }
      const keys = (query: string) =>
        Effect.map(call("GET", `${entries}${query}`), ({ body }) =>
          (body as ReadonlyArray<{ readonly key: string }>).map(({ key }) => key)
        )
      assert.deepStrictEqual(yield* keys(""), ["a", "b"])
      assert.deepStrictEqual(yield* keys("?filter=gpc0%20gt%201"), ["b"])
      assert.deepStrictEqual(yield* keys("?key=a"), ["a"])
      assert.deepStrictEqual(yield* keys("?filter=gpc0%20lt%209,http_req_cnt%20eq%200&offset=1"), ["b"])
      const wrong = yield* call("GET", `${entries}?filter=data.gpc0%20gt%201`)
      assert.strictEqual(wrong.status, 500)
      assert.include(wrong.text, "Filter entry #1: Unknown data type [show table app data.data.gpc0 gt 1]")
      const without = yield* call("POST", entries, { key: "c" })
      assert.deepStrictEqual(without.body, { code: 602, message: "stick_table_entry.data_type in body is required" })
    }).pipe(Effect.scoped)
  )
})
