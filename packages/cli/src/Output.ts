import { annotation } from "@lockstep/haproxy-sync"
import { Effect, Stdio, Stream } from "effect"
import { Flag } from "effect/cli"
import { CommandError } from "./CommandError.ts"
import { Exit, exitCodes } from "./ExitCode.ts"

/**
 * The forms in which a command writes its product.
 *
 * @category output
 * @since 0.1.0
 */
export type OutputFormat = "human" | "json" | "ndjson"

/**
 * The forms in which a plan is written, for a person who reviews it: beside those of every command, Markdown for a pull request,
 * annotations of GitHub Actions, and a diff of the text.
 *
 * @category output
 * @since 0.1.0
 */
export type PlanFormat = OutputFormat | "markdown" | "github" | "diff"

/** The version that every JSON document begins with. */
export const apiVersion = "lockstep/v1"

/** `-o, --output`. */
export const output = Flag.Literals("output", ["human", "json", "ndjson"]).pipe(
  Flag.withAlias("o"),
  Flag.withDescription("How the result is written"),
  Flag.withDefault("human" as OutputFormat)
)

/** `-o, --output` of what shows a plan. */
export const planOutput = Flag.Literals("output", ["human", "json", "ndjson", "markdown", "github", "diff"]).pipe(
  Flag.withAlias("o"),
  Flag.withDescription(
    "How the plan is written: markdown for a pull request, github as annotations of GitHub Actions, diff as a text that patch takes"
  ),
  Flag.withDefault("human" as PlanFormat)
)

/** A reader that has seen enough, such as `head`, ends the command quietly; anything else that can't be written is a failure. */
const unwritten = (cause: unknown): Effect.Effect<never, CommandError | Exit> =>
  isBrokenPipe(cause)
    ? Effect.fail(new Exit({ code: 0 }))
    : Effect.fail(
        new CommandError({
          kind: "Output",
          message: `the result could not be written: ${cause instanceof Error ? cause.message : String(cause)}`,
          hint: "check the disk or the program that reads the output"
        })
      )

const isBrokenPipe = (cause: unknown): boolean =>
  typeof cause === "object" &&
  cause !== null &&
  (("code" in cause && cause.code === "EPIPE") || ("cause" in cause && isBrokenPipe(cause.cause)))

/** Writes bytes or text to stdout, all of it, before the command goes on. */
export const write = Effect.fnUntraced(function* (content: string | Uint8Array) {
  const stdio = yield* Stdio.Stdio
  yield* Stream.run(Stream.succeed(content), stdio.stdout({ endOnDone: false })).pipe(Effect.catch(unwritten))
})

/** Writes text and ends the line. */
export const writeLine = (text: string) => write(`${text}\n`)

/** Writes a line of the story to stderr. */
export const tell = Effect.fnUntraced(function* (text: string) {
  const stdio = yield* Stdio.Stdio
  yield* Stream.run(Stream.succeed(`${text}\n`), stdio.stderr({ endOnDone: false })).pipe(Effect.ignore)
})

/** Writes a JSON document with its version and kind: over several lines, or on one for `ndjson`. */
export const writeDocument = (kind: string, content: object, format: PlanFormat) =>
  writeLine(JSON.stringify({ apiVersion, kind, ...content }, null, format === "ndjson" ? undefined : 2))

/**
 * Reports the failures of a command: on stdout a JSON document where JSON was asked for, or an annotation for GitHub Actions, else a
 * sentence on stderr. Ends with the error's exit code.
 */
export const reporting =
  (format: PlanFormat) =>
  <A, E, R>(effect: Effect.Effect<A, E | CommandError, R>) =>
    effect.pipe(
      Effect.catchIf(
        (error): error is CommandError => error instanceof CommandError,
        Effect.fnUntraced(function* (error) {
          const { column, file, hint, kind, line, message } = error
          if (format === "github") {
            const at = {
              ...(file === undefined ? {} : { file }),
              ...(line === undefined ? {} : { line })
            }
            yield* writeLine(annotation("error", hint === "" ? message : `${message}\n${hint}`, at))
          } else if (format !== "json" && format !== "ndjson") {
            const place = file === undefined ? "" : `${file}:${line === undefined ? "" : `${line}:${column ?? 1}:`} `
            yield* tell(`error: ${place}${message}${hint === "" ? "" : `\n  ${hint}`}`)
          } else {
            const position = {
              ...(file === undefined ? {} : { file }),
              ...(line === undefined ? {} : { line }),
              ...(column === undefined ? {} : { column })
            }
            yield* writeDocument("Error", { error: { kind, message, hint, ...position } }, format)
          }
          return yield* new Exit({ code: error.exit ?? exitCodes.failed })
        })
      )
    )

/** Reports the failures of a command that has `--output`, in the form that was asked for. */
export const reported = <A, E, R>(
  effect: Effect.Effect<A, E | CommandError, R>,
  options: { readonly output: PlanFormat }
) => reporting(options.output)(effect)
