/**
 * The operator: it follows trackers for as long as it runs.
 *
 * @since 0.1.0
 */
import {
  Fence,
  Health,
  Manager,
  MemoryStore,
  SqliteStore,
  type LeaderElection,
  type ResourceStore,
  type Source,
  type StoreError
} from "@lockstep/core"
import {
  Discovery,
  DryRun,
  GitHub,
  PullRequest,
  RepositoryPoll,
  TrackerReconciler,
  Webhooks,
  WebhookSource,
  type Coordinator,
  type LabelManager,
  type WebhooksOptions
} from "@lockstep/github-sync"
import { Cause, Duration, Effect, Exit, Layer, Runtime, type Config } from "effect"
import { layerServices, type ServicesOptions } from "./layerServices.ts"
import * as Probes from "./Probes.ts"
import * as ThrowawayStore from "./ThrowawayStore.ts"
import * as WebhookServer from "./WebhookServer.ts"

/**
 * What an operator follows, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface OperatorOptions extends Pick<
  TrackerReconciler.TrackerReconcilerOptions,
  "clusters" | "syncInterval" | "recheckInterval" | "concurrency" | "onPass"
> {
  /** Only trackers of this namespace are followed, and new ones are created in it; all and `default` if left out. */
  readonly namespace?: string
  /** The repositories whose open pull requests are found and followed. */
  readonly repositories?: ReadonlyArray<Discovery.Followed>
  /** Which trackers are deleted when their pull requests are over; none if left out. */
  readonly prune?: Discovery.PrunePolicy
  /** Pull requests to follow from the start, open or not. */
  readonly pullRequests?: ReadonlyArray<PullRequest.PullRequestRef>
  /** Where probes and metrics are answered; nowhere if left out. */
  readonly probes?: Probes.ProbesOptions
  /** Where GitHub tells what happens, and the secrets it signs with; nowhere if left out. */
  readonly webhooks?: WebhookServer.WebhookServerOptions & WebhooksOptions
  /** Where only one of several replicas may work; all work if left out. */
  readonly election?: LeaderElection.LeaderElectionOptions
  /** Called when everything runs, with the address of the probes if there is one. */
  readonly onStarted?: (address: URL | undefined) => Effect.Effect<void>
}

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
  layerServices(options, Fence.layerStore.pipe(Layer.provide(layerStore(options))))

const layerStore = ({ storeFile, ...options }: LocalOptions): Layer.Layer<ResourceStore, StoreError> =>
  storeFile === undefined ? MemoryStore.layer(options) : SqliteStore.layer({ path: storeFile })

/**
 * Runs the operator until it is interrupted.
 *
 * **Details**
 *
 * It follows the trackers of the store and creates those of the given pull requests and repositories. Each repository is looked
 * at once per interval, with one request for 100 open pull requests that costs nothing when nothing has changed; pull requests
 * are looked at when they have changed, often while something is pending on them, and seldom otherwise. With webhooks they are
 * looked at as soon as GitHub tells of a change. When it is interrupted it takes no new work, lets running reconciles finish, for
 * 25 seconds at most, and ends. With an election it does all that only while it leads, and fails when it has lost its lease: then
 * start it again.
 *
 * **Example** (A local operator as a program)
 *
 * ```ts
 * import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
 * import { GitHub } from "@lockstep/github-sync"
 * import { layerLocal, runOperator, teardown } from "@lockstep/operator"
 * import { Effect, Layer } from "effect"
 *
 * runOperator({ repositories: [{ owner: "acme", name: "web" }] }).pipe(
 *   Effect.provide(layerLocal().pipe(Layer.provideMerge(GitHub.layer))),
 *   NodeRuntime.runMain({ teardown })
 * )
 * ```
 *
 * @category programs
 * @since 0.1.0
 */
export const runOperator = (
  options: OperatorOptions = {}
): Effect.Effect<
  never,
  StoreError | Probes.ProbesError | WebhookServer.WebhookServerError | LeaderElection.LeadershipLost,
  ResourceStore | Coordinator | LabelManager | GitHub
