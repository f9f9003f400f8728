/**
 * A program that synchronizes and remembers in a folder, for tests that kill it: `node killedSync.ts URL FOLDER`, with the desired text
 * on stdin.
 */
import { DataplaneClient, Journal, readHeld, Synchronizer } from "@lockstep/haproxy-sync"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Redacted } from "effect"
import { readFileSync } from "node:fs"

const [, , baseUrl = "", folder = ""] = process.argv

const client = DataplaneClient.layer({ baseUrl, username: "admin", password: Redacted.make("pw") }).pipe(
  Layer.provide(Journal.file(folder)),
  Layer.provide(NodeServices.layer)
)

Effect.gen(function* () {
  const { raw } = yield* readHeld
  yield* Synchronizer.use((one) => one.syncFromStrings(raw.text, readFileSync(0, "utf8")))
}).pipe(Effect.provide(Synchronizer.layer.pipe(Layer.provideMerge(client))), NodeRuntime.runMain)
