/**
 * Makes the catalogues of repositories hold the labels of the vocabulary.
 *
 * @since 0.1.0
 */
import { Plan } from "@lockstep/core"
import { Context, Effect, Layer, Result } from "effect"
import * as CataloguePlan from "./domain/CataloguePlan.ts"
import * as LabelVocabulary from "./domain/LabelVocabulary.ts"
import { formatRepository, type Repository } from "./domain/PullRequest.ts"
import { GitHub, GitHubError, type GitHubClient } from "./GitHub.ts"
import { Conflict } from "./GitHub/GitHubError.ts"

/**
 * Settings of the catalogue.
 *
 * @category models
 * @since 0.1.0
 */
export interface LabelCatalogueOptions {
  /** The labels Lockstep owns; those beginning with `cd/` if left out. */
  readonly vocabulary?: LabelVocabulary.LabelVocabulary
  /** The names that they had before. */
  readonly formerNames?: CataloguePlan.FormerNames
}

/**
 * What became of a plan.
 *
 * **Details**
 *
 * - `unchanged`: there was nothing to do.
 * - `applied`: everything was done, and was seen to be done.
 * - `partial`: some of it was done.
 * - `failed`: nothing was done.
 *
 * @category models
 * @since 0.1.0
 */
export interface CatalogueResult {
  readonly status: "unchanged" | "applied" | "partial" | "failed"
  readonly plan: CataloguePlan.CataloguePlan
  /** The names under which labels were created or changed. */
  readonly applied: ReadonlyArray<string>
  readonly errors: ReadonlyArray<GitHubError>
}

/**
 * Makes the catalogues of repositories hold the labels of the vocabulary.
 *
 * **When to use**
 *
 * Before the first pull request of a repository is followed, and when the vocabulary changes. Without it labels are created
 * when they are first used, grey and without a description; two programs that do so at once have been seen to make two.
 *
 * @category services
 * @since 0.1.0
 */
export class LabelCatalogue extends Context.Service<
  LabelCatalogue,
  {
    /** Returns what would be changed, without changing it. */
    plan(repository: Repository): Effect.Effect<CataloguePlan.CataloguePlan, GitHubError>
    /**
     * Carries a plan out, in order, and looks at the catalogue afterwards. A failure ends it unless it is about one label
     * alone; the result tells what was done. It fails where nothing could be started.
     */
    apply(repository: Repository, plan: CataloguePlan.CataloguePlan): Effect.Effect<CatalogueResult, GitHubError>
  }
>()("@lockstep/github-sync/LabelCatalogue") {
  /** Keeps the catalogue of a vocabulary of one's own. */
  static readonly layerWith = (options: LabelCatalogueOptions): Layer.Layer<LabelCatalogue, never, GitHub> =>
    Layer.effect(
      LabelCatalogue,
      Effect.map(GitHub, (github) => make(github, options))
    )

  /** Keeps the catalogue of the standard vocabulary. */
  static readonly layer: Layer.Layer<LabelCatalogue, never, GitHub> = LabelCatalogue.layerWith({})
}

const make = (
  github: GitHubClient,
  { formerNames, vocabulary = LabelVocabulary.standard }: LabelCatalogueOptions
): LabelCatalogue["Service"] => {
  const plan = Effect.fn("LabelCatalogue.plan")((repository: Repository) =>
    Effect.map(github.listRepositoryLabels(repository), (present) =>
      CataloguePlan.make(vocabulary, present, formerNames)
    )
  )

  const carryOut = (repository: Repository, change: Plan.Change<CataloguePlan.CatalogueLabel>) => {
    if (change._tag === "create") return github.createLabel(repository, change.after)
    if (change._tag !== "update") return Effect.void
    const changed = CataloguePlan.changedFields(change.before, change.after)
    return github.updateLabel(
      repository,
      change.before.name,
      Object.fromEntries(changed.map((field) => [field, change.after[field]]))
    )
  }

  return LabelCatalogue.of({
    plan,
    apply: Effect.fn("LabelCatalogue.apply")((repository, wanted) => {
      const changes = Plan.effective(wanted)
      if (changes.length === 0) {
        return Effect.succeed({ status: "unchanged" as const, plan: wanted, applied: [], errors: [] })
      }
      return github.budget.reserve(
        `change the labels of ${formatRepository(repository)}`,
        wanted.forecast.requests
      )(
        Effect.gen(function* () {
          const errors: Array<GitHubError> = []
          for (const change of changes) {
            const result = yield* Effect.result(carryOut(repository, change))
            if (Result.isSuccess(result)) continue
            errors.push(result.failure)
            // What is wrong with one label says nothing about the others.
            if (result.failure.reason._tag !== "Invalid") break
          }
          return judge(wanted, yield* Effect.result(plan(repository)), errors)
        })
      )
    })
  })
}

// A write may have failed and been carried out all the same, or somebody else may have done it: what counts is what is there.
const judge = (
  wanted: CataloguePlan.CataloguePlan,
  looked: Result.Result<CataloguePlan.CataloguePlan, GitHubError>,
  failures: ReadonlyArray<GitHubError>
): CatalogueResult => {
  const names = Plan.effective(wanted).map((change) => (change._tag === "delete" ? change.id : change.after.name))
  if (Result.isFailure(looked)) {
    return { status: "partial", plan: wanted, applied: [], errors: [...failures, looked.failure] }
  }
  const missing = new Set(
    Plan.effective(looked.success).map((change) => (change._tag === "delete" ? change.id : change.after.name))
  )
  const applied = names.filter((name) => !missing.has(name))
  if (missing.size === 0) return { status: "applied", plan: wanted, applied, errors: [] }
  const errors = failures.length > 0 ? failures : [overtaken([...missing])]
  return { status: applied.length > 0 ? "partial" : "failed", plan: wanted, applied, errors }
}

const overtaken = (names: ReadonlyArray<string>) =>
  new GitHubError({
    reason: new Conflict({
      attempt: `change the labels ${names.join(", ")}`,
      because: "somebody else changed them at the same time"
    })
  })
