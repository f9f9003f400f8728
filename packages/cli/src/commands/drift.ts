import { Command } from "effect/cli"
import { commandDriftGet } from "./drift/get.ts"
import { commandDriftList } from "./drift/list.ts"
import { commandDriftWatch } from "./drift/watch.ts"

export const commandDrift = Command.make("drift").pipe(
  Command.withDescription("Look at how merged changes fare in clusters"),
  Command.withSubcommands([commandDriftList, commandDriftGet, commandDriftWatch])
)
