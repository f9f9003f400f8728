import { Effect } from "effect"
import { CommandError } from "./CommandError.ts"
import { Exit, exitCodes } from "./ExitCode.ts"
import { expandPath, type InputFile, readInput, stdinOnce } from "./haproxyFiles.ts"
import { type OutputFormat, reporting } from "./Output.ts"

/**
 * Works through files one after another; one that fails is reported and the others go on. Ends with exit code 1 when one failed.
 * With `collect`, what could not be read goes there instead of being written.
 */
export const eachFile = Effect.fnUntraced(function* <E, R>(
  paths: ReadonlyArray<string>,
  format: OutputFormat,
  work: (input: InputFile) => Effect.Effect<void, E | CommandError | Exit, R>,
  collect?: (error: CommandError) => void
) {
  let failed = false
  const collecting = <A, E1, R1>(effect: Effect.Effect<A, E1 | CommandError, R1>) =>
    effect.pipe(
      Effect.catchIf(
        (error): error is CommandError => collect !== undefined && error instanceof CommandError,
        (error) => {
          collect?.(error)
          return Effect.fail(new Exit({ code: exitCodes.failed }))
        }
      )
    )
  const attempt = <A, E1, R1>(effect: Effect.Effect<A, E1 | CommandError | Exit, R1>) =>
    effect.pipe(
      collecting,
      reporting(format),
      Effect.catchIf(
        (error): error is Exit => error instanceof Exit,
        (exit) => {
          // A reader that has seen enough ends everything.
          if (exit.code === 0) return Effect.fail(exit)
          failed = true
          return Effect.succeed(undefined)
        }
      )
    )
  yield* attempt(stdinOnce(paths))
  for (const path of failed ? [] : paths) {
    const files = yield* attempt(expandPath(path))
    for (const file of files ?? []) yield* attempt(readInput(file).pipe(Effect.flatMap(work)))
  }
  if (failed) return yield* new Exit({ code: exitCodes.failed })
})
