/**
 * What is wrong at one place of a configuration text.
 *
 * **When to use**
 *
 * Show it to the person who wrote the text: `file`, `line` and `column` point at the first character concerned, `hint` says what
 * to do about it.
 *
 * **Details**
 *
 * Lines and columns count from 1; a column counts UTF-16 code units, as editors do. `code` starts with its group: `syntax.`,
 * `keyword.`, `section.`, `value.`, `reference.` or `version.`. Only `error` makes a text unusable.
 *
 * @category diagnostics
 * @since 0.1.0
 */
export interface Diagnostic {
  readonly severity: "error" | "warning"
  readonly code: DiagnosticCode
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly word?: string
  readonly hint?: string
}

/**
 * The stable identifiers of diagnostics, by group.
 *
 * @category diagnostics
 * @since 0.1.0
 */
export type DiagnosticCode = `${"syntax" | "keyword" | "section" | "value" | "reference" | "version"}.${string}`

/**
 * Renders a diagnostic on one line, in the form compilers use: `file:line:column: severity: message (hint)`.
 *
 * @category diagnostics
 * @since 0.1.0
 */
export const formatDiagnostic = (self: Diagnostic): string =>
  `${self.file}:${self.line}:${self.column}: ${self.severity}: ${self.message}${self.hint === undefined ? "" : ` (${self.hint})`}`
