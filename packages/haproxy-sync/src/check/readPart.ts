import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document, Section } from "../text/Document.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { unquote } from "../text/expandWords.ts"
import type { Line, Part } from "./branches.ts"
import { diagnosticAt } from "./diagnosticAt.ts"
import { explain } from "./explain.ts"
import { type Reading, readStatement } from "./statement.ts"

/** A line with its words as HAProxy sees them. */
export interface ReadLine extends Line {
  readonly reading: Reading
}

/** A section with its lines read. */
export interface ReadPart {
  readonly section: Section
  readonly header: Line | undefined
  readonly lines: ReadonlyArray<ReadLine>
  readonly diagnostics: ReadonlyArray<Diagnostic>
}

/**
 * Reads the lines of a section, and says what is wrong with them.
 *
 * @category checking
 * @since 0.1.0
 */
export const readPart = (
  document: Document,
  { header, lines, section }: Part,
  version: HaproxyVersion,
  /** The lines that can't be split into words. */
  broken: ReadonlySet<number>
): ReadPart => {
  const { keyword, kind } = section
  const diagnostics: Array<Diagnostic> = []
  const read: Array<ReadLine> = []
  for (const line of lines) {
    const { certain, statement } = line
    const [first = ""] = statement.words
    // A scope, which HAProxy only skips.
    if (first.startsWith("[")) continue
    const severity = certain && header?.certain !== false ? "error" : "warning"
    if (keyword === "" || kind === undefined) {
      const word = unquote(first)
      const what = {
        severity,
        code: "section.none",
        message: `"${word}" stands outside of any section`,
        hint: `begin a section above it, such as "global" or "defaults"`,
        word
      } as const
      diagnostics.push(diagnosticAt(document, statement, 0, what))
      continue
    }
    if (!versionIn(version, kind)) continue
    const whole = readStatement(statement.words, keyword, version)
    const reading = broken.has(statement.line) ? { ...whole, refusal: undefined, references: [] } : whole
    read.push({ ...line, reading })
    if (reading.refusal === undefined) continue
    const { refusal } = reading
    const what = explain(refusal, statement.words, reading, keyword, version)
    diagnostics.push(diagnosticAt(document, statement, refusal.at, severity === "error" ? what : { ...what, severity }))
  }
  return { section, header, lines: read, diagnostics }
}
