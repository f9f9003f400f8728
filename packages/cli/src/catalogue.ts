import { Plan } from "@lockstep/core"
import {
  CataloguePlan,
  GitHub,
  LabelCatalogue,
  LabelVocabulary,
  LifecycleState,
  PullRequest
} from "@lockstep/github-sync"
import { Effect, Layer, Option, Result } from "effect"
import { CommandError } from "./CommandError.ts"
import { usageError } from "./usageError.ts"

/** What `github labels plan` and `apply` are told. */
export interface CatalogueOptions {
  readonly repo: string
  readonly prefix: string
  readonly names: ReadonlyArray<string>
  readonly formerPrefix: Option.Option<string>
  readonly renames: ReadonlyArray<string>
}

/** Runs something on the catalogue of the repository that is named. */
export const onCatalogue = <A, E, R>(
  options: CatalogueOptions,
  run: (repository: PullRequest.Repository) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const repository = yield* repositoryIn(options.repo)
    const vocabulary = yield* vocabularyOf(options)
    const formerNames = yield* formerNamesOf(options)
    const layer = LabelCatalogue.layerWith({ vocabulary, formerNames }).pipe(Layer.provide(GitHub.layer))
    const context = yield* Layer.build(layer).pipe(
      Effect.mapError(
        ({ message }) =>
          new CommandError({ kind: "Config", message, hint: "check LOCKSTEP_GITHUB_TOKEN and LOCKSTEP_GITHUB_URL" })
      )
    )
    return yield* Effect.provide(run(repository), context)
  }).pipe(Effect.scoped)

/** Turns what GitHub says into what a command says. */
export const fromGitHub = (error: { readonly message: string }): CommandError =>
  new CommandError({ kind: "GitHub", message: error.message, hint: "" })

const repositoryIn = (text: string) =>
  Option.match(PullRequest.parseRepository(text), {
    onSome: Effect.succeed,
    onNone: () => Effect.fail(usageError(`"${text}" is no repository`, "write OWNER/NAME"))
  })

const states = LifecycleState.all.join(", ")

// `left=right`, of which one side is a state.
const pairsIn = (texts: ReadonlyArray<string>, flag: string, stateOn: "left" | "right") =>
  Effect.forEach(texts, (text) => {
    const at = text.lastIndexOf("=")
    const [left, right] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1)]
    const [state, name] = stateOn === "left" ? [left, right] : [right, left]
    const found = LifecycleState.all.find((one) => one === state)
    return at < 1 || found === undefined || name === ""
      ? Effect.fail(
          usageError(
            `"${text}" can't be used with ${flag}`,
            `write ${stateOn === "left" ? "STATE=NAME" : "NAME=STATE"}; the states are ${states}`
          )
        )
      : Effect.succeed([found, name] as const)
  })

const vocabularyOf = Effect.fnUntraced(function* ({ names, prefix }: CatalogueOptions) {
  const pairs = yield* pairsIn(names, "--name", "left")
  const made = LabelVocabulary.make({ prefix, names: Object.fromEntries(pairs) })
  return Result.isSuccess(made) ? made.success : yield* usageError(made.failure.message, "see --prefix and --name")
})

const formerNamesOf = Effect.fnUntraced(function* ({ formerPrefix, renames }: CatalogueOptions) {
  const named = yield* pairsIn(renames, "--rename", "right")
  return LifecycleState.record((state) => [
    ...named.filter(([of]) => of === state).map(([, name]) => name),
    ...Option.toArray(Option.map(formerPrefix, (prefix) => `${prefix}${state}`))
  ])
})

/** A plan for people: a line for each change, then the count and the forecast. */
export const formatCataloguePlan = (repository: string, plan: CataloguePlan.CataloguePlan): string => {
  const { creates, updates } = Plan.summarize(plan)
  const { requests } = plan.forecast
  return [
    ...Plan.effective(plan).flatMap((change) => {
      if (change._tag === "create")
        return [`  + ${change.after.name}  ${change.after.color}  ${change.after.description}`]
      if (change._tag !== "update") return []
      const fields = CataloguePlan.changedFields(change.before, change.after)
      return [
        `  ~ ${change.before.name}`,
        ...fields.map((field) => `      ${field}: ${change.before[field] || "(none)"} → ${change.after[field]}`)
      ]
    }),
    ...plan.clashes.map(
      ({ former, wanted }) =>
        `  ! ${former} stays: ${wanted} is there too, and GitHub does not merge labels; move its pull requests by hand`
    ),
    creates + updates === 0
      ? `The labels of ${repository} are in step.`
      : `Plan for ${repository}: ${creates} to create, ${updates} to change. ${requests} requests.`
  ].join("\n")
}

/** A plan for programs. */
export const cataloguePlanToJson = (repository: string, plan: CataloguePlan.CataloguePlan) => {
  const { creates, updates } = Plan.summarize(plan)
  return {
    repository,
    changes: Plan.effective(plan).map((change) =>
      change._tag === "update"
        ? {
            type: change._tag,
            name: change.id,
            before: change.before,
            after: change.after,
            changed: CataloguePlan.changedFields(change.before, change.after)
          }
        : { type: change._tag, name: change.id, ...("after" in change ? { after: change.after } : {}) }
    ),
    clashes: plan.clashes,
    summary: { creates, updates },
    forecast: { requests: plan.forecast.requests, seconds: plan.forecast.seconds }
  }
}
