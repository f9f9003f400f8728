import { Command } from "effect/cli"
import { writeLine } from "../Output.ts"
import { version } from "../version.ts"

export const commandVersion = Command.make("version", {}, () => writeLine(version)).pipe(
  Command.withDescription("Write the version of this program")
)
