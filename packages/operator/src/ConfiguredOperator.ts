/**
 * The operator by its configuration, which may change while it runs.
 *
 * @since 0.1.0
 */
import { Health, Manager, ResourceStore, type LeaderElection, type StoreError } from "@lockstep/core"
import { GitHub, type GitHubClient, type GitHubSettings } from "@lockstep/github-sync"
import { Context, Effect, Exit, Layer, Scope, type Config } from "effect"
import * as ConfigFileSource from "./ConfigFileSource.ts"
import * as GitHubConnection from "./GitHubConnection.ts"
import { layerServices, type ServicesOptions } from "./layerServices.ts"
import * as LiveConfiguration from "./LiveConfiguration.ts"
import { begin, follow, receiving, type OperatorOptions } from "./Operator.ts"
import * as Probes from "./Probes.ts"
import * as Reloading from "./Reloading.ts"
import type { Secrets } from "./Secrets.ts"
import type * as WebhookServer from "./WebhookServer.ts"

/**
 * What an operator is told that works by a configuration. What is given here comes first.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConfiguredOptions
  extends OperatorOptions, ServicesOptions, Pick<LiveConfiguration.LiveConfigurationOptions<never>, "secretsInterval"> {
  /** A file that the configuration is put into the store from, and again whenever it changes. */
  readonly configFile?: string
  /** A file that keeps what GitHub answers, unless the environment names one. */
  readonly cacheFile?: string
  /** Stands between the operator and GitHub. */
  readonly decorate?: (github: GitHubClient) => GitHubClient
}

/**
 * Runs the operator by the `OperatorConfig` named `lockstep` of the store, and takes up what changes in it, until it is
 * interrupted.
 *
 * **Details**
 *
 * Repositories, clusters, labels, qualification, polling, pruning, and how GitHub is reached: all of it is taken up while it
 * runs. What has been begun under the old configuration is finished first. Probes, webhooks and the lease stay as they are, and so
 * does what is known of GitHub where it is reached as before. `/readyz` says so where there is no configuration that can be used.
 *
 * @see LiveConfiguration.follow for what happens to a configuration that can't be used
 * @category programs
 * @since 0.1.0
 */
export const runConfigured = (
  options: ConfiguredOptions
): Effect.Effect<
  never,
  | StoreError
  | ConfigFileSource.ConfigFileError
  | Probes.ProbesError
  | WebhookServer.WebhookServerError
  | LeaderElection.LeadershipLost
  | Config.ConfigError,
  ResourceStore | Secrets
> =>
  Effect.scoped(
    Effect.gen(function* () {
      // What is wrong with the environment is told at once, and by the one who starts it.
      yield* GitHub.settings
      yield* Effect.addFinalizer(() => Effect.logInfo("Operator stopped"))
      const problem = options.configFile === undefined ? undefined : yield* ConfigFileSource.load(options.configFile)
      const address = options.probes === undefined ? undefined : yield* Probes.serve(options.probes)
      return yield* Manager.run({
        controllers: [start({ ...options, ...(problem === undefined ? {} : { problem }) })],
        onStarted: () => begin(options, address),
        ...(options.election === undefined ? {} : { election: options.election })
      })
    })
  ).pipe(Effect.provide(Health.layer))

const start = (options: ConfiguredOptions & Pick<LiveConfiguration.LiveConfigurationOptions<never>, "problem">) =>
  Effect.gen(function* () {
    const store = yield* ResourceStore
    const webhooks = yield* receiving(options)
    const clients = yield* clientsOf(options)
    const reloading = yield* Reloading.make(
      "tracker",
      Effect.fnUntraced(function* ({ configured, github }: LiveConfiguration.Live) {
        const all = { ...configured, ...options }
        const services = layerServices(all, Layer.succeed(ResourceStore, store)).pipe(
          Layer.provideMerge(Layer.succeed(GitHub, yield* clients(github)))
        )
        return yield* Effect.provide(follow(all, webhooks), yield* Layer.build(services))
      })
    )
    yield* Effect.forkScoped(LiveConfiguration.follow({ ...options, onChange: reloading.reload }))
    return reloading.controller
  })

/** The client of the present settings. One that reaches GitHub as before is kept, with all that it knows. */
const clientsOf = ({ cacheFile, decorate = (github) => github }: ConfiguredOptions) =>
  Effect.gen(function* () {
    const outer = yield* Scope.Scope
    let held:
      | { readonly settings: GitHubSettings; readonly client: GitHubClient; readonly scope: Scope.Closeable }
      | undefined
    return Effect.fnUntraced(function* (settings: GitHubSettings) {
      if (held !== undefined && GitHubConnection.isSame(held.settings, settings)) return held.client
      if (held !== undefined) yield* Scope.close(held.scope, Exit.void)
      const scope = yield* Scope.fork(outer)
      const layer = GitHub.layerWith({ ...(cacheFile === undefined ? {} : { cacheFile }), ...settings })
      const context = yield* Scope.provide(Layer.build(layer), scope)
      const client = decorate(Context.get(context, GitHub))
      held = { settings, client, scope }
      return client
    })
  })
