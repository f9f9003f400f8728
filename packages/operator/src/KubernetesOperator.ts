/**
 * The operator on a cluster: trackers are custom resources, and one of several replicas works.
 *
 * @since 0.1.0
 */
import {
  EventRecorder,
  EventSink,
  Fence,
  Lease,
  Resource,
  type LeaderElection,
  type ResourceStore,
  type StoreError
} from "@lockstep/core"
import type { KubernetesError, Transport, TransportOptions } from "@lockstep/core/kubernetes"
import {
  DriftMonitor,
  OperatorConfig,
  PullRequestTracker,
  type Coordinator,
  type GitHub,
  type LabelManager,
  type Pass
} from "@lockstep/github-sync"
import { Effect, Layer, type Config } from "effect"
import { hostname } from "node:os"
import type { ConfigFileError } from "./ConfigFileSource.ts"
import { runConfigured } from "./ConfiguredOperator.ts"
import { layerServices, type ServicesOptions } from "./layerServices.ts"
import { passEvent } from "./passEvent.ts"
import type { OperatorOptions } from "./Operator.ts"
import type { ProbesError } from "./Probes.ts"
import { Secrets } from "./Secrets.ts"
import type { WebhookServerError } from "./WebhookServer.ts"

/**
 * Settings of everything an operator works with on a cluster.
 *
 * @category models
 * @since 0.1.0
 */
export interface KubernetesOptions extends ServicesOptions {
  /** How the cluster is reached; as `kubectl` does it, or from within it, if left out. */
  readonly connection?: TransportOptions
}

// What speaks to a cluster is loaded when there is one to speak to.
const speaking = Effect.promise(() => import("@lockstep/core/kubernetes"))

const layerConnection = (options: TransportOptions = {}): Layer.Layer<Transport> =>
  Layer.unwrap(Effect.map(speaking, ({ Transport }) => Transport.layer(options)))

const layerStore: Layer.Layer<ResourceStore, never, Transport> = Fence.layerStore.pipe(
  Layer.provide(Layer.unwrap(Effect.map(speaking, ({ KubernetesStore }) => KubernetesStore.layer)))
)

/**
 * Provides everything an operator needs but GitHub, on a cluster: the store is the API server, behind the fence of the
 * election.
 *
 * **When to use**
 *
 * With `runOperator`, to put the parts together in a way of your own. `runKubernetesOperator` is all of it. The kinds must be
 * installed (`lockstep crd install`).
 *
 * **Example** (An operator without an election)
 *
 * ```ts
 * import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
 * import { GitHub } from "@lockstep/github-sync"
 * import { layerKubernetes, runOperator, teardown } from "@lockstep/operator"
 * import { Effect, Layer } from "effect"
 *
 * runOperator({ namespace: "delivery", repositories: [{ owner: "acme", name: "web" }] }).pipe(
 *   Effect.provide(layerKubernetes().pipe(Layer.provideMerge(GitHub.layer))),
 *   NodeRuntime.runMain({ teardown })
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerKubernetes = (
  options: KubernetesOptions = {}
): Layer.Layer<Coordinator | LabelManager | ResourceStore, never, GitHub> =>
  layerServices(options, layerStore.pipe(Layer.provide(layerConnection(options.connection))))

/**
 * What an operator on a cluster follows, and how.
 *
 * @category models
 * @since 0.1.0
 */
export interface KubernetesOperatorOptions extends Omit<OperatorOptions, "election">, KubernetesOptions {
  /**
   * The lease by which replicas agree on who works; the one named `lockstep-operator` if left out. With `false` no lease is
   * held: then there must be one replica only.
   */
  readonly election?: (Partial<Resource.Key> & Omit<LeaderElection.LeaderElectionOptions, "lease">) | false
}

