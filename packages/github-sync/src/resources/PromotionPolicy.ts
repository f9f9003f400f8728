/**
 * The resource that says when a change goes on to the next environment.
 *
 * @since 0.1.0
 */
import { Conditions, Resource } from "@lockstep/core"
import { Effect, Schema } from "effect"
import { Repository } from "../domain/PullRequest.ts"
import { group, version } from "./group.ts"
import { ApiUrl, PlainName, SecretRef } from "./SecretRef.ts"

const seconds = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const day = 86_400

const ExternalTest = Schema.Struct({
  name: PlainName,
  url: ApiUrl,
  tokenSecretRef: Schema.optionalKey(SecretRef),
  timeoutSeconds: seconds(day).pipe(Schema.withDecodingDefaultKey(Effect.succeed(1800)))
})

const Place = Schema.Struct({
  environment: PlainName.annotate({ description: "What the environment is called." }),
  clusters: Schema.Array(PlainName)
    .annotate({ description: "The clusters that belong to it." })
    .check(Schema.isMinLength(1), Schema.isMaxLength(100))
})

const Spec = Schema.Struct({
  repository: Repository.annotate({ description: "The repository whose changes go on." }),
  from: Place.annotate({ description: "Where a change has to be." }),
  to: Place.annotate({ description: "Where it goes then." }),
  gates: Schema.Struct({
    state: Schema.Literals(["synced", "healthy"]).pipe(
      Schema.withDecodingDefaultKey(Effect.succeed("healthy" as const))
    ),
    soakSeconds: seconds(30 * day).pipe(Schema.withDecodingDefaultKey(Effect.succeed(0))),
    externalTests: Schema.optionalKey(Schema.Array(ExternalTest).check(Schema.isMaxLength(20)))
  }).annotate({ description: "What must be the case before." }),
  suspend: Schema.Boolean.annotate({ description: "Lets nothing go on." }).pipe(
    Schema.withDecodingDefaultKey(Effect.succeed(false))
  )
}).annotate({ description: "When a change goes on, and where." })

const Status = Schema.Struct({
  observedGeneration: Schema.optionalKey(Schema.Int),
  lastPromoted: Schema.optionalKey(Schema.Struct({ number: Schema.Int, revision: Schema.String, at: Schema.String })),
  conditions: Schema.optionalKey(Conditions.Conditions)
}).annotate({ description: "What is known of promotions." })

/**
 * The kind `PromotionPolicy`: when a merged change goes on from one environment to the next.
 *
 * **Details**
 *
 * A change goes on when every cluster of `from` has reached `gates.state` with it and has stayed there for
 * `gates.soakSeconds`, and every external test has passed. Where a policy is suspended, nothing goes on.
 *
 * @category resources
 * @since 0.1.0
 */
export const PromotionPolicy = Resource.make({
  group,
  version,
  kind: "PromotionPolicy",
  plural: "promotionpolicies",
  shortNames: ["promo"],
  categories: ["lockstep"],
  description: "Says when a change goes on to the next environment.",
  spec: Spec,
  status: Status,
  selectableFields: [".spec.repository.name", ".spec.from.environment", ".spec.to.environment"],
  printerColumns: [
    { name: "Repository", type: "string", jsonPath: ".spec.repository.name" },
    { name: "From", type: "string", jsonPath: ".spec.from.environment" },
    { name: "To", type: "string", jsonPath: ".spec.to.environment" },
    { name: "Gate", type: "string", jsonPath: ".spec.gates.state" },
    { name: "Last", type: "integer", jsonPath: ".status.lastPromoted.number" },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }
  ],
  rules: [
    {
      cel: "self.from.environment != self.to.environment",
      message: "a change goes on to another environment",
      holds: ({ from, to }) => from.environment !== to.environment
    },
    {
      cel: "!self.to.clusters.exists(c, c in self.from.clusters)",
      message: "a cluster belongs to one of the two environments",
      holds: ({ from, to }) => !to.clusters.some((cluster) => from.clusters.includes(cluster))
    }
  ]
})

/**
 * A stored `PromotionPolicy`.
 *
 * @category models
 * @since 0.1.0
 */
export type PromotionPolicy = Resource.InstanceOf<typeof PromotionPolicy>
