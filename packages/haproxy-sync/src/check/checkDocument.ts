import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document } from "../text/Document.ts"
import { defaultHaproxyVersion, type HaproxyVersion } from "../text/HaproxyVersion.ts"
import { partsOf } from "./branches.ts"
import { checkDuplicates } from "./duplicates.ts"
import { checkEmptyWords } from "./emptyWords.ts"
import { checkHeaders } from "./headers.ts"
import { Inheritance } from "./inheritance.ts"
import { readPart } from "./readPart.ts"
import { checkReferences } from "./references.ts"

/**
 * What {@link checkDocument} needs to know beside the document.
 *
 * @category checking
 * @since 0.1.0
 */
export interface CheckOptions {
  readonly version?: HaproxyVersion
}

/**
 * Returns what is wrong with a configuration, in the order of the text.
 *
 * **When to use**
 *
 * Use it before a configuration reaches HAProxy: it names the place, and what to write instead.
 *
 * **Details**
 *
 * Errors are what HAProxy of the given version refuses: words and lines, keywords and where they may stand, arguments, names of what
 * is declared nowhere (codes `reference.…`). Lines in branches that the version skips are passed over; what depends on the
 * environment gives warnings only.
 *
 * **Gotchas**
 *
 * It is not stricter than HAProxy, but HAProxy is stricter in places: it also opens files, loads certificates and resolves names.
 *
 * @category checking
 * @since 0.1.0
 */
export const checkDocument = (document: Document, options: CheckOptions = {}): ReadonlyArray<Diagnostic> => {
  const version = options.version ?? defaultHaproxyVersion
  const { assigned, diagnostics, parts } = partsOf(document, version)
  const broken = new Set(document.diagnostics.flatMap(({ line, severity }) => (severity === "error" ? line : [])))
  const read = parts.map((part) => readPart(document, part, version, broken))
  const inheritance = new Inheritance(document, read, version)
  return [
    ...document.diagnostics,
    ...diagnostics,
    ...parts.flatMap((part) => checkEmptyWords(document, part, version)),
    ...checkHeaders(document, parts, version),
    ...read.flatMap((part) => [...part.diagnostics, ...checkDuplicates(document, part, version)]),
    ...inheritance.diagnostics,
    ...checkReferences(document, read, inheritance, assigned)
  ].toSorted((a, b) => a.line - b.line || a.column - b.column)
}
