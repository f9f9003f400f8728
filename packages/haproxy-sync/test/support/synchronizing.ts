import { DataplaneClient, Journal, readHeld, type SyncOptions, Synchronizer } from "@lockstep/haproxy-sync"
import { DataplaneEmulator, type Emulator, type EmulatorOptions } from "@lockstep/haproxy-sync/testing"
import { Effect, Layer } from "effect"

/** Runs something against a server of its own, with a client and a synchronizer for it. */
export const against = <A, E>(
  options: EmulatorOptions,
  run: (emulator: Emulator) => Effect.Effect<A, E, Synchronizer | DataplaneClient>,
  journal: Layer.Layer<Journal> = Journal.memory
) =>
  DataplaneEmulator.use(run).pipe(
    Effect.provide(
      Synchronizer.layer.pipe(
        Layer.provideMerge(DataplaneEmulator.clientLayer({ reloadDelay: 20, ...options })),
        Layer.provide(journal)
      )
    ),
    Effect.scoped
  )

/** Brings a text to the server, from what it holds. */
export const bring = Effect.fnUntraced(function* (desired: string, options?: SyncOptions) {
  const { raw } = yield* readHeld
  return yield* Synchronizer.use((synchronizer) => synchronizer.syncFromStrings(raw.text, desired, options))
})

/** What is on the server's disk. */
export const onDisk = DataplaneClient.use((client) => Effect.map(client.raw, ({ text }) => text))

/** The transactions that somebody has begun and nobody ended. */
export const openTransactions = DataplaneClient.use((client) =>
  Effect.map(client.transactions, (all) => all.filter(({ status }) => status === "in_progress").length)
)
