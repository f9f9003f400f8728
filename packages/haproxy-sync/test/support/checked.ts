import { checkDocument, type HaproxyVersion, parseDocument } from "@lockstep/haproxy-sync"

/** What {@link checked} shows of a diagnostic: place, severity, code, message, and the hint in parentheses. */
export const checked = (text: string, version: HaproxyVersion = "3.2"): ReadonlyArray<string> =>
  checkDocument(parseDocument(text), { version }).map(
    ({ code, column, hint, line, message, severity }) =>
      `${line}:${column} ${severity} ${code}: ${message}${hint === undefined ? "" : ` (${hint})`}`
  )

/** The codes of the errors of one line within a section; what it may name elsewhere isn't looked up. */
export const refused = (section: string, line: string, version: HaproxyVersion = "3.2"): ReadonlyArray<string> =>
  checkDocument(parseDocument(`${section}\n  ${line}\n`), { version })
    .filter(({ code, severity }) => severity === "error" && !code.startsWith("reference."))
    .map(({ code }) => code)
