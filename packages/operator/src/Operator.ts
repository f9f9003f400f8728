/**
 * The operator: it follows trackers for as long as it runs.
 *
 * @since 0.1.0
 */
import {
  Health,
  Manager,
  type Controller,
  type LeaderElection,
  type ResourceStore,
  type Source,
  type StoreError
} from "@lockstep/core"
import {
  Discovery,
  RepositoryPoll,
  TrackerReconciler,
  Webhooks,
  WebhookSource,
  type Coordinator,
  type GitHub,
  type LabelManager,
  type PullRequest,
  type WebhooksOptions
} from "@lockstep/github-sync"
import { Cause, Duration, Effect, Exit, Layer, Runtime, type Context, type Scope } from "effect"
import * as Probes from "./Probes.ts"
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
        controllers: [Effect.flatMap(receiving(options), (webhooks) => follow(options, webhooks))],
        onStarted: () => begin(options, address),
        ...(options.election === undefined ? {} : { election: options.election })
      })
    })
  ).pipe(Effect.provide(Health.layer))

/** Starts the controller of trackers, with all that leads to a look at them. */
export const follow = Effect.fnUntraced(function* (
  options: OperatorOptions,
  webhooks: Context.Context<Webhooks> | undefined
): Effect.fn.Return<Controller.Controller, never, ResourceStore | Coordinator | LabelManager | GitHub | Scope.Scope> {
  const where = { repositories: options.repositories ?? [], prune: options.prune ?? "keep", ...placeOf(options) }
  const poll = RepositoryPoll.source({ ...where, interval: interval(options) })
  const source = WebhookSource.source(where)
  const told: Source.Source<ResourceStore | GitHub | LabelManager> | undefined =
    webhooks === undefined ? undefined : (sink) => Effect.provide(source(sink), webhooks)
  return yield* TrackerReconciler.start({
    ...options,
    recheckInterval: options.recheckInterval ?? Duration.times(interval(options), 5),
    resume: true,
    sources: told === undefined ? [poll] : [poll, told]
  })
})

export const begin = Effect.fnUntraced(function* (options: OperatorOptions, address: URL | undefined) {
  yield* Effect.forEach(options.pullRequests ?? [], (ref) => Discovery.track(ref, options.namespace), { discard: true })
  yield* Effect.logInfo(
    address === undefined ? "Operator started" : `Operator started; it answers probes at ${address.href}`
  )
  yield* options.onStarted?.(address) ?? Effect.void
})

/** Takes what GitHub tells by itself, if it is to. */
export const receiving = ({ webhooks }: Pick<OperatorOptions, "webhooks">) =>
  Effect.gen(function* () {
    if (webhooks === undefined) return undefined
    const context = yield* Layer.build(Webhooks.layerWith(webhooks))
    const address = yield* Effect.provide(WebhookServer.serve(webhooks), context)
    yield* Effect.logInfo(`Webhooks are taken at ${address.href}`)
    return context
  })

const placeOf = ({ namespace }: OperatorOptions) => (namespace === undefined ? {} : { namespace })

const interval = ({ syncInterval }: OperatorOptions) => Duration.fromInputUnsafe(syncInterval ?? "2 minutes")

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
