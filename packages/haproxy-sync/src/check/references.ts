import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document } from "../text/Document.ts"
import { unquote } from "../text/expandWords.ts"
import { Declarations, linesOf, Names } from "./declarations.ts"
import { diagnosticAt } from "./diagnosticAt.ts"
import type { Inheritance } from "./inheritance.ts"
import type { ReadLine, ReadPart } from "./readPart.ts"
import type { Reference, ReferenceKind } from "./Reader.ts"

/** Whether HAProxy looks up what a line names. */
type Lookup = (part: ReadPart, line: ReadLine) => boolean

const always: Lookup = () => true
const inProxies: Lookup = ({ section: { keyword } }) => ["frontend", "backend", "listen"].includes(keyword)
const inBackends: Lookup = ({ section: { keyword } }) => keyword === "backend" || keyword === "listen"

const keywordOf = ({ reading }: ReadLine): string => reading.words[reading.keyword] ?? ""

/** The settings of servers count once a server takes them. */
const takenByServers: Lookup = (part, line) => {
  if (keywordOf(line) !== "default-server") return inBackends(part, line)
  const below = part.lines.slice(part.lines.indexOf(line) + 1)
  const servers = below.filter((one) => ["server", "server-template"].includes(keywordOf(one)))
  return inBackends(part, line) && servers.some(({ reading }) => !reading.references.some(isResolvers))
}

const isResolvers = ({ kind }: Reference): boolean => kind === "resolvers"

/** Of several settings the last counts, as far as it is certain. */
const isLast = (lines: ReadonlyArray<ReadLine>, line: ReadLine): boolean =>
  lines.findLast((one) => one.certain || one === line) === line

/** Mails are sent once it is known from whom, and to whom. */
const withAddresses: Lookup = (part, line) => {
  const given = (word: string) => linesOf(part, "email-alert").filter(({ reading }) => reading.words[1] === word)
  return inProxies(part, line) && isLast(given("mailers"), line) && given("from").length > 0 && given("to").length > 0
}

/** Where names of a kind are looked up; elsewhere in proxies. */
const lookups: Readonly<Partial<Record<ReferenceKind, Lookup>>> = {
  acl: always,
  acme: always,
  backend: (part, line) =>
    inProxies(part, line) && (keywordOf(line) !== "default_backend" || isLast(linesOf(part, "default_backend"), line)),
  "fcgi-app": inBackends,
  group: always,
  lua: always,
  mailers: withAddresses,
  resolvers: (part, line) => (keywordOf(line).includes("server") ? takenByServers : inProxies)(part, line),
  server: (part, line) => (keywordOf(line) === "use-server" ? inBackends : inProxies)(part, line),
  user: always
}

/** Names that HAProxy looks up while it reads the line, even in a proxy that is switched off. */
const atOnce: ReadonlyArray<ReferenceKind> = ["acl", "lua"]

/** What a kind is called where its name isn't a word of its own. */
const nouns: Readonly<Partial<Record<ReferenceKind, string>>> = {
  bandwidth: "bandwidth limitation",
  "log-profile": "log profile",
  table: "stick table"
}

const messageOf = ({ kind, name }: Reference): string => {
  const noun = nouns[kind] ?? kind
  if (kind === "lua") return `"${name}" comes from a script, but none is loaded`
  return name === "" ? `this section has no ${noun}` : `there is no ${noun} "${name}"${kind === "acl" ? " above" : ""}`
}

/**
 * Returns the names of what is declared nowhere.
 *
 * @category checking
 * @since 0.1.0
 */
export const checkReferences = (
  document: Document,
  parts: ReadonlyArray<ReadPart>,
  inheritance: Inheritance,
  /** Whether it is known of every line to which section it belongs. */
  assigned: boolean
): ReadonlyArray<Diagnostic> => {
  const declarations = new Declarations(parts)
  const inherited = inheritance.lines()
  return parts.flatMap((part) => {
    const disabled = inheritance.isDisabled(part)
    const acls = new Names()
    return part.lines.flatMap((line) => {
      const looksUp = ({ kind }: Reference): boolean =>
        atOnce.includes(kind) || (!disabled && ((lookups[kind] ?? inProxies)(part, line) || inherited.has(line)))
      const isMissing = ({ kind, name }: Reference): boolean =>
        !(kind === "acl" && acls.has(name)) && !declarations.has(kind, name, part)

      const missing =
        line.reading.refusal === undefined ? line.reading.references.filter(looksUp).filter(isMissing) : []
      const diagnostics = missing.map((reference) => {
        const { at, kind, name } = reference
        const near = declarations.near(kind, name, part, kind === "acl" ? acls : [])
        const certain = assigned && line.certain && part.header?.certain === true
        return diagnosticAt(document, line.statement, at, {
          severity: certain ? "error" : "warning",
          code: `reference.${kind}`,
          message: messageOf(reference),
          hint:
            kind === "lua"
              ? 'load the script by "lua-load" in global'
              : near === undefined
                ? "declare it, or name another"
                : `did you mean "${near}"?`,
          word: unquote(line.statement.words[at] ?? "")
        })
      })
      if (keywordOf(line) === "acl") acls.add(line.reading.words[1] ?? "")
      return diagnostics
    })
  })
}
