/**
 * The rights that working with a kind takes, as RBAC rules.
 *
 * @since 0.1.0
 */
import type { Any } from "../resource/Resource.ts"

/**
 * One rule of a Role or ClusterRole.
 *
 * @category models
 * @since 0.1.0
 */
export interface PolicyRule {
  readonly apiGroups: ReadonlyArray<string>
  readonly resources: ReadonlyArray<string>
  readonly verbs: ReadonlyArray<string>
}

/**
 * Somebody who works with a kind: one who only looks, one who says what is wanted, or the controller that carries it out.
 *
 * @category models
 * @since 0.1.0
 */
export type Part = "reader" | "editor" | "controller"

const look = ["get", "list", "watch"]
const write = ["create", "update", "patch", "delete"]

const rights: { readonly [P in Part]: ReadonlyArray<readonly [subresource: string, verbs: ReadonlyArray<string>]> } = {
  reader: [["", look]],
  editor: [["", [...look, ...write]]],
  controller: [
    ["", [...look, ...write]],
    ["/status", ["get", "update", "patch"]],
    // Needed to block the deletion of an owner, where the cluster asks for it.
    ["/finalizers", ["update"]]
  ]
}

/**
 * Returns the rules that somebody needs for some kinds: one for each group and set of rights.
 *
 * **Example** (What a controller of a kind may do)
 *
 * ```ts
 * import { Resource } from "@lockstep/core"
 * import { Rbac } from "@lockstep/core/kubernetes"
 * import { Schema } from "effect"
 *
 * const Parcel = Resource.make({
 *   group: "example.org",
 *   version: "v1",
 *   kind: "Parcel",
 *   plural: "parcels",
 *   description: "Something on its way.",
 *   spec: Schema.Struct({ address: Schema.NonEmptyString }),
 *   status: Schema.Struct({})
 * })
 *
 * const rules = Rbac.rules([Parcel], "controller")
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const rules = (kinds: ReadonlyArray<Pick<Any, "group" | "plural">>, part: Part): ReadonlyArray<PolicyRule> =>
  [...Map.groupBy(kinds, ({ group }) => group)].flatMap(([group, members]) =>
    rights[part].map(([subresource, verbs]) => ({
      apiGroups: [group],
      resources: members.map(({ plural }) => `${plural}${subresource}`),
      verbs
    }))
  )
