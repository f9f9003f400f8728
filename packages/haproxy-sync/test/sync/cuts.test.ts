import { DataplaneClient, defaultSyncOptions, Synchronizer, type SyncResult } from "@lockstep/haproxy-sync"
import { DataplaneEmulator, type Fault, Faults } from "@lockstep/haproxy-sync/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Result } from "effect"

const config = (weight: number, rules: ReadonlyArray<string> = [], rest = "") =>
  [
    "global",
    "  stats socket /tmp/lockstep-cuts.sock mode 600 level admin",
    "defaults main",
    "  mode http",
    "  timeout connect 1s",
    "  timeout client 1s",
    "  timeout server 1s",
    "frontend public from main",
    "  bind 127.0.0.1:18080 name public",
    ...rules.map((rule) => `  http-request ${rule}`),
    "  default_backend app",
    "backend app from main",
    `  server s1 127.0.0.1:80 weight ${weight}`,
    rest,
    ""
  ].join("\n")

const before = config(10)

/** What is to come about, by the way it travels. */
const desired = {
  "a change that HAProxy takes while it runs": config(20),
  "changes in one transaction": config(
    20,
    ["deny if { path /x }", "set-header X-A 1"],
    "backend b2\n  server s 127.0.0.1:81"
  ),
  "a text as a whole": config(20, [], "listen both\n  bind 127.0.0.1:18081\n  server s 127.0.0.1:82")
} as const

/** What happens to one request. */
const accidents = {
  "is cut before it arrives": { drop: "before" },
  "is cut while its answer is lost": { drop: "after" },
  "meets a server that fails": Faults.status(500, "something broke"),
  "is one too many": Faults.status(429, "too many requests")
} as const satisfies Readonly<Record<string, ReturnType<Fault>>>

const tried = (text: string) =>
  Synchronizer.use((synchronizer) => synchronizer.syncFromStrings(before, text, defaultSyncOptions))

const outcome = (result: Result.Result<SyncResult, Error>): string =>
  Result.isFailure(result) ? "failed to read" : result.success.success ? "success" : "no success"

const held = DataplaneClient.use((client) => client.raw)

/** Plays a synchronization with an accident at its n-th request, and a second one without. */
const played = (text: string, accident: ReturnType<Fault>, n: number) =>
  Effect.gen(function* () {
    const { faults } = yield* DataplaneEmulator
    const off = faults.add(Faults.at(n, accident ?? {}))
    const seen = faults.requests
    const first = yield* Effect.result(tried(text))
    off()
    const reached = faults.requests - seen >= n
    const middle = yield* held
    const status = (yield* tried(text)).status
    const open = yield* DataplaneClient.use((client) => client.transactions)
    return { first, reached, middle, status, open: open.filter((one) => one.status === "in_progress") }
  }).pipe(
    Effect.provide(
      Synchronizer.layer.pipe(Layer.provideMerge(DataplaneEmulator.clientLayer({ config: before, reloadDelay: 20 })))
    ),
    Effect.scoped
  )

describe.each(Object.entries(desired))("Synchronizing %s", (_, text) => {
  it.live.each(Object.entries(accidents))(
    "is honest and can be repeated when a request %s",
    ([, accident]) =>
      Effect.gen(function* () {
        const words = (raw: string) =>
          raw
            .split(/\s+/)
            .filter((word) => !word.startsWith("_") && word !== "#")
            .join(" ")
        const outcomes: Array<string> = []
        for (let n = 1; ; n++) {
          const { first, middle, open, reached, status } = yield* played(text, accident, n)
          if (!reached) break
          outcomes.push(`${n}: ${outcome(first)}`)
          const after = middle.text.includes("weight 20")
          if (Result.isSuccess(first) && first.success.success)
            assert.isTrue(after, `request ${n}: a success that isn't true`)
          else assert.include(words(middle.text), after ? "weight 20" : "weight 10")
          assert.include(["applied", "in-sync"], status, `request ${n}: again`)
          assert.isAtMost(open.length, 1, `request ${n}: open transactions`)
        }
        assert.isNotEmpty(outcomes)
      }),
    120_000
  )
})
