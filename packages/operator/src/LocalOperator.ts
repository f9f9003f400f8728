/**
 * The operator on a machine of its own, without a cluster.
 *
 * @since 0.1.0
 */
import {
  Fence,
  MemoryStore,
  SqliteStore,
  type LeaderElection,
  type ResourceStore,
  type StoreError
} from "@lockstep/core"
import { DryRun, GitHub, type Coordinator, type LabelManager } from "@lockstep/github-sync"
import { Effect, Layer, type Config } from "effect"
import type { ConfigFileError } from "./ConfigFileSource.ts"
import { runConfigured, type ConfiguredOptions } from "./ConfiguredOperator.ts"
import { layerServices, type ServicesOptions } from "./layerServices.ts"
import { runOperator, type OperatorOptions } from "./Operator.ts"
import type * as Probes from "./Probes.ts"
import { Secrets } from "./Secrets.ts"
import * as ThrowawayStore from "./ThrowawayStore.ts"
import type * as WebhookServer from "./WebhookServer.ts"

/**
 * Settings of everything an operator works with on a machine of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalOptions extends ServicesOptions, MemoryStore.MemoryStoreOptions {
  /**
   * A SQLite file that keeps what is known over a restart; it is kept in memory if left out. Beside it, in a file with
   * `-github` behind its name, is what GitHub has answered, unless the environment names another file for that.
   */
  readonly storeFile?: string
}

/**
 * Provides everything an operator needs but GitHub, without a cluster: the store is in memory, or in a file.
 *
 * **Gotchas**
 *
 * What a store in memory holds ends with the process. Labels and facts are on GitHub, so the next start finds its way from
 * there; only who set a label last is forgotten.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerLocal = (
  options: LocalOptions = {}
): Layer.Layer<Coordinator | LabelManager | ResourceStore, StoreError, GitHub> =>
  layerServices(options, layerFenced(layerStore(options)))

const layerFenced = (store: Layer.Layer<ResourceStore, StoreError>) => Fence.layerStore.pipe(Layer.provide(store))

const layerStore = ({ storeFile, ...options }: LocalOptions): Layer.Layer<ResourceStore, StoreError> =>
  storeFile === undefined ? MemoryStore.layer(options) : SqliteStore.layer({ path: storeFile })

/**
 * What a local operator is told.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalOperatorOptions extends OperatorOptions, LocalOptions {
  /** Whether nothing may be written: neither to GitHub nor to the file of the store. */
  readonly dryRun?: boolean
  /**
   * A file with an `OperatorConfig` as YAML or JSON: what is left out here is as it says. It is read again when it changes.
   * Secrets that it names come from `Secrets.layerLocal`.
   */
  readonly configFile?: string
  /** Told of everything that a dry run would have written to GitHub; the log if left out. */
  readonly onIntendedWrite?: (write: DryRun.IntendedWrite) => Effect.Effect<void>
}

/**
 * Runs a local operator against the GitHub that the environment names, until it is interrupted.
 *
 * **Details**
 *
 * With `dryRun` it tells what it would do, and does nothing: GitHub is only read, and trackers are kept in a copy of the file
 * that is thrown away, since they would tell of labels that nobody has set.
 *
 * @see runOperator for the parts, to be put together in another way
 * @category programs
 * @since 0.1.0
 */
export const runLocalOperator = (
  options: LocalOperatorOptions = {}
): Effect.Effect<
  never,
  | StoreError
  | ConfigFileError
  | Probes.ProbesError
  | WebhookServer.WebhookServerError
  | LeaderElection.LeadershipLost
  | Config.ConfigError
> =>
  Effect.suspend(() => {
    const running = options.configFile === undefined ? runByOptions(options) : runByFile(options, options.configFile)
    // What is told of labels is not so, then.
    return options.dryRun === true ? Effect.annotateLogs(running, "dryRun", true) : running
  })

const runByOptions = (options: LocalOperatorOptions) =>
  runOperator(options).pipe(
    Effect.provide(
      layerServices(options, layerHeld(options)).pipe(
        Layer.provideMerge(
          options.dryRun === true ? layerTelling(GitHub.layer, options.onIntendedWrite) : layerGitHub(options)
        )
      )
    )
  )

const runByFile = (options: LocalOperatorOptions, file: string) =>
  runConfigured(configuredBy(options, file)).pipe(
    Effect.provide(Layer.mergeAll(layerHeld(options), Secrets.layerLocal()))
  )

const configuredBy = (options: LocalOperatorOptions, file: string): ConfiguredOptions => ({
  ...options,
  configFile: file,
  ...(options.storeFile === undefined || options.dryRun === true ? {} : { cacheFile: `${options.storeFile}-github` }),
  ...(options.dryRun === true ? { decorate: (github) => DryRun.make(github, options.onIntendedWrite ?? logged) } : {})
})

// A dry run works on a copy.
const layerHeld = (options: LocalOperatorOptions) =>
  layerFenced(
    options.dryRun === true && options.storeFile !== undefined
      ? ThrowawayStore.layer(options.storeFile)
      : layerStore(options)
  )

const layerGitHub = ({ storeFile }: LocalOptions): Layer.Layer<GitHub, Config.ConfigError> =>
  Layer.unwrap(
    Effect.map(GitHub.settings, (settings) =>
      GitHub.layerWith(storeFile === undefined ? settings : { cacheFile: `${storeFile}-github`, ...settings })
    )
  )

const logged = (write: DryRun.IntendedWrite): Effect.Effect<void> => Effect.logInfo(`Would ${write}`)

const layerTelling = <E>(github: Layer.Layer<GitHub, E>, tell = logged): Layer.Layer<GitHub, E> =>
  Layer.effect(
    GitHub,
    Effect.map(GitHub, (found) => DryRun.make(found, tell))
  ).pipe(Layer.provide(github))

/**
 * Provides the GitHub that the environment names, to be looked at only: what would be written is told in the log.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerObserving: Layer.Layer<GitHub, Config.ConfigError> = layerTelling(GitHub.layer)