/**
 * Runs an operator on a cluster against the GitHub that the environment names, until it is interrupted.
 *
 * **Details**
 *
 * - Trackers are followed and created in one namespace: that of the options, or else that of the kubeconfig's context or of
 *   the pod. The lease is in the same one unless told otherwise, and names this host as its holder.
 * - What labels it changes, and what keeps it from doing so, it also tells as events of the trackers (`kubectl describe`).
 * - What the options leave out is as the `OperatorConfig` named `lockstep` says, where there is one. It is followed: a change
 *   is taken up while the operator runs, and one that can't be used is refused in its status, while the one before goes on.
 * - Tokens and keys that it names are read from the `Secret` resources of the operator's namespace, and read again each
 *   minute; `LOCKSTEP_GITHUB_TOKEN` and its like come first.
 * - Before anything else it looks at its kinds: where the cluster is not reached, a kind is not installed or a right is missing, it fails at once
 *   and says so. Later on it waits for the cluster to come back.
 *
 * @see layerKubernetes for the parts, to be put together in another way
 * @category programs
 * @since 0.1.0
 */
export const runKubernetesOperator = (
  options: KubernetesOperatorOptions = {}
): Effect.Effect<
  never,
  | StoreError
  | KubernetesError
  | ConfigFileError
  | ProbesError
  | WebhookServerError
  | LeaderElection.LeadershipLost
  | Config.ConfigError
> =>
  Effect.gen(function* () {
    const { Transport } = yield* speaking
    const transport = yield* Transport
    const namespace = options.namespace ?? (yield* transport.namespace)
    const election = electionOf(options, namespace)
    yield* look(transport, namespace, election?.lease)
    yield* Effect.logInfo(`Works on ${yield* transport.server} in the namespace ${namespace}`)
    const { election: _, ...given } = options
    const events = yield* EventRecorder
    const onPass = (pass: Pass) => Effect.andThen(tell(events, pass), options.onPass?.(pass) ?? Effect.void)
    const all = { ...given, namespace, onPass }
    return yield* runConfigured(election === undefined ? all : { ...all, election }).pipe(
      Effect.provide(Layer.merge(layerStore, Secrets.layerKubernetes(transport, namespace)))
    )
  }).pipe(Effect.provide(layerEvents.pipe(Layer.provideMerge(layerConnection(options.connection)))))

const layerEvents: Layer.Layer<EventRecorder, never, Transport> = Layer.unwrap(
  Effect.gen(function* () {
    const { Transport } = yield* speaking
    const { call } = yield* Transport
    const sink = EventSink.layerApi(call)
    return EventRecorder.layer({ controller: "lockstep.dev/operator", instance: hostname() }).pipe(Layer.provide(sink))
  })
)

const tell = (events: EventRecorder["Service"], pass: Pass) => {
  const event = passEvent(pass)
  return event === undefined ? Effect.void : events.record(pass.tracker, event)
}

const electionOf = (
  { election = {} }: KubernetesOperatorOptions,
  here: string
): LeaderElection.LeaderElectionOptions | undefined => {
  if (election === false) return undefined
  const { name = "lockstep-operator", namespace = here, ...rest } = election
  return { identity: hostname(), ...rest, lease: { namespace, name } }
}

/** Asks for what the operator reads, so that what keeps it from working is told at the start, and by the one who starts it. */
const look = Effect.fnUntraced(function* (
  transport: Transport["Service"],
  namespace: string,
  lease: LeaderElection.LeaderElectionOptions["lease"] | undefined
) {
  for (const kind of [PullRequestTracker, DriftMonitor, OperatorConfig]) {
    const path = collectionOf(kind, kind.scope === "Cluster" ? undefined : namespace)
    yield* transport.call({ method: "GET", path, query: { limit: 1 } })
  }
  if (lease === undefined) return
  yield* transport
    .call({ method: "GET", path: `${collectionOf(Lease, lease.namespace)}/${encodeURIComponent(lease.name)}` })
    .pipe(Effect.catchReason("KubernetesError", "NotFound", () => Effect.void))
})

const collectionOf = ({ apiVersion, plural }: Resource.Any, namespace: string | undefined) => {
  const place = namespace === undefined ? "" : `namespaces/${encodeURIComponent(namespace)}/`
  return `/apis/${apiVersion}/${place}${plural}`
}
