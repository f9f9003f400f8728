import { Command } from "effect/cli"
import { commandCrdInstall } from "./crd/install.ts"
import { commandCrdPrint } from "./crd/print.ts"

export const commandCrd = Command.make("crd").pipe(
  Command.withDescription("Tell a cluster about Lockstep's kinds"),
  Command.withSubcommands([commandCrdPrint, commandCrdInstall])
)
