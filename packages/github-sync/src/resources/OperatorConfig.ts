/**
 * The resource that says what the operator follows, and by which rules.
 *
 * @since 0.1.0
 */
import { Conditions, Resource } from "@lockstep/core"
import { Effect, Result, Schema } from "effect"
import * as LabelVocabulary from "../domain/LabelVocabulary.ts"
import { all } from "../domain/LifecycleState.ts"
import { Repository } from "../domain/PullRequest.ts"
import type { QualificationPolicy } from "../domain/Qualification.ts"
import { LabelSelector } from "../domain/LabelSelector.ts"
import { group, version } from "./group.ts"
import { ApiUrl, PlainName, SecretRef } from "./SecretRef.ts"

const few = 200

const LabelName = Schema.String.check(Schema.isNonEmpty(), Schema.isMaxCodePoints(50))

const Names = Schema.Struct({
  discovered: Schema.optionalKey(LabelName),
  qualified: Schema.optionalKey(LabelName),
  rejected: Schema.optionalKey(LabelName),
  closed: Schema.optionalKey(LabelName),
  merged: Schema.optionalKey(LabelName),
  synced: Schema.optionalKey(LabelName),
  healthy: Schema.optionalKey(LabelName),
  degraded: Schema.optionalKey(LabelName),
  drifted: Schema.optionalKey(LabelName)
})

const Followed = Schema.Struct({
  ...Repository.fields,
  /** Only pull requests whose labels are so are followed; all if left out. */
  labels: Schema.optionalKey(LabelSelector)
})

const Spec = Schema.Struct({
  repositories: Schema.Array(Followed)
    .annotate({ description: "The repositories whose open pull requests are found." })
    .check(Schema.isMaxLength(few)),
  github: Schema.optionalKey(
    Schema.Struct({
      url: Schema.optionalKey(ApiUrl),
      tokenSecretRef: Schema.optionalKey(SecretRef),
      app: Schema.optionalKey(
        Schema.Struct({
          id: Schema.NonEmptyString,
          installation: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
          privateKeySecretRef: SecretRef
        })
      )
    }).annotate({ description: "How GitHub is reached." })
  ),
  labels: Schema.optionalKey(
    Schema.Struct({
      prefix: Schema.optionalKey(Schema.String.check(Schema.isMaxCodePoints(49))),
      names: Schema.optionalKey(Names),
      lost: Schema.optionalKey(Schema.Literals(["recreate", "reset", "hold"]))
    }).annotate({ description: "The names of the labels, and what happens when one is taken away." })
  ),
  qualification: Schema.optionalKey(
    Schema.Struct({
      checks: Schema.optionalKey(Schema.Literals(["all", "none", "named"])),
      named: Schema.optionalKey(Schema.Array(Schema.NonEmptyString).check(Schema.isMaxLength(few))),
      approvals: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 100 })))
    }).annotate({ description: "What a pull request needs in order to qualify." })
  ),
  clusters: Schema.optionalKey(
    Schema.Array(PlainName)
      .annotate({ description: "The clusters that merged changes are to reach." })
      .check(Schema.isMaxLength(few))
  ),
  syncIntervalSeconds: Schema.Int.annotate({ description: "How often repositories are looked at." })
    .check(Schema.isBetween({ minimum: 10, maximum: 86_400 }))
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed(120))),
  prune: Schema.Literals(["keep", "closed", "ended"])
    .annotate({ description: "Which trackers that were created by themselves are deleted again." })
    .pipe(Schema.withDecodingDefaultKey(Effect.succeed("keep" as const)))
}).annotate({ description: "What the operator follows, and by which rules." })

const Status = Schema.Struct({
  observedGeneration: Schema.optionalKey(Schema.Int),
  conditions: Schema.optionalKey(Conditions.Conditions)
}).annotate({ description: "What is known of the configuration." })

/**
 * The kind `OperatorConfig`: what the operator follows, and by which rules. It belongs to no namespace; only the one named
 * `lockstep` is read.
 *
 * **Details**
 *
 * What is left out is as the operator does it by default. Tokens and keys are named, never held.
 *
 * @category resources
 * @since 0.1.0
 */
export const OperatorConfig = Resource.make({
  group,
  version,
  kind: "OperatorConfig",
  plural: "operatorconfigs",
  scope: "Cluster",
  shortNames: ["opcfg"],
  categories: ["lockstep"],
  description: "Says what the operator follows, and by which rules.",
  spec: Spec,
  status: Status,
  printerColumns: [
    { name: "Interval", type: "integer", jsonPath: ".spec.syncIntervalSeconds" },
    { name: "Prune", type: "string", jsonPath: ".spec.prune" },
    { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: "Age", type: "date", jsonPath: ".metadata.creationTimestamp" }
  ],
  rules: [
    {
      cel: "!has(self.github) || !(has(self.github.tokenSecretRef) && has(self.github.app))",
      message: "GitHub is reached with a token or as an App, not both",
      holds: ({ github }) => github?.tokenSecretRef === undefined || github.app === undefined
    },
    {
      cel: "!has(self.qualification) || ((has(self.qualification.checks) && self.qualification.checks == 'named') == (has(self.qualification.named) && size(self.qualification.named) > 0))",
      message: "qualification.named lists the checks where qualification.checks is 'named', and is left out otherwise",
      holds: ({ qualification }) =>
        qualification === undefined || (qualification.checks === "named") === (qualification.named ?? []).length > 0
    }
  ]
})

/**
 * A stored `OperatorConfig`.
 *
 * @category models
 * @since 0.1.0
 */
export type OperatorConfig = Resource.InstanceOf<typeof OperatorConfig>

/**
 * The name of the only `OperatorConfig` that is read.
 *
 * @category naming
 * @since 0.1.0
 */
export const operatorConfigName = "lockstep"

/**
 * What a configuration comes to: the parts that the services take.
 *
 * @category models
 * @since 0.1.0
 */
export interface ConfiguredPolicies {
  readonly vocabulary: LabelVocabulary.LabelVocabulary
  readonly qualification: QualificationPolicy
  readonly lostLabel: "recreate" | "reset" | "hold"
}

/**
 * Returns the policies that a configuration asks for, or what is wrong with the names of its labels: that they differ in more
 * than case can't be said in a schema.
 *
 * @category conversions
 * @since 0.1.0
 */
export const policiesOf = ({
  labels,
  qualification
}: OperatorConfig["spec"]): Result.Result<ConfiguredPolicies, LabelVocabulary.VocabularyError> =>
  Result.map(
    LabelVocabulary.make({
      ...(labels?.prefix === undefined ? {} : { prefix: labels.prefix }),
      names: Object.fromEntries(
        all.flatMap((state) => {
          const name = labels?.names?.[state]
          return name === undefined ? [] : [[state, name]]
        })
      )
    }),
    (vocabulary) => {
      const checks = qualification?.checks ?? "all"
      return {
        vocabulary,
        qualification: {
          checks: checks === "named" ? (qualification?.named ?? []) : checks,
          approvals: qualification?.approvals ?? 0
        },
        lostLabel: labels?.lost ?? "recreate"
      }
    }
  )
