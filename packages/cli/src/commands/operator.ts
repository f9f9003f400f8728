import { Command } from "effect/cli"
import { commandOperatorRun } from "./operator/run.ts"

export const commandOperator = Command.make("operator").pipe(
  Command.withDescription("Run the operator"),
  Command.withSubcommands([commandOperatorRun])
)
