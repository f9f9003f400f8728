import { Command } from "effect/cli"
import { commandGithubLabelsApply } from "./labels/apply.ts"
import { commandGithubLabelsPlan } from "./labels/plan.ts"

export const commandGithubLabels = Command.make("labels").pipe(
  Command.withDescription("Keep the labels that repositories know in step with the vocabulary"),
  Command.withSubcommands([commandGithubLabelsPlan, commandGithubLabelsApply])
)
