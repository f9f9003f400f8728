import { Plan } from "@lockstep/core"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { catalogueFlags } from "../../../catalogueFlags.ts"
import { Exit, exitCodes } from "../../../ExitCode.ts"
import { output, reported, writeDocument, writeLine } from "../../../Output.ts"
import { detailedExitcode } from "../../../planning.ts"

export const commandGithubLabelsPlan = Command.make(
  "plan",
  { ...catalogueFlags, detailedExitcode, output },
  Effect.fnUntraced(function* (options) {
    const { LabelCatalogue } = yield* Effect.promise(() => import("@lockstep/github-sync"))
    const { cataloguePlanToJson, formatCataloguePlan, fromGitHub, onCatalogue } = yield* Effect.promise(
      () => import("../../../catalogue.ts")
    )
    const plan = yield* onCatalogue(options, (repository) =>
      Effect.mapError(
        LabelCatalogue.use((catalogue) => catalogue.plan(repository)),
        fromGitHub
      )
    )
    yield* options.output === "human"
      ? writeLine(formatCataloguePlan(options.repo, plan))
      : writeDocument("LabelPlan", cataloguePlanToJson(options.repo, plan), options.output)
    if (options.detailedExitcode && !Plan.isEmpty(plan)) return yield* new Exit({ code: exitCodes.pending })
  }, reported)
).pipe(Command.withDescription("Show what a repository's catalogue of labels lacks of the vocabulary"))
