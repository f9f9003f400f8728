import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document } from "../text/Document.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { linesOf } from "./declarations.ts"
import { diagnosticAt } from "./diagnosticAt.ts"
import type { ReadLine, ReadPart } from "./readPart.ts"
import { nearest } from "./suggestion.ts"

/** What only sections that name a defaults section take from it, so that HAProxy refuses it in one without a name. */
const explicit = [
  "acl",
  "http-request",
  "http-response",
  "http-after-response",
  "tcp-request",
  "tcp-response",
  "quic-initial"
]

/**
 * From which defaults section each proxy takes its settings: the one it names, else the last one above.
 *
 * @category checking
 * @since 0.1.0
 */
export class Inheritance {
  readonly diagnostics: ReadonlyArray<Diagnostic>
  readonly #parts: ReadonlyArray<ReadPart>
  readonly #chosen = new Map<ReadPart, ReadPart>()

  constructor(document: Document, parts: ReadonlyArray<ReadPart>, version: HaproxyVersion) {
    this.#parts = parts
    const diagnostics: Array<Diagnostic> = []
    const named = new Map<string, Array<ReadPart>>()
    let last: ReadPart | undefined
    for (const part of parts) {
      const { from, keyword, kind, name } = part.section
      if (kind?.inherits !== true) continue
      const defaults = from === undefined ? (keyword === "defaults" ? undefined : last) : named.get(from)?.at(-1)
      if (defaults !== undefined) this.#chosen.set(part, defaults)
      if (from !== undefined) diagnostics.push(...checkFrom(document, part, from, named, version))
      if (keyword !== "defaults") continue
      last = part
      named.set(name, [...(named.get(name) ?? []), part])
      if (name === "") diagnostics.push(...checkUnnamed(document, part))
    }
    this.diagnostics = diagnostics
  }

  /** Whether a proxy is switched off. */
  isDisabled(part: ReadPart): boolean {
    return this.#chain(part).flatMap(switches).at(0) === "disabled"
  }

  /** The lines of defaults sections whose names are looked up because a proxy takes them. */
  lines(): ReadonlySet<ReadLine> {
    const lines = new Set<ReadLine>()
    for (const part of this.#parts) {
      const { keyword } = part.section
      if (keyword === "defaults" || this.isDisabled(part)) continue
      const chain = this.#chain(part)
      for (const defaults of chain.slice(1)) for (const line of linesOf(defaults, "errorfiles")) lines.add(line)
      if (keyword !== "frontend" && keyword !== "listen") continue
      const backend = chain.flatMap((one) => linesOf(one, "default_backend").slice(-1)).at(0)
      if (backend !== undefined) lines.add(backend)
    }
    return lines
  }

  /** A section, and what it takes settings from, the nearest first. */
  #chain(part: ReadPart): ReadonlyArray<ReadPart> {
    const chain: Array<ReadPart> = []
    for (let one: ReadPart | undefined = part; one !== undefined; one = this.#chosen.get(one)) chain.push(one)
    return chain
  }
}

/** What the last of the lines that switch a section on or off says. */
const switches = (part: ReadPart): ReadonlyArray<string> =>
  part.lines
    .flatMap(({ reading: { words } }) => (words[0] === "disabled" || words[0] === "enabled" ? [words[0]] : []))
    .slice(-1)

const checkFrom = (
  document: Document,
  part: ReadPart,
  name: string,
  named: ReadonlyMap<string, ReadonlyArray<ReadPart>>,
  version: HaproxyVersion
): ReadonlyArray<Diagnostic> => {
  const { header } = part
  if (header === undefined || name.includes("$")) return []
  const among = named.get(name) ?? []
  // From 3.3 on, the last of two counts.
  const several = among.filter((one) => one.header?.certain === true).length > 1 && versionIn(version, { until: "3.2" })
  if (among.length > 0 && !several) return []
  const near = nearest(name, named.keys())
  return [
    diagnosticAt(document, header.statement, header.statement.words.length - 1, {
      severity: header.certain ? "error" : "warning",
      code: "reference.defaults",
      message: several
        ? `there are several defaults sections "${name}"`
        : `there is no defaults section "${name}" above`,
      hint: several ? "rename all but one" : near === undefined ? "declare it above" : `did you mean "${near}"?`,
      word: name
    })
  ]
}

const checkUnnamed = (document: Document, part: ReadPart): ReadonlyArray<Diagnostic> =>
  part.lines
    .filter(({ reading: { keyword, words } }) => keyword === 0 && explicit.includes(words[0] ?? ""))
    .map(({ certain, reading: { words }, statement }) =>
      diagnosticAt(document, statement, 0, {
        severity: certain && part.header?.certain === true ? "error" : "warning",
        code: "reference.defaults",
        message: `"${words[0]}" may not stand in a defaults section without a name`,
        hint: 'name the section, and let others take it by "from" and its name',
        word: words[0] ?? ""
      })
    )
