import { Argument, Flag } from "effect/cli"

/** `OWNER/NAME#NUMBER`. */
export const pullRequest = Argument.String("pull-request").pipe(
  Argument.withDescription("The pull request: OWNER/NAME#NUMBER")
)

/** `--dry-run`. */
export const dryRun = Flag.Boolean("dry-run").pipe(
  Flag.withDescription("Tell what would be written to GitHub, and write nothing"),
  Flag.withDefault(false)
)
