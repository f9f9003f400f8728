import {
  type DataplaneClient,
  driftFrom,
  parse,
  readHeld,
  RuntimeClient,
  StorageClient,
  storeFiles,
  Synchronizer
} from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"
import { join } from "node:path"
import { mkdirSync, writeFileSync } from "node:fs"
import { folder, freePort, haproxyVersions, overHaproxy } from "../../support/realHaproxy.ts"
import { smallConfig } from "../../support/smallConfig.ts"

const entries = (count: number, value: (key: number) => string | undefined) =>
  Array.from({ length: count }, (_, key) => [key, value(key)] as const)
    .flatMap(([key, one]) => (one === undefined ? [] : [`key-${key} ${one}\n`]))
    .join("")

describe.each(haproxyVersions)("A running HAProxy %s", (api, variable) => {
  /** Runs something against a HAProxy with some servers and a map of 100,000 entries. */
  const against = <A, E>(
    run: (
      config: (weight: number) => string
    ) => Effect.Effect<A, E, DataplaneClient | RuntimeClient | StorageClient | Synchronizer>
  ) =>
    Effect.scoped(
      Effect.gen(function* () {
        const [directory, port, haproxy] = [yield* folder, yield* freePort, process.env[variable] ?? ""]
        assert.notStrictEqual(haproxy, "")
        mkdirSync(join(directory, "maps"))
        writeFileSync(
          join(directory, "maps/hosts.map"),
          entries(100_000, () => "old")
        )
        const config = (weight: number) =>
          smallConfig({
            socket: join(directory, "stats.sock"),
            bind: `127.0.0.1:${port}`,
            public: [`use_backend %[req.hdr(host),map(${join(directory, "maps/hosts.map")},app)]`],
            app: Array.from({ length: 300 }, (_, n) => `server s${n} 127.0.0.1:9 weight ${weight}`)
          })
        const { emulator, layer } = yield* overHaproxy({ api, config: config(1), directory, haproxy })
        const result = yield* run(config).pipe(
          Effect.provide(Layer.mergeAll(RuntimeClient.layer, StorageClient.layer).pipe(Layer.provideMerge(layer)))
        )
        assert.isDefined(emulator.haproxyPid())
        return result
      })
    )

  it.live("takes three hundred changes without a reload, and is asked whether it has them", () =>
    against((config) =>
      Effect.gen(function* () {
        const { raw } = yield* readHeld
        const result = yield* Synchronizer.use((one) => one.syncFromStrings(raw.text, config(7)))
        assert.deepStrictEqual(
          [result.status, result.reloads, result.requests, result.verified],
          ["applied", 0, 1, true]
        )
        const drift = yield* driftFrom(Result.getOrThrow(parse(config(7))))
        assert.deepStrictEqual([drift.configuration.operations, drift.running], [[], []])
      })
    )
  )

  it.live("tells of a server that somebody has taken out by hand", () =>
    against((config) =>
      Effect.gen(function* () {
        yield* RuntimeClient.use((runtime) => runtime.setServer("app", "s7", { admin: "maint" }))
        const { configuration, running } = yield* driftFrom(Result.getOrThrow(parse(config(1))))
        assert.deepStrictEqual(configuration.operations, [])
        assert.deepStrictEqual(running, [
          { backend: "app", server: "s7", difference: "its state is maint instead of ready" }
        ])
      })
    )
  )

  it.live("takes the difference of a map of 100,000 entries", () =>
    against(() =>
      Effect.gen(function* () {
        const wanted = entries(100_000, (key) => (key === 5 ? undefined : key % 20_000 === 7 ? "new" : "old"))
        const [change] = yield* storeFiles([{ kind: "maps", name: "hosts", content: `${wanted}more new\n` }])
        assert.deepStrictEqual([change?.change, change?.requests], ["changed at runtime", 8])
        const held = yield* RuntimeClient.use((runtime) => runtime.mapEntries("hosts.map"))
        const changed = held.filter(({ value }) => value === "new").map(({ key }) => key)
        assert.deepStrictEqual(changed.toSorted(), [
          "key-20007",
          "key-40007",
          "key-60007",
          "key-7",
          "key-80007",
          "more"
        ])
        assert.strictEqual(held.length, 100_000)
      })
    )
  )
})