> =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* Effect.addFinalizer(() => Effect.logInfo("Operator stopped"))
      const address = options.probes === undefined ? undefined : yield* Probes.serve(options.probes)
      return yield* Manager.run({
        controllers: [follow(options)],
        onStarted: () => begin(options, address),
        ...(options.election === undefined ? {} : { election: options.election })
      })
    })
  ).pipe(Effect.provide(Health.layer))

/** Starts the controller of trackers, with all that leads to a look at them. */
const follow = Effect.fnUntraced(function* (options: OperatorOptions) {
  const poll = RepositoryPoll.source({
    repositories: options.repositories ?? [],
    prune: options.prune ?? "keep",
    interval: interval(options),
    ...placeOf(options)
  })
  const receiver = yield* receiving(options)
  return yield* TrackerReconciler.start({
    ...options,
    recheckInterval: options.recheckInterval ?? Duration.times(interval(options), 5),
    resume: true,
    sources: [poll, ...receiver]
  })
})

const begin = Effect.fnUntraced(function* (options: OperatorOptions, address: URL | undefined) {
  yield* Effect.forEach(options.pullRequests ?? [], (ref) => Discovery.track(ref, options.namespace), { discard: true })
  yield* Effect.logInfo(
    address === undefined ? "Operator started" : `Operator started; it answers probes at ${address.href}`
  )
  yield* options.onStarted?.(address) ?? Effect.void
})

/** The source of what GitHub tells by itself, if it is to. */
const receiving = (options: OperatorOptions) =>
  Effect.gen(function* () {
    const { prune, repositories, webhooks } = options
    if (webhooks === undefined) return []
    const context = yield* Layer.build(Webhooks.layerWith(webhooks))
    const address = yield* Effect.provide(WebhookServer.serve(webhooks), context)
    yield* Effect.logInfo(`Webhooks are taken at ${address.href}`)
    const source = WebhookSource.source({
      repositories: repositories ?? [],
      prune: prune ?? "keep",
      ...placeOf(options)
    })
    const provided: Source.Source<ResourceStore | GitHub | LabelManager> = (sink) =>
      Effect.provide(source(sink), context)
    return [provided]
  })

const placeOf = ({ namespace }: OperatorOptions) => (namespace === undefined ? {} : { namespace })

const interval = ({ syncInterval }: OperatorOptions) => Duration.fromInputUnsafe(syncInterval ?? "2 minutes")

/**
 * What a local operator is told.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalOperatorOptions extends OperatorOptions, LocalOptions {
  /** Whether nothing may be written: neither to GitHub nor to the file of the store. */
  readonly dryRun?: boolean
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
  | Probes.ProbesError
  | WebhookServer.WebhookServerError
  | LeaderElection.LeadershipLost
  | Config.ConfigError
> =>
  runOperator(options).pipe(
    Effect.provide(
      options.dryRun === true
        ? layerDryRun(options).pipe(Layer.provideMerge(layerTelling(GitHub.layer, options.onIntendedWrite)))
        : layerLocal(options).pipe(Layer.provideMerge(layerGitHub(options)))
    )
  )

const layerDryRun = (options: LocalOptions) =>
  options.storeFile === undefined
    ? layerLocal(options)
    : layerServices(options, Fence.layerStore.pipe(Layer.provide(ThrowawayStore.layer(options.storeFile))))

const layerGitHub = ({ storeFile }: LocalOptions): Layer.Layer<GitHub, Config.ConfigError> =>
  Layer.unwrap(
    Effect.map(GitHub.settings, (settings) =>
      GitHub.layerWith(storeFile === undefined ? settings : { cacheFile: `${storeFile}-github`, ...settings })
    )
  )

const layerTelling = <E>(
  github: Layer.Layer<GitHub, E>,
  tell = (write: DryRun.IntendedWrite): Effect.Effect<void> => Effect.logInfo(`Would ${write}`)
): Layer.Layer<GitHub, E> =>
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

/**
 * Ends the process with 0 when the operator was interrupted and stopped cleanly, as `runMain` asks for it.
 *
 * **When to use**
 *
 * For services. A command that a person interrupts ends with 130, which is the default.
 *
 * @category programs
 * @since 0.1.0
 */
export const teardown: Runtime.Teardown = (exit, onExit) => {
  if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) onExit(0)
  else Runtime.defaultTeardown(exit, onExit)
}
