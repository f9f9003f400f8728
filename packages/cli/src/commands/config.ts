import { Command } from "effect/cli"
import { commandConfigCheck } from "./config/check.ts"
import { commandConfigShow } from "./config/show.ts"

export const commandConfig = Command.make("config").pipe(
  Command.withDescription("Look at what an operator would work by"),
  Command.withSubcommands([commandConfigCheck, commandConfigShow])
)
