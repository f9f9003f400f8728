import { Effect, Result } from "effect"
import { Argument, Command } from "effect/cli"
import { Exit, exitCodes } from "../../ExitCode.ts"
import { readInput, stdinOnce } from "../../haproxyFiles.ts"
import { output, reported, writeDocument, writeLine } from "../../Output.ts"
import { environmentProblem } from "./environment.ts"

interface Diagnostic {
  readonly severity: "error"
  readonly message: string
  readonly path?: string
  readonly line?: number
  readonly column?: number
}

interface FileReport {
  readonly file: string
  readonly ok: boolean
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

export const commandConfigCheck = Command.make(
  "check",
  {
    files: Argument.String("file").pipe(
      Argument.withDescription(
        "A file with an OperatorConfig, as YAML or JSON, or - for stdin; the environment is checked anyway"
      ),
      Argument.variadic()
    ),
    output
  },
  Effect.fnUntraced(function* ({ files, output }) {
    yield* stdinOnce(files)
    const { ConfigFile } = yield* Effect.promise(() => import("@lockstep/operator"))
    const reports: Array<FileReport> = []
    const add = Effect.fnUntraced(function* (file: string, diagnostics: ReadonlyArray<Diagnostic>) {
      const report = { file, ok: diagnostics.length === 0, diagnostics }
      reports.push(report)
      if (output === "human") yield* writeReport(report)
      if (output === "ndjson") yield* writeDocument("ConfigReport", { files: [report] }, output)
    })
    for (const file of files) {
      const read = yield* Effect.result(readInput(file))
      if (Result.isFailure(read)) {
        yield* add(file, [{ severity: "error", message: `${read.failure.message}; ${read.failure.hint}` }])
        continue
      }
      const parsed = ConfigFile.parse(read.success.text)
      const problems = Result.isSuccess(parsed) ? [] : parsed.failure
      yield* add(
        file,
        problems.map((problem) => ({ severity: "error" as const, ...problem }))
      )
    }
    const problem = yield* environmentProblem
    if (problem !== undefined) yield* add("environment", [{ severity: "error", message: problem }])
    else if (files.length === 0) yield* add("environment", [])
    if (output === "json") yield* writeDocument("ConfigReport", { files: reports }, output)
    if (reports.some(({ ok }) => !ok)) return yield* new Exit({ code: exitCodes.failed })
  }, reported)
).pipe(Command.withDescription("Check configurations of the operator, and its environment, with file, line and column"))

const writeReport = ({ diagnostics, file, ok }: FileReport) =>
  writeLine(
    [
      ...diagnostics.map(({ column = 1, line, message, path = "" }) => {
        const place = line === undefined ? file : `${file}:${line}:${column}`
        return `${place}: error: ${path === "" ? "" : `${path}: `}${message}`
      }),
      `${file}: ${ok ? "ok" : "refused"}`
    ].join("\n")
  )
