import { Context, Effect, Layer, Redacted } from "effect"
import { DataplaneClient } from "../dataplane/DataplaneClient.ts"
import type { DataplaneError } from "../dataplane/DataplaneError.ts"
import { type Emulator, type EmulatorOptions, startEmulator } from "./Emulator.ts"

/**
 * An in-process Data Plane API as a service: it starts with the layer and stops with its scope.
 *
 * **Example** (A client against one)
 *
 * ```ts
 * import { DataplaneClient } from "@lockstep/haproxy-sync"
 * import { DataplaneEmulator } from "@lockstep/haproxy-sync/testing"
 * import { Effect } from "effect"
 *
 * const program = DataplaneClient.use((client) => client.version).pipe(
 *   Effect.provide(DataplaneEmulator.clientLayer({ api: "3.2" }))
 * )
 * ```
 *
 * @category emulator
 * @since 0.1.0
 */
export class DataplaneEmulator extends Context.Service<DataplaneEmulator, Emulator>()(
  "@lockstep/haproxy-sync/testing/DataplaneEmulator"
) {
  static readonly layer = (options: EmulatorOptions = {}): Layer.Layer<DataplaneEmulator> =>
    Layer.effect(
      DataplaneEmulator,
      Effect.acquireRelease(
        Effect.promise(() => startEmulator(options)),
        (emulator) => Effect.promise(() => emulator.stop())
      )
    )

  /** The same, with a client that speaks to it. */
  static readonly clientLayer = (
    options: EmulatorOptions = {}
  ): Layer.Layer<DataplaneClient | DataplaneEmulator, DataplaneError> =>
    Layer.unwrap(
      DataplaneEmulator.use(({ password, url, user }) =>
        Effect.succeed(DataplaneClient.layer({ baseUrl: url, username: user, password: Redacted.make(password) }))
      )
    ).pipe(Layer.provideMerge(DataplaneEmulator.layer(options)))
}
