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
  type LeaderElection,
  type ResourceStore,
  type StoreError
} from "@lockstep/core"
import {
  Coordinator,
  Discovery,
  GitHub,
  LabelManager,
  PullRequest,
  TrackerReconciler,
  type CoordinatorOptions,
  type LabelManagerOptions
} from "@lockstep/github-sync"
import { Cause, Duration, Effect, Exit, Layer, Runtime, type Config } from "effect"
import { layerFencedGitHub } from "./FencedGitHub.ts"
import * as Probes from "./Probes.ts"

/**
 * What an operator follows, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface OperatorOptions extends Pick<
  TrackerReconciler.TrackerReconcilerOptions,
  "clusters" | "syncInterval" | "concurrency"
> {
  /** The repositories whose open pull requests are found and followed. */
  readonly repositories?: ReadonlyArray<PullRequest.Repository>
  /** How often open pull requests are looked for (5 minutes if left out). */
  readonly discoveryInterval?: Duration.Input
  /** Pull requests to follow from the start, open or not. */
  readonly pullRequests?: ReadonlyArray<PullRequest.PullRequestRef>
  /** Where probes and metrics are answered; nowhere if left out. */
  readonly probes?: Probes.ProbesOptions
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
export interface LocalOptions extends CoordinatorOptions, LabelManagerOptions, MemoryStore.MemoryStoreOptions {}

/**
 * Provides everything an operator needs but GitHub, without a cluster: the store is in memory.
 *
 * **Gotchas**
 *
 * What the store holds ends with the process. Labels and facts are on GitHub, so the next start finds its way from there.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerLocal = (
  options: LocalOptions = {}
): Layer.Layer<Coordinator | LabelManager | ResourceStore, never, GitHub> =>
  Coordinator.layerWith(options).pipe(
    Layer.provideMerge(LabelManager.layerWith(options)),
    Layer.provide(layerFencedGitHub),
    Layer.provideMerge(Fence.layerStore.pipe(Layer.provide(MemoryStore.layer(options))))
  )

/**
 * Runs the operator until it is interrupted.
 *
 * **Details**
 *
 * It follows the trackers of the store and creates those of the given pull requests and repositories. When it is interrupted
 * it takes no new work, lets running reconciles finish, for 25 seconds at most, and ends. With an election it does all that
 * only while it leads, and fails when it has lost its lease: then start it again.
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
  StoreError | Probes.ProbesError | LeaderElection.LeadershipLost,
  ResourceStore | Coordinator | GitHub
> =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* Effect.addFinalizer(() => Effect.logInfo("Operator stopped"))
      const address = options.probes === undefined ? undefined : yield* Probes.serve(options.probes)
      return yield* Manager.run({
        controllers: [TrackerReconciler.start(options)],
        beside: discoverForever(options),
        onStarted: () => begin(options, address),
        ...(options.election === undefined ? {} : { election: options.election })
      })
    })
  ).pipe(Effect.provide(Health.layer))

const begin = Effect.fnUntraced(function* (options: OperatorOptions, address: URL | undefined) {
  yield* Effect.forEach(options.pullRequests ?? [], (ref) => Discovery.track(ref), { discard: true })
  yield* Effect.logInfo(
    address === undefined ? "Operator started" : `Operator started; it answers probes at ${address.href}`
  )
  yield* options.onStarted?.(address) ?? Effect.void
})

const discoverForever = (options: OperatorOptions) =>
  Effect.forEach(options.repositories ?? [], discoverOnce, { discard: true }).pipe(
    Effect.andThen(Effect.sleep(options.discoveryInterval ?? "5 minutes")),
    Effect.forever
  )

// What keeps one repository from being read must not keep the others from it.
const discoverOnce = (repository: PullRequest.Repository) =>
  Discovery.discover(repository).pipe(
    Effect.asVoid,
    Effect.catch((error) =>
      Effect.logWarning(
        `The pull requests of ${PullRequest.formatRepository(repository)} could not be looked for: ${error.message}`
      )
    )
  )

/**
 * Runs a local operator against the GitHub that the environment names, until it is interrupted.
 *
 * @see runOperator for the parts, to be put together in another way
 * @category programs
 * @since 0.1.0
 */
export const runLocalOperator = (
  options: OperatorOptions & LocalOptions = {}
): Effect.Effect<never, StoreError | Probes.ProbesError | LeaderElection.LeadershipLost | Config.ConfigError> =>
  runOperator(options).pipe(Effect.provide(layerLocal(options).pipe(Layer.provideMerge(GitHub.layer))))

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
