import { compare, DataplaneClient, parse, type StructuredConfig } from "@lockstep/haproxy-sync"
import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { readBack } from "../../src/sync/runningState.ts"
import { smallConfig } from "../support/smallConfig.ts"

const config = (servers: number, changed: number): StructuredConfig =>
  Result.getOrThrow(
    parse(
      smallConfig({
        app: Array.from({ length: servers }, (_, n) => `server s${n} 127.0.0.1:80 weight ${n < changed ? 20 : 10}`)
      })
    )
  )

/** Reads weights back while the statistics tell 20 for each server; counts how often they are asked. */
const reading = Effect.fnUntraced(function* (servers: number, changed: number) {
  const client = yield* DataplaneClient
  let asked = 0
  const get: typeof client.get = (address) => {
    if (!address.path.endsWith("/stats/native")) return client.get(address)
    asked++
    const { name } = address.query
    const all = name === undefined ? Array.from({ length: servers }, (_, n) => `s${n}`) : [name]
    return Effect.succeed({ stats: all.map((one) => ({ backend_name: "app", name: one, stats: { weight: 20 } })) })
  }
  const { operations } = compare(config(servers, 0), config(servers, changed))
  const { lacking, unread } = yield* readBack(operations, config(servers, changed)).pipe(
    Effect.provideService(DataplaneClient, DataplaneClient.of({ ...client, get }))
  )
  return { asked, lacking, unread: unread.length }
})

const against = (servers: number, changed: number) =>
  reading(servers, changed).pipe(
    Effect.provide(
      DataplaneEmulator.clientLayer({
        api: "3.2",
        config: config(servers, 0).document.text,
        check: () => undefined
      })
    ),
    Effect.scoped
  )

describe("Weights that were changed at runtime", () => {
  it.live("are asked for one by one where they are few", () =>
    Effect.map(against(20, 8), (read) => assert.deepStrictEqual(read, { asked: 8, lacking: undefined, unread: 0 }))
  )

  it.live("are asked for at once where they are many", () =>
    Effect.map(against(20, 9), (read) => assert.deepStrictEqual(read, { asked: 1, lacking: undefined, unread: 0 }))
  )

  it.live("are told to be unread where all would take longer than the change", () =>
    Effect.map(against(3001, 9), (read) => assert.deepStrictEqual(read, { asked: 0, lacking: undefined, unread: 9 }))
  )
})
