import { Effect } from "effect"
import { RuntimeClient } from "./dataplane/RuntimeClient.ts"
import { weightKey } from "./dataplane/runningWeights.ts"
import type { ConfigSection } from "./model/ConfigSection.ts"
import type { StructuredConfig } from "./model/StructuredConfig.ts"
import type { Plan } from "./plan/Plan.ts"
import { plan, type PlanOptions } from "./plan/Planner.ts"
import { runningDifference, weightsOf, withWeight } from "./sync/runningState.ts"
import { type HeldConfiguration, readHeld } from "./sync/verify.ts"

/**
 * A server that runs otherwise than the stored configuration says.
 *
 * @category drift
 * @since 0.1.0
 */
export interface RunningDrift {
  readonly backend: string
  readonly server: string
  /** In what it differs, in a sentence. */
  readonly difference: string
}

/**
 * In what a server has drifted away from a desired configuration.
 *
 * **Details**
 *
 * `configuration` is what differs between what is stored and what is desired: applying it brings the two together. `running` is what
 * differs between what is stored and what HAProxy does now, such as a server that somebody has put into maintenance by hand: applying
 * does not touch it, and it is gone with the next reload. It is undefined where HAProxy can't be asked, since it has no runtime socket.
 * `apart` says that the Data Plane API has another configuration in memory than on disk, as after a failed reload.
 *
 * @category drift
 * @since 0.1.0
 */
export interface Drift {
  readonly held: HeldConfiguration
  readonly configuration: Plan
  readonly running: ReadonlyArray<RunningDrift> | undefined
  readonly apart: boolean
}

/**
 * Reports whether there is any drift.
 *
 * @category drift
 * @since 0.1.0
 */
export const hasDrifted = ({ apart, configuration, running = [] }: Drift): boolean =>
  apart || configuration.operations.length > 0 || running.length > 0

/** How many backends are asked side by side. */
const concurrency = 4

/**
 * Finds out in what a server has drifted away from a desired configuration; changes nothing.
 *
 * **Example** (Is anybody in maintenance?)
 *
 * ```ts
 * import { driftFrom, type StructuredConfig } from "@lockstep/haproxy-sync"
 * import { Effect } from "effect"
 *
 * const program = (desired: StructuredConfig) =>
 *   Effect.map(driftFrom(desired), ({ running = [] }) => running.map(({ server }) => server))
 * ```
 *
 * @category drift
 * @since 0.1.0
 */
export const driftFrom = Effect.fn("driftFrom")(function* (desired: StructuredConfig, options: PlanOptions = {}) {
  const held = yield* readHeld
  return {
    held,
    configuration: plan(held.config, desired, options),
    running: yield* runningDrift(held.config),
    apart: held.apart
  } satisfies Drift
})

/**
 * Compares the servers of each backend of a stored configuration with those of the running HAProxy.
 *
 * @category drift
 * @since 0.1.0
 */
export const runningDrift = Effect.fnUntraced(function* (stored: StructuredConfig) {
  const runtime = yield* RuntimeClient
  const found = yield* Effect.forEach(
    stored.ofKind("backend"),
    Effect.fnUntraced(function* (section) {
      const running = yield* runtime.servers(section.name)
      return running === undefined ? undefined : { section, running: new Map(running.map((one) => [one.name, one])) }
    }),
    { concurrency }
  )
  if (!found.every((one) => one !== undefined)) return undefined
  const untold = found.flatMap(({ running, section }) =>
    section.named("servers").flatMap(([name, item]) => {
      return running.get(name)?.weight === undefined && typeof item["weight"] === "number"
        ? [{ backend: section.name, name }]
        : []
    })
  )
  const weights = yield* weightsOf(untold)
  return found.flatMap(({ running, section }) => {
    const weighed = (name: string) =>
      withWeight(running.get(name), weights.get(weightKey({ backend: section.name, name })))
    const items = section.named("servers")
    const known = new Set(items.map(([name]) => name))
    const lacking = items.flatMap(([name, item]): ReadonlyArray<RunningDrift> => {
      const difference = runningDifference(withDefaults(item, section, stored), weighed(name))
      return difference === undefined ? [] : [{ backend: section.name, server: name, difference }]
    })
    // What a template makes is known by its prefix only.
    const templates = section.named("server_templates").map(([prefix]) => prefix)
    const unknown = [...running.keys()]
      .filter((name) => !known.has(name) && !templates.some((prefix) => name.startsWith(prefix)))
      .map((name) => ({
        backend: section.name,
        server: name,
        difference: "the stored configuration does not have it"
      }))
    return [...lacking, ...unknown]
  })
}, Effect.provide(RuntimeClient.layer))

/** A server is in maintenance too where its defaults say so. */
const withDefaults = (
  item: Readonly<Record<string, unknown>>,
  section: ConfigSection,
  stored: StructuredConfig
): Readonly<Record<string, unknown>> => {
  if (item["maintenance"] !== undefined) return item
  for (const one of [section, stored.parent(section)]) {
    const server = one?.value["default_server"]
    if (typeof server === "object" && server !== null && "maintenance" in server) {
      return { ...item, maintenance: server.maintenance }
    }
  }
  return item
}
