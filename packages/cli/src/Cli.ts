import { Effect } from "effect"
import { CliError, Command } from "effect/cli"
import { commandCompletions } from "./commands/completions.ts"
import { commandConfig } from "./commands/config.ts"
import { commandCrd } from "./commands/crd.ts"
import { commandDemo } from "./commands/demo.ts"
import { commandDrift } from "./commands/drift.ts"
import { commandGithub } from "./commands/github.ts"
import { commandHaproxy } from "./commands/haproxy.ts"
import { commandOperator } from "./commands/operator.ts"
import { commandTracker } from "./commands/tracker.ts"
import { commandVersion } from "./commands/version.ts"
import { Exit, exitCodes } from "./ExitCode.ts"
import { version } from "./version.ts"

/** The command line's tree. */
export const lockstep = Command.make("lockstep").pipe(
  Command.withDescription(
    "Keeps GitHub labels in step with Kubernetes, and HAProxy in step with its desired configuration"
  ),
  Command.withSubcommands([
    commandHaproxy,
    commandGithub,
    commandTracker,
    commandDrift,
    commandOperator,
    commandCrd,
    commandConfig,
    commandDemo,
    commandCompletions((): Command.Command.Any => lockstep),
    commandVersion
  ])
)

/** Runs the command line with these arguments. Wrong usage ends with exit code 64, as `sysexits` has it. */
export const run = (args: ReadonlyArray<string>) =>
  Command.runWith(lockstep, { version })(args).pipe(
    Effect.catchIf(
      (error): error is CliError.ShowHelp => CliError.isCliError(error) && error._tag === "ShowHelp",
      (error) => (error.errors.length > 0 ? Effect.fail(new Exit({ code: exitCodes.usage })) : Effect.void)
    )
  )
