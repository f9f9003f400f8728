import { Effect, Stdio } from "effect"
import { Prompt } from "effect/cli"
import { Exit, exitCodes } from "./ExitCode.ts"
import { tell } from "./Output.ts"

/** Asks whether to go on, where somebody sits at the terminal. A no ends the command. */
export const confirm = Effect.fnUntraced(function* (message: string) {
  const stdio = yield* Stdio.Stdio
  if (!(yield* stdio.stdinIsTerminal) || !(yield* stdio.stdoutIsTerminal)) return
  const answer = yield* Prompt.run(Prompt.Confirm({ message, initial: false })).pipe(
    Effect.catchTag("QuitError", () => Effect.fail(new Exit({ code: exitCodes.interrupted })))
  )
  if (!answer) {
    yield* tell("nothing was changed")
    return yield* new Exit({ code: exitCodes.failed })
  }
})
