import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document } from "../text/Document.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { unquote } from "../text/expandWords.ts"
import type { Part } from "./branches.ts"
import { diagnosticAt } from "./diagnosticAt.ts"

/**
 * Returns the empty words that end a line: HAProxy refuses them from 3.3 on, and passes over what follows before.
 *
 * @category checking
 * @since 0.1.0
 */
export const checkEmptyWords = (
  document: Document,
  { header, lines }: Part,
  version: HaproxyVersion
): ReadonlyArray<Diagnostic> =>
  [...(header === undefined ? [] : [header]), ...lines].flatMap(({ certain, statement }) => {
    const at = statement.words.findIndex((word, index) => index > 0 && unquote(word) === "")
    if (at < 0) return []
    const refused = certain && versionIn(version, { since: "3.3" })
    return [
      diagnosticAt(document, statement, at, {
        severity: refused ? "error" : "warning",
        code: "syntax.empty",
        message: "an empty word ends the line: HAProxy takes no notice of what follows, and refuses it from 3.3 on",
        hint: "remove it",
        word: ""
      })
    ]
  })
