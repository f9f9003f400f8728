import { Effect } from "effect"
import { Argument, Command, Completions } from "effect/cli"
import { write } from "../Output.ts"

/** `completions`: `root` is the tree it is part of, which is not known before it is whole. */
export const commandCompletions = (root: () => Command.Command.Any) =>
  Command.make(
    "completions",
    {
      shell: Argument.Literals("shell", ["bash", "zsh", "fish"]).pipe(
        Argument.withDescription("The shell that reads it, for example: source <(lockstep completions bash)")
      )
    },
    ({ shell }) => Effect.suspend(() => write(Completions.generate("lockstep", shell, Completions.fromCommand(root()))))
  ).pipe(Command.withDescription("Write a script that completes commands and flags in a shell"))
