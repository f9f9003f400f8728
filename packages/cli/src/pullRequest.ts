import { Argument } from "effect/cli"

/** `OWNER/NAME#NUMBER`. */
export const pullRequest = Argument.String("pull-request").pipe(
  Argument.withDescription("The pull request: OWNER/NAME#NUMBER")
)
