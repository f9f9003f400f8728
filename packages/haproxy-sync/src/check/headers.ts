import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document, Statement } from "../text/Document.ts"
import { compareVersions, type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import { expandWords } from "../text/expandWords.ts"
import type { Part } from "./branches.ts"
import { diagnosticAt } from "./diagnosticAt.ts"
import { unknownText } from "./Reader.ts"

/** What HAProxy looks at in the header of a kind of section. */
interface Header {
  readonly name: "required" | "optional" | "none"
  /** Whether only some characters may stand in a name. */
  readonly strict?: true
  /** Whether two sections of the kind may not have the same name. */
  readonly unique?: true
  /** Whether nothing may stand behind the name. */
  readonly bare?: true
}

const headers: Readonly<Record<SectionKeyword, Header>> = {
  global: { name: "none", bare: true },
  defaults: { name: "optional" },
  userlist: { name: "required", strict: true, bare: true },
  peers: { name: "required", strict: true, unique: true, bare: true },
  mailers: { name: "required", strict: true, unique: true },
  resolvers: { name: "required", strict: true, unique: true },
  cache: { name: "required", unique: true, bare: true },
  ring: { name: "required", strict: true, unique: true },
  traces: { name: "none", bare: true },
  "log-forward": { name: "required", strict: true, unique: true, bare: true },
  "log-profile": { name: "required", strict: true, unique: true, bare: true },
  "http-errors": { name: "required", strict: true, unique: true },
  healthcheck: { name: "required", strict: true, unique: true },
  acme: { name: "required", unique: true, bare: true },
  "crt-store": { name: "optional", bare: true },
  "fcgi-app": { name: "required", strict: true, unique: true, bare: true },
  program: { name: "required" },
  frontend: { name: "required", strict: true, unique: true, bare: true },
  backend: { name: "required", strict: true, unique: true, bare: true },
  listen: { name: "required", strict: true, unique: true, bare: true },
  namespace_list: { name: "none" }
}

const foreign = /[^\w.:-]/

/** Proxies answer to one name, whatever their kind; until 3.2 a frontend and a backend could share one. */
const sharing = (earlier: SectionKeyword, later: SectionKeyword, version: HaproxyVersion): boolean => {
  if (versionIn(version, { since: "3.3" })) return false
  if (earlier === "backend" && later === "listen") return compareVersions(version, "3.2") < 0
  return earlier !== later && earlier !== "listen" && later !== "listen"
}

const proxies: ReadonlyArray<string> = ["frontend", "backend", "listen"]

/**
 * Returns what is wrong with the headers of the sections.
 *
 * @category checking
 * @since 0.1.0
 */
export const checkHeaders = (
  document: Document,
  parts: ReadonlyArray<Part>,
  version: HaproxyVersion
): ReadonlyArray<Diagnostic> => {
  const diagnostics: Array<Diagnostic> = []
  const earlier = new Map<string, Array<{ readonly keyword: SectionKeyword; readonly line: number }>>()

  for (const { header, lines, section } of parts) {
    const { kind, keyword } = section
    if (header === undefined || kind === undefined || keyword === "" || !header.certain) continue
    const { statement } = header
    const report = (word: number, what: Pick<Diagnostic, "severity" | "code" | "message" | "hint" | "word">) => {
      diagnostics.push(diagnosticAt(document, statement, word, what))
    }

    if (!versionIn(version, kind)) {
      const early = kind.since !== undefined && compareVersions(version, kind.since) < 0
      report(0, {
        severity: "error",
        code: early ? "version.since" : "version.until",
        message: `HAProxy ${version} has no section "${keyword}"`,
        hint: early ? `it came with HAProxy ${kind.since}` : `it went after HAProxy ${kind.until}`,
        word: keyword
      })
      continue
    }

    const words = wordsOf(statement, version)
    const [, name = "", ...rest] = words
    const expected = headers[keyword]
    if (name === "") {
      if (expected.name === "required") {
        const hint = `write a name behind "${keyword}"`
        report(1, { severity: "error", code: "section.name", message: "this section has no name", hint })
      }
      continue
    }
    if (expected.name === "none" && expected.bare === true) {
      const message = `nothing may follow "${keyword}"`
      report(1, { severity: "error", code: "section.header", message, hint: "remove it", word: name })
      continue
    }
    if (name.includes(unknownText)) continue

    const letter = expected.strict === true ? foreign.exec(name)?.[0] : undefined
    if (letter !== undefined) {
      // From 3.3 on, HAProxy complains about the name of a proxy, and starts.
      const tolerated = proxies.includes(keyword) && versionIn(version, { since: "3.3" })
      report(1, {
        severity: tolerated ? "warning" : "error",
        code: "section.name",
        message: `"${letter}" may not stand in the name of a section`,
        hint: "use letters, digits, and any of _.:-",
        word: name
      })
    }

    const [extra] = kind.inherits === true && rest[0] === "from" && rest.length > 1 ? rest.slice(2) : rest
    // At the end of a file, earlier versions pass over it.
    if (extra !== undefined && expected.bare === true && (lines.length > 0 || versionIn(version, { since: "3.2" }))) {
      report(words.indexOf(extra, 2), {
        severity: "error",
        code: "section.header",
        message: `"${extra}" may not stand behind the name of a section`,
        hint: proxies.includes(keyword) && /:\d/.test(extra) ? `give the address in a "bind" line` : "remove it",
        word: extra
      })
    }

    if (expected.unique === true) {
      const key = proxies.includes(keyword) ? `proxy ${name}` : `${keyword} ${name}`
      const known = earlier.get(key) ?? []
      const other = known.find((one) => !sharing(one.keyword, keyword, version))
      if (other !== undefined) {
        const message = `${other.keyword} "${name}" stands in line ${other.line} already`
        report(1, { severity: "error", code: "section.duplicate", message, hint: "rename one of the two", word: name })
      } else if (known.length > 0) {
        const [same] = known
        const message = `${same?.keyword} "${name}" has the same name, which HAProxy 3.3 refuses`
        report(1, {
          severity: "warning",
          code: "section.duplicate",
          message,
          hint: "rename one of the two",
          word: name
        })
      }
      earlier.set(key, [...known, { keyword, line: statement.line }])
    }
  }
  return diagnostics
}

const wordsOf = (statement: Statement, version: HaproxyVersion): ReadonlyArray<string> => {
  const words = expandWords(statement.words, () => unknownText, version)
  const end = words.indexOf("")
  return end < 0 ? words : words.slice(0, end)
}
