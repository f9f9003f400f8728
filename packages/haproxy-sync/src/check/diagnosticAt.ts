import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document, Statement } from "../text/Document.ts"

/**
 * Makes a diagnostic about a word of a statement, or about its end where it has no such word.
 *
 * @category checking
 * @since 0.1.0
 */
export const diagnosticAt = (
  document: Document,
  statement: Statement,
  word: number,
  what: Pick<Diagnostic, "severity" | "code" | "message" | "hint" | "word">
): Diagnostic => ({
  ...what,
  file: document.file,
  line: statement.line,
  column: document.column(statement.line, statement.starts[word] ?? statement.end)
})
