import { checkDocument, formatDiagnostic, parseDocument } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Command } from "effect/cli"
import { Exit, exitCodes } from "../../ExitCode.ts"
import { eachFile } from "../../eachFile.ts"
import { files, haproxyVersion } from "../../haproxyFiles.ts"
import { output, writeDocument, writeLine } from "../../Output.ts"

type FileReport = {
  readonly file: string
  readonly ok: boolean
  readonly diagnostics: ReturnType<typeof checkDocument>
  /** Why the file could not be read. */
  readonly error?: { readonly kind: string; readonly message: string; readonly hint: string }
}

export const commandHaproxyCheck = Command.make(
  "check",
  { files, haproxyVersion, output },
  Effect.fnUntraced(function* ({ files: paths, haproxyVersion: version, output: format }) {
    const reports: Array<FileReport> = []
    const ended = yield* eachFile(
      paths,
      format,
      Effect.fnUntraced(function* ({ file, text }) {
        const diagnostics = checkDocument(parseDocument(text, file), { version })
        const report = { file, ok: diagnostics.every((one) => one.severity !== "error"), diagnostics }
        reports.push(report)
        if (format === "ndjson") yield* writeDocument("CheckReport", { files: [report] }, format)
        else if (format === "human") yield* writeReport(report)
      }),
      // One document tells of all files.
      format === "json"
        ? ({ file = "-", hint, kind, message }) => {
            reports.push({ file, ok: false, diagnostics: [], error: { kind, message, hint } })
          }
        : undefined
    ).pipe(Effect.exit)
    if (format === "json") yield* writeDocument("CheckReport", { files: reports }, format)
    if (reports.some((report) => !report.ok)) return yield* new Exit({ code: exitCodes.failed })
    return yield* ended
  })
).pipe(Command.withDescription("Check configurations as HAProxy would, with file, line and column"))

const writeReport = ({ diagnostics, file, ok }: FileReport) =>
  writeLine([...diagnostics.map(formatDiagnostic), `${file}: ${ok ? "ok" : "refused"}`].join("\n"))
