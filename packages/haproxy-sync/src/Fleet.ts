import { Array as Chunks, Effect, Layer, Result } from "effect"
import { DataplaneClient } from "./dataplane/DataplaneClient.ts"
import type { DataplaneConfig } from "./dataplane/DataplaneConfig.ts"
import type { DataplaneError } from "./dataplane/DataplaneError.ts"
import type { StructuredConfig } from "./model/StructuredConfig.ts"
import { sha256 } from "./plan/digest.ts"
import { textDifference } from "./sync/textDifference.ts"
import { readHeld } from "./sync/verify.ts"
import { Synchronizer } from "./Synchronizer.ts"
import { defaultSyncOptions, type SyncOptions } from "./SyncOptions.ts"
import { SyncResult } from "./SyncResult.ts"

/**
 * One server of a fleet, by a name of one's own.
 *
 * @category models
 * @since 0.1.0
 */
export interface FleetInstance {
  readonly name: string
  readonly server: DataplaneConfig
}

/**
 * How a configuration is brought to a fleet.
 *
 * @category options
 * @since 0.1.0
 */
export interface FleetOptions extends SyncOptions {
  /** How many go first, one after another; the rest follows only when all of them have it. 1 if left out. */
  readonly canaries?: number
  /** How many are changed side by side after that; a quarter of the fleet if left out. */
  readonly batch?: number
  /** Go on with the next batch although one of the fleet has failed. Canaries that fail always end it. */
  readonly continueOnFailure?: boolean
}

/**
 * What became of one server of a fleet.
 *
 * **Details**
 *
 * `skipped`: its turn did not come. `result` is there where the server could be read, `error` where it could not.
 *
 * @category models
 * @since 0.1.0
 */
export interface InstanceReport {
  readonly name: string
  readonly url: string
  readonly outcome: "done" | "failed" | "skipped"
  readonly result?: SyncResult
  readonly error?: DataplaneError
}

/**
 * What became of a fleet.
 *
 * @category models
 * @since 0.1.0
 */
export interface FleetReport {
  readonly success: boolean
  /** It ended before all had their turn. */
  readonly stopped: boolean
  /** In the order of the fleet. */
  readonly instances: ReadonlyArray<InstanceReport>
}

const reached = <A, E>(
  { server }: FleetInstance,
  effect: Effect.Effect<A, E, DataplaneClient | Synchronizer>
): Effect.Effect<A, E | DataplaneError> =>
  effect.pipe(Effect.provide(Layer.fresh(Synchronizer.layer.pipe(Layer.provideMerge(DataplaneClient.layer(server))))))

const syncOne = (instance: FleetInstance, desired: StructuredConfig, options: SyncOptions) => {
  const { name, server } = instance
  return reached(
    instance,
    Effect.gen(function* () {
      const { config } = yield* readHeld
      return yield* Synchronizer.use((synchronizer) => synchronizer.sync(config, desired, options))
    })
  ).pipe(
    Effect.result,
    Effect.map((end): InstanceReport =>
      Result.isSuccess(end)
        ? { name, url: server.baseUrl, outcome: end.success.success ? "done" : "failed", result: end.success }
        : { name, url: server.baseUrl, outcome: "failed", error: end.failure }
    )
  )
}

/**
 * Brings a configuration to all servers of a fleet: canaries first, one after another, then the others in batches; it stops where one
 * fails. It never fails itself: what became of each is in the report.
 *
 * **Details**
 *
 * What has failed was left as it was, or put back, as a single synchronization does; what was done before stays done. Calling it again
 * goes on where it stopped, since what is in step takes no requests that change anything.
 *
 * **Example** (Two canaries, then three at a time)
 *
 * ```ts
 * import { defaultSyncOptions, type FleetInstance, syncFleet, type StructuredConfig } from "@lockstep/haproxy-sync"
 *
 * const program = (fleet: ReadonlyArray<FleetInstance>, desired: StructuredConfig) =>
 *   syncFleet(fleet, desired, { ...defaultSyncOptions, canaries: 2, batch: 3 })
 * ```
 *
 * @category fleets
 * @since 0.1.0
 */
export const syncFleet = Effect.fn("syncFleet")(function* (
  fleet: ReadonlyArray<FleetInstance>,
  desired: StructuredConfig,
  options: FleetOptions = defaultSyncOptions
) {
  const { batch = Math.max(1, Math.ceil(fleet.length / 4)), canaries = 1, continueOnFailure = false } = options
  const [first, rest] = [fleet.slice(0, canaries), fleet.slice(canaries)]
  const steps = [...Chunks.chunksOf(first, 1), ...Chunks.chunksOf(rest, batch)]
  const reports: Array<InstanceReport> = []
  let stopped = false
  for (const [index, step] of steps.entries()) {
    if (stopped) {
      reports.push(
        ...step.map(({ name, server }): InstanceReport => ({ name, url: server.baseUrl, outcome: "skipped" }))
      )
      continue
    }
    const done = yield* Effect.forEach(step, (instance) => syncOne(instance, desired, options), {
      concurrency: "unbounded"
    })
    reports.push(...done)
    const failed = done.some(({ outcome }) => outcome === "failed")
    stopped = failed && index + 1 < steps.length && (index < first.length || !continueOnFailure)
  }
  return {
    success: reports.every(({ outcome }) => outcome === "done"),
    stopped,
    instances: reports
  } satisfies FleetReport
})

/**
 * What one server of a fleet holds.
 *
 * @category models
 * @since 0.1.0
 */
export interface InstanceState {
  readonly name: string
  readonly url: string
  readonly version?: number
  /** The SHA-256 of its configuration, without the lines in which the server counts versions. */
  readonly sha256?: string
  readonly error?: DataplaneError
}

/**
 * What a fleet holds, and who holds the same.
 *
 * @category models
 * @since 0.1.0
 */
export interface FleetState {
  /** All hold the same configuration. */
  readonly consistent: boolean
  /** The names of those that hold the same; the largest group first. */
  readonly groups: ReadonlyArray<ReadonlyArray<string>>
  readonly instances: ReadonlyArray<InstanceState>
}

/** A text without the comments at its head, where the server counts versions. */
const bodyOf = (text: string): string => text.replace(/^(#.*\n)*\n*/, "").trimEnd()

/**
 * Finds out whether all servers of a fleet hold the same configuration, whatever the order and the spelling in which each writes it.
 *
 * @category fleets
 * @since 0.1.0
 */
export const fleetState = Effect.fn("fleetState")(function* (fleet: ReadonlyArray<FleetInstance>) {
  const read = yield* Effect.forEach(
    fleet,
    (instance) => Effect.map(Effect.result(reached(instance, readHeld)), (held) => ({ instance, held })),
    { concurrency: 8 }
  )
  const groups: Array<{ readonly text: string; readonly names: Array<string> }> = []
  const instances = read.map(({ held, instance: { name, server } }): InstanceState => {
    if (Result.isFailure(held)) return { name, url: server.baseUrl, error: held.failure }
    const { text, version } = held.success.raw
    const own = groups.find((group) => textDifference(text, group.text) === undefined)
    if (own === undefined) groups.push({ text, names: [name] })
    else own.names.push(name)
    return { name, url: server.baseUrl, version, sha256: sha256(bodyOf(text)) }
  })
  return {
    consistent: groups.length <= 1 && instances.every(({ error }) => error === undefined),
    groups: groups.map(({ names }) => names).toSorted((a, b) => b.length - a.length),
    instances
  } satisfies FleetState
})
