import { Command } from "effect/cli"
import { commandTrackerExplain } from "./tracker/explain.ts"

export const commandTracker = Command.make("tracker").pipe(
  Command.withDescription("Ask why pull requests are in the state they are in"),
  Command.withSubcommands([commandTrackerExplain])
)
