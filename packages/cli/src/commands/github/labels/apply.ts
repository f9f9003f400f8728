import { Plan } from "@lockstep/core"
import type { CatalogueResult } from "@lockstep/github-sync"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import { catalogueFlags } from "../../../catalogueFlags.ts"
import { confirm } from "../../../confirm.ts"
import { Exit, exitCodes } from "../../../ExitCode.ts"
import { output, reported, tell, writeDocument, writeLine } from "../../../Output.ts"

export const commandGithubLabelsApply = Command.make(
  "apply",
  {
    ...catalogueFlags,
    yes: Flag.Boolean("yes").pipe(Flag.withAlias("y"), Flag.withDescription("Do not ask"), Flag.withDefault(false)),
    output
  },
  Effect.fnUntraced(function* (options) {
    const { LabelCatalogue } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { cataloguePlanToJson, formatCataloguePlan, fromGitHub, onCatalogue } = yield* Effect.promise(
      () => import("../../../catalogue.ts")
    )
    const result = yield* onCatalogue(
      options,
      Effect.fnUntraced(function* (repository) {
        const catalogue = yield* LabelCatalogue
        const plan = yield* Effect.mapError(catalogue.plan(repository), fromGitHub)
        if (options.output === "human" && !Plan.isEmpty(plan)) {
          yield* tell(formatCataloguePlan(options.repo, plan))
          if (!options.yes) yield* confirm("Apply this?")
        }
        return yield* Effect.mapError(catalogue.apply(repository, plan), fromGitHub)
      })
    )
    yield* options.output === "human"
      ? writeLine(wordsOf(options.repo, result))
      : writeDocument(
          "LabelCatalogueResult",
          {
            status: result.status,
            plan: cataloguePlanToJson(options.repo, result.plan),
            applied: result.applied,
            errors: result.errors.map(({ message }) => message)
          },
          options.output
        )
    if (result.status === "partial") return yield* new Exit({ code: exitCodes.partial })
    if (result.status === "failed") return yield* new Exit({ code: exitCodes.failed })
  }, reported)
).pipe(
  Command.withDescription("Bring a repository's catalogue of labels in step with the vocabulary; nothing is deleted")
)

const wordsOf = (repository: string, { applied, errors, plan, status }: CatalogueResult): string =>
  status === "unchanged"
    ? `The labels of ${repository} are in step.`
    : [
        `${status}: ${applied.length} of ${Plan.effective(plan).length} labels of ${repository} were created or changed`,
        ...errors.map(({ message }) => `  error: ${message}`)
      ].join("\n")
