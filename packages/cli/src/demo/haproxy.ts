import {
  DataplaneClient,
  defaultSyncOptions,
  formatPlan,
  parse,
  type Plan,
  plan,
  readHeld,
  type StructuredConfig,
  SyncResult,
  Synchronizer
} from "@lockstep/haproxy-sync"
import { startEmulator } from "@lockstep/haproxy-sync/testing"
import { Effect, Layer, Redacted } from "effect"
import type { writeLine } from "../Output.ts"
import { current, desired } from "./configurations.ts"

/** Who tells people what happens. */
export type Tell = typeof writeLine

/** Starts an in-process Data Plane API with the configuration that runs now; it ends with the scope. */
const server = Layer.unwrap(
  Effect.gen(function* () {
    const emulator = yield* Effect.acquireRelease(
      Effect.promise(() => startEmulator({ config: current, reloadDelay: 50 })),
      (running) => Effect.promise(() => running.stop())
    )
    return Synchronizer.layer.pipe(
      Layer.provideMerge(
        DataplaneClient.layer({
          baseUrl: emulator.url,
          username: emulator.user,
          password: Redacted.make(emulator.password)
        })
      )
    )
  })
)

/**
 * Brings a running HAProxy's configuration to the desired one: shows the plan, applies it, changes a weight without a reload, lets
 * another writer get in between, and shows that nothing is left to do. Answers whether everything ended in step.
 */
export const haproxyDemo = Effect.fnUntraced(function* (tell: Tell) {
  yield* tell("HAProxy: the edge of a web shop, behind an in-process Data Plane API\n")
  const first = yield* bring(desired, tell)
  yield* tell("\nA server gets another weight. HAProxy takes that while it runs:\n")
  const lighter = desired.replace("127.0.0.1:19004 weight 25", "127.0.0.1:19004 weight 50")
  const second = yield* bring(lighter, tell)
  yield* tell(
    "\nAnother program changes the configuration at the same time; its change is no part of what is desired:\n"
  )
  yield* interfere
  const third = yield* bring(lighter, tell)
  yield* tell("\nOnce more, to see whether anything is left:\n")
  const last = yield* bring(lighter, tell)
  return [first, second, third].every((result) => result.success && result.verified) && last.status === "in-sync"
}, Effect.provide(server))

const read = (text: string): Effect.Effect<StructuredConfig> =>
  Effect.fromResult(parse(text, { file: "desired.cfg", side: "desired" })).pipe(Effect.orDie)

const bring = Effect.fnUntraced(function* (text: string, tell: Tell) {
  const { config } = yield* readHeld
  const wanted = yield* read(text)
  const planned: Plan = plan(config, wanted)
  yield* tell(formatPlan(planned).trimEnd())
  const synchronizer = yield* Synchronizer
  const result = yield* synchronizer.sync(config, wanted, defaultSyncOptions)
  if (planned.operations.length > 0) yield* tell(outcomeOf(result))
  return result
})

const outcomeOf = (result: SyncResult): string => {
  const reloads = result.reloads === 0 ? "no reload" : `${result.reloads} reload`
  return `→ ${result.message}: ${result.requests} ${result.requests === 1 ? "request" : "requests"}, ${reloads}, ${result.verified ? "verified" : "not verified"}.`
}

/** What somebody else does by hand. */
const interfere = Effect.gen(function* () {
  const client = yield* DataplaneClient
  const { text, version } = yield* client.raw
  yield* client.pushRaw(text.replace("maxconn 12000", "maxconn 11000"), { version })
})
