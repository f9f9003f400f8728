import { DataplaneClient, defaultSyncOptions, Synchronizer, type SyncOptions } from "@lockstep/haproxy-sync"
import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { anotherBackend, smallConfig } from "../support/smallConfig.ts"
import { bring, onDisk } from "../support/synchronizing.ts"

/** A server that spells something otherwise than it was given, which means the same; or that loses it. */
const twisting = (twist: (text: string) => string) =>
  Layer.effect(
    DataplaneClient,
    Effect.map(DataplaneClient, (client) =>
      DataplaneClient.of({ ...client, raw: Effect.map(client.raw, (raw) => ({ ...raw, text: twist(raw.text) })) })
    )
  ).pipe(Layer.provideMerge(DataplaneEmulator.clientLayer({ config: smallConfig(), reloadDelay: 5 })))

const against = <A, E>(twist: (text: string) => string, run: Effect.Effect<A, E, Synchronizer | DataplaneClient>) =>
  run.pipe(Effect.provide(Synchronizer.layer.pipe(Layer.provideMerge(twisting(twist)))), Effect.scoped)

const respelling = (text: string) => text.replaceAll("weight 20", "weight 20 weight 20")
const losing = (text: string) => text.replace(/\n +server s1 127\.0\.0\.1:81/, "")

const warn: SyncOptions = { ...defaultSyncOptions, verification: "warn" }
const wanted = smallConfig({ weight: 20, rest: anotherBackend("more") })

describe("Words that the server spells in a way that nobody knows", () => {
  it.live("are taken back when nothing is said", () =>
    against(
      respelling,
      Effect.gen(function* () {
        const result = yield* bring(wanted)
        assert.deepStrictEqual([result.success, result.status, result.verified], [false, "rolled-back", false])
        assert.notInclude(yield* onDisk, "backend more")
      })
    )
  )

  it.live("are left and told where that was asked for: a success that is not verified, now and later", () =>
    against(
      respelling,
      Effect.gen(function* () {
        const result = yield* bring(wanted, warn)
        assert.deepStrictEqual(
          [result.success, result.status, result.verified, result.reloads],
          [true, "applied", false, 1],
          result.message
        )
        assert.match(
          result.message,
          /it is not verified\. The server does not hold what was sent: "server" of backend app/
        )
        assert.include(yield* onDisk, "backend more")
        const again = yield* bring(wanted, warn)
        assert.deepStrictEqual([again.status, again.verified, again.requests], ["in-sync", false, 0])
        assert.match(again.notices.join(""), /the server does not hold the same words: "server" of backend app/)
      })
    )
  )

  it.live("are looked for in the running HAProxy all the same where no reload was needed", () =>
    against(
      respelling,
      Effect.gen(function* () {
        const result = yield* bring(smallConfig({ weight: 20 }), warn)
        assert.deepStrictEqual([result.success, result.verified, result.reloads], [true, false, 0], result.message)
      })
    )
  )
})

describe("What the server loses", () => {
  it.live("is no success where it is left: what was applied is partial", () =>
    against(
      losing,
      Effect.gen(function* () {
        const result = yield* bring(wanted, warn)
        assert.deepStrictEqual([result.success, result.status, result.verified], [false, "partial", false])
        assert.match(result.message, /Create server 's1' in backend 'more' is left.*It was left as it is/)
        assert.include(yield* onDisk, "backend more")
      })
    )
  )

  it.live("is taken back when nothing is said", () =>
    against(
      losing,
      Effect.gen(function* () {
        assert.strictEqual((yield* bring(wanted)).status, "rolled-back")
      })
    )
  )
})
