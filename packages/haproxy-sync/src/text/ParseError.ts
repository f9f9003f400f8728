import { Schema } from "effect"
import { type Diagnostic, formatDiagnostic } from "./Diagnostic.ts"

/**
 * A configuration text that can't be understood.
 *
 * **When to use**
 *
 * The author of the text can act on it: each diagnostic names file, line, column and what to change. Nothing was sent anywhere.
 *
 * **Details**
 *
 * `side` tells which of two texts it was when two were given.
 *
 * @category errors
 * @since 0.1.0
 */
export class ParseError extends Schema.TaggedError<ParseError>()("ParseError", {
  diagnostics: Schema.Array(Schema.Any as Schema.Schema<Diagnostic>),
  side: Schema.optionalKey(Schema.Literals(["current", "desired"]))
}) {
  override get message(): string {
    const [first, ...rest] = this.diagnostics
    if (first === undefined) return "the configuration can't be understood"
    const more = rest.length === 0 ? "" : ` and ${rest.length} more`
    return `${this.side === undefined ? "" : `${this.side} configuration: `}${formatDiagnostic(first)}${more}`
  }
}
