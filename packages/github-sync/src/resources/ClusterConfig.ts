/**
 * The resource that says how the Argo CD of a cluster is reached.
 *
 * @since 0.1.0
 */
import { Conditions, Resource } from "@lockstep/core"
import { Effect, Schema } from "effect"
import { group, version } from "./group.ts"
import { ApiUrl, SecretRef } from "./SecretRef.ts"

const Spec = Schema.Struct({
  mode: Schema.Literals(["internal", "external"]).annotate({
    description: "internal: the cluster the operator runs in; external: any other one."
  }),
  argoCD: Schema.Struct({
    url: Schema.optionalKey(ApiUrl.annotate({ description: "Where its Argo CD answers." })),
    namespace: Schema.optionalKey(Schema.NonEmptyString.annotate({ description: "Where its Applications are." })),
    tokenSecretRef: Schema.optionalKey(SecretRef.annotate({ description: "Where the token is." })),
    caSecretRef: Schema.optionalKey(
      SecretRef.annotate({ description: "The certificate authority, where it is not a public one." })
    )
  }).annotate({ description: "How its Argo CD is reached." }),
  suspend: Schema.Boolean.annotate({ description: "Leaves the cluster alone." }).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(false))
  )
}).annotate({ description: "How a cluster is reached." })

const Status = Schema.Struct({
  observedGeneration: Schema.optionalKey(Schema.Int),
  argoCDVersion: Schema.optionalKey(Schema.String),
  conditions: Schema.optionalKey(Conditions.Conditions)
}).annotate({ description: "What is known of the cluster." })

/**
 * The kind `ClusterConfig`: one for each cluster that merged changes are to reach. Monitors name it by its name.
 *
 * **Details**
 *
 * `internal` is the cluster the operator runs in: its `Application` resources are read, and no token is needed. `external` is
 * any other one: its Argo CD is asked at `argoCD.url` with the token of a `Secret`. The token itself is never in the resource.
 *
 * @category resources
 * @since 0.1.0
 */
export const ClusterConfig = Resource.make({
  group,
  version,
  kind: "ClusterConfig",
  plural: "clusterconfigs",
  shortNames: ["ccfg"],
  categories: ["lockstep"],
  description: "Says how the Argo CD of a cluster is reached.",
  spec: Spec,
  status: Status,
  selectableFields: [".spec.mode"],
  printerColumns: [
    { name: "Mode", type: "string", jsonPath: ".spec.mode" },
    { name: "URL", type: "string", jsonPath: ".spec.argoCD.url" },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Argo CD", type: "string", jsonPath: ".status.argoCDVersion", priority: 1 },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }
  ],
  rules: [
    {
      cel: "self.mode != 'external' || (has(self.argoCD.url) && has(self.argoCD.tokenSecretRef))",
      message: "an external cluster needs argoCD.url and argoCD.tokenSecretRef",
      holds: ({ argoCD, mode }) =>
        mode !== "external" || (argoCD.url !== undefined && argoCD.tokenSecretRef !== undefined)
    },
    {
      cel: "!has(self.argoCD.caSecretRef) || (has(self.argoCD.url) && self.argoCD.url.startsWith('https://'))",
      message: "a certificate authority is for an https URL",
      holds: ({ argoCD }) => argoCD.caSecretRef === undefined || (argoCD.url?.startsWith("https://") ?? false)
    }
  ]
})

/**
 * A stored `ClusterConfig`.
 *
 * @category models
 * @since 0.1.0
 */
export type ClusterConfig = Resource.InstanceOf<typeof ClusterConfig>
