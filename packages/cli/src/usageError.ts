import { CommandError } from "./CommandError.ts"
import { exitCodes } from "./ExitCode.ts"

/** The error of a command that was called with a value it can't work with. */
export const usageError = (message: string, hint: string): CommandError =>
  new CommandError({ kind: "Usage", message, hint, exit: exitCodes.usage })
