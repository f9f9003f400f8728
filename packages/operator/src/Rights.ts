/**
 * What an operator may do on a cluster.
 *
 * @since 0.1.0
 */
import { Lease } from "@lockstep/core"
import type { Rbac } from "@lockstep/core/kubernetes"
import { DriftMonitor, OperatorConfig, PullRequestTracker } from "@lockstep/github-sync"
import { Effect } from "effect"

/**
 * A ClusterRole, as far as it is needed here.
 *
 * @category models
 * @since 0.1.0
 */
export interface ClusterRole {
  readonly apiVersion: "rbac.authorization.k8s.io/v1"
  readonly kind: "ClusterRole"
  readonly metadata: { readonly name: string }
  readonly rules: ReadonlyArray<Rbac.PolicyRule>
}

/**
 * The ClusterRole of `runKubernetesOperator`: what it does to its kinds and to its lease, and the events it writes.
 *
 * **Details**
 *
 * It is to be bound to the operator's ServiceAccount by a ClusterRoleBinding, since the `OperatorConfig` belongs to no
 * namespace. It gives no right to read secrets: see `secretsRole`.
 *
 * **Example** (Printing it)
 *
 * ```ts
 * import { Rights } from "@lockstep/operator"
 * import { Console, Effect } from "effect"
 *
 * const program = Effect.flatMap(Rights.clusterRole, (role) => Console.log(JSON.stringify(role)))
 * ```
 *
 * @category manifests
 * @since 0.1.0
 */
export const clusterRole: Effect.Effect<ClusterRole> = Effect.gen(function* () {
  const { Rbac } = yield* Effect.promise(() => import("@lockstep/core/kubernetes"))
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "lockstep-operator" },
    rules: [
      ...Rbac.rules([PullRequestTracker, DriftMonitor], "controller"),
      ...Rbac.rules([OperatorConfig], "reader"),
      // Whether it is taken up is told in its status.
      { apiGroups: [OperatorConfig.group], resources: [`${OperatorConfig.plural}/status`], verbs: ["get", "update"] },
      { apiGroups: [Lease.group], resources: [Lease.plural], verbs: ["get", "create", "update"] },
      { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] }
    ]
  }
})

/**
 * A Role, as far as it is needed here.
 *
 * @category models
 * @since 0.1.0
 */
export interface Role {
  readonly apiVersion: "rbac.authorization.k8s.io/v1"
  readonly kind: "Role"
  readonly metadata: { readonly name: string }
  readonly rules: ReadonlyArray<Rbac.PolicyRule & { readonly resourceNames: ReadonlyArray<string> }>
}

/**
 * The Role that lets the operator read the secrets that its configuration names, by their names, and no other ones.
 *
 * **Details**
 *
 * It belongs into the operator's namespace, where the secrets are, bound to its ServiceAccount by a RoleBinding. Without it, the
 * token comes from the environment.
 *
 * @category manifests
 * @since 0.1.0
 */
export const secretsRole = (names: ReadonlyArray<string>): Role => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "Role",
  metadata: { name: "lockstep-operator-secrets" },
  rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"], resourceNames: [...new Set(names)].toSorted() }]
})
