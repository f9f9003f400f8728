import { outsideOfSections } from "../model/StructuredConfig.ts"
import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document } from "../text/Document.ts"
import type { HaproxyVersion } from "../text/HaproxyVersion.ts"

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
 * @category checking
 * @since 0.1.0
 */
export const checkDocument = (document: Document, _options: CheckOptions = {}): ReadonlyArray<Diagnostic> =>
  [...document.diagnostics, ...outsideOfSections(document)].toSorted((a, b) => a.line - b.line || a.column - b.column)
