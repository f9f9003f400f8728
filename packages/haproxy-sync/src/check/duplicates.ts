import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document } from "../text/Document.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { diagnosticAt } from "./diagnosticAt.ts"
import type { ReadPart } from "./readPart.ts"
import { unknownText } from "./Reader.ts"

/** A line of which a section may have one: one for each name, or one at all. */
interface Unique {
  readonly keyword: string
  readonly sections: ReadonlyArray<string>
  readonly named: boolean
  readonly since?: HaproxyVersion
}

const uniques: ReadonlyArray<Unique> = [
  { keyword: "server", sections: ["backend", "listen"], named: true },
  { keyword: "nameserver", sections: ["resolvers"], named: true },
  { keyword: "table", sections: ["peers"], named: true, since: "3.0" },
  { keyword: "stick-table", sections: ["frontend", "backend", "listen"], named: false }
]

/**
 * Returns the lines that declare again what a line above them declares.
 *
 * @category checking
 * @since 0.1.0
 */
export const checkDuplicates = (
  document: Document,
  { header, lines, section }: ReadPart,
  version: HaproxyVersion
): ReadonlyArray<Diagnostic> => {
  const rules = uniques.filter((one) => one.sections.includes(section.keyword) && versionIn(version, one))
  if (rules.length === 0 || header?.certain !== true) return []
  const earlier = new Map<string, number>()
  return lines.flatMap(({ certain, reading: { words }, statement }) => {
    const rule = rules.find(({ keyword }) => keyword === words[0])
    const name = rule?.named === true ? (words[1] ?? "") : ""
    if (rule === undefined || !certain || name.includes(unknownText)) return []
    const { keyword, named } = rule
    const key = `${keyword} ${name}`
    const first = earlier.get(key)
    if (first === undefined) {
      earlier.set(key, statement.line)
      return []
    }
    const what = named ? `${keyword} "${name}"` : `a ${keyword}`
    return [
      diagnosticAt(document, statement, named ? 1 : 0, {
        severity: "error",
        code: "value.duplicate",
        message: `${what} stands in line ${first} already`,
        hint: named ? "rename one of the two" : "keep one of the two",
        word: named ? name : keyword
      })
    ]
  })
}
