import { Command } from "effect/cli"
import { commandGithubCheck } from "./github/check.ts"
import { commandGithubEmulator } from "./github/emulator.ts"
import { commandGithubLabels } from "./github/labels.ts"
import { commandGithubPush } from "./github/push.ts"
import { commandGithubSync } from "./github/sync.ts"

export const commandGithub = Command.make("github").pipe(
  Command.withDescription("Keep the labels of pull requests in step with what happened"),
  Command.withSubcommands([
    commandGithubSync,
    commandGithubPush,
    commandGithubCheck,
    commandGithubLabels,
    commandGithubEmulator
  ])
)
