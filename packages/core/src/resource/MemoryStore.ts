/**
 * A store in memory: for tests, for one-off runs, and for an operator that needs no cluster.
 *
 * @since 0.1.0
 */
import { Effect, Layer } from "effect"
import { make } from "./LocalStore.ts"
import { MemoryLedger } from "./MemoryStore/Ledger.ts"
import { ResourceStore } from "./ResourceStore.ts"

/**
 * Settings of a store in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface MemoryStoreOptions {
  /** How many of the latest changes a watch can start from; at least this many are kept (10,000 if left out). */
  readonly history?: number
}

/**
 * Provides a `ResourceStore` that keeps everything in memory and forgets it in the end.
 *
 * **Details**
 *
 * It behaves as Kubernetes does, garbage collection by owner references included. Lists, watches and writes see each other
 * in one order. A watch that falls behind by more than `history` changes fails with `Expired`.
 *
 * **Example** (A store for one program)
 *
 * ```ts
 * import { MemoryStore, ResourceStore } from "@lockstep/core"
 * import { Effect } from "effect"
 *
 * const program = ResourceStore.use((store) => Effect.succeed(store)).pipe(Effect.provide(MemoryStore.layer()))
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: MemoryStoreOptions = {}): Layer.Layer<ResourceStore> =>
  Layer.effect(
    ResourceStore,
    Effect.sync(() => make(new MemoryLedger(options.history ?? 10_000)))
  )
