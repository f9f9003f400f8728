import { Command } from "effect/cli"
import { commandTrackerExplain } from "./tracker/explain.ts"
import { commandTrackerGet } from "./tracker/get.ts"
import { commandTrackerList } from "./tracker/list.ts"
import { commandTrackerWatch } from "./tracker/watch.ts"

export const commandTracker = Command.make("tracker").pipe(
  Command.withDescription("Look at trackers, and ask why pull requests are in the state they are in"),
  Command.withSubcommands([commandTrackerList, commandTrackerGet, commandTrackerExplain, commandTrackerWatch])
)
