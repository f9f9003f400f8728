import { type ApiVersion, apiIn } from "../../dataplane/ApiVersion.ts"
import { grammars } from "../../grammar/grammars.ts"
import { type Section, parseDocument, type Statement } from "../../text/Document.ts"
import { unquote } from "../../text/Words.ts"

/** An error as HAProxy words it; `aborts` ends the reading of the file there. */
interface Problem {
  readonly text: string
  readonly aborts?: true
}

interface Context {
  readonly api: ApiVersion
  readonly file: string
  readonly sections: ReadonlyArray<Section>
}

const wordsOf = (statement: Statement): ReadonlyArray<string> => statement.words.map(unquote)

const at = ({ file }: Context, { line }: { readonly line: number }): string => `[${file}:${line}]`

const isProxy = (section: Section): boolean => /^(frontend|backend|listen|defaults)$/.test(section.keyword)

/** The first words that some directive of a kind of section begins with. */
const firstWords = (keyword: string): ReadonlySet<string> | undefined => {
  const grammar = grammars.get(keyword)
  return grammar === undefined ? undefined : new Set(grammar.lines.map((line) => line.keyword.split(" ")[0] ?? ""))
}

/** First words that HAProxy knows in any section and no grammar has to list. */
const everywhere: ReadonlySet<string> = new Set(["no", "default", "option", "timeout"])

/** Directives that HAProxy takes only from a version on. */
const since: Readonly<Record<string, ApiVersion>> = { "hash-preserve-affinity": "3.2" }

const unknownKeyword = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  const [first = ""] = wordsOf(statement)
  if (first.startsWith(".") || everywhere.has(first)) return undefined
  const known = firstWords(section.keyword)
  const from = since[first]
  if ((known === undefined || known.has(first)) && (from === undefined || apiIn(context.api, { since: from })))
    return undefined
  return { text: `config parsing ${at(context, statement)} unknown keyword '${first}' in '${section.keyword}' section` }
}

const port = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  const [first, name = "", address = ""] = wordsOf(statement)
  if (
    first !== "server" ||
    !/^(backend|listen)$/.test(section.keyword) ||
    address.startsWith("/") ||
    address.includes("@")
  )
    return undefined
  const given = /:([^:\]]*)$/.exec(address)?.[1]
  const bad = given === undefined ? undefined : /[^0-9+-]/.exec(given)?.[0]
  return bad === undefined
    ? undefined
    : {
        text: `config ${at(context, statement)} 'server ${section.name}/${name}' invalid character '${bad}' in port number '${given}' in '${address}'`
      }
}

/** Rules whose last words are no condition. */
const ruleTail = (context: Context, _: Section, statement: Statement): Problem | undefined => {
  const words = wordsOf(statement)
  const [family = "", action = ""] = words
  if (!/^http-(request|response|after-response)$/.test(family) || !/^(set|add)-header$/.test(action)) return undefined
  const next = words[4]
  return next === undefined || next === "if" || next === "unless"
    ? undefined
    : {
        text: `config parsing ${at(context, statement)}: '${family} ${action}' expects either 'if' or 'unless' followed by a condition but found '${next}'.`,
        aborts: true
      }
}

const emptyArgument = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  const words = wordsOf(statement)
  const place = at(context, statement)
  if (section.keyword === "crt-store" && /^(crt|key)-base$/.test(words[0] ?? "") && (words[1] ?? "") === "") {
    return { text: `config parsing ${place} parsing ${place} '${words[0]}' requires a <path> argument.`, aborts: true }
  }
  if (section.keyword !== "ring") return undefined
  const [first = "", second = "", third = ""] = words
  if (first === "format" && second === "") return { text: `config parsing ${place} unknown format ''.` }
  if (first === "size" && second === "")
    return { text: `config parsing ${place} invalid size '0' for new sink buffer.` }
  if (first === "timeout" && third === "") {
    return { text: `config parsing ${place} 'timeout ${second}' expects <time> as argument.` }
  }
  return undefined
}

const tableArguments: ReadonlySet<string> = new Set(
  "type len size expire store nopurge peers srvkey write-to recv-only brates-factor string ip ipv6 integer binary".split(
    " "
  )
)

/** `table NAME ARGUMENT…` and lines that don't go together. */
const peersLine = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  if (section.keyword !== "peers") return undefined
  const [first = "", , third = ""] = wordsOf(statement)
  const place = at(context, statement)
  if (first === "table" && third !== "" && !tableArguments.has(third)) {
    return { text: `config parsing ${place} table: unknown argument '${third}'.` }
  }
  const uses = (keyword: string) => section.statements.some(({ words }) => words[0] === keyword)
  return first === "bind" && uses("peer")
    ? { text: `config parsing ${place} mixing "peer" and "bind" line is forbidden` }
    : undefined
}

const acls = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  const words = wordsOf(statement)
  const start = words.findIndex((word) => word === "if" || word === "unless")
  if (!isProxy(section) || start < 0 || !/^(use_backend|use-server|http-|tcp-|redirect)/.test(words[0] ?? ""))
    return undefined
  const named = new Set(
    section.statements.filter(({ words: [first] }) => first === "acl").map(({ words: [, name = ""] }) => unquote(name))
  )
  let depth = 0
  for (const word of words.slice(start + 1)) {
    if (word === "{") depth++
    else if (word === "}") depth--
    else if (depth === 0) {
      const name = word.replace(/^!/, "")
      if (name === "" || /^(or|\|\||!)$/.test(name) || predefined.has(name) || named.has(name)) continue
      const rule = words[0] === "use_backend" ? "switching rule" : `'${words.slice(0, 2).join(" ")}' rule`
      return {
        text: `config parsing ${at(context, statement)} error detected while parsing ${rule} no such ACL '${name}'.`
      }
    }
  }
  return undefined
}

const predefined: ReadonlySet<string> = new Set(
  (
    "FALSE HTTP HTTP_1.0 HTTP_1.1 HTTP_2.0 HTTP_3.0 HTTP_CONTENT HTTP_URL_ABS HTTP_URL_SLASH HTTP_URL_STAR LOCALHOST METH_CONNECT " +
    "METH_DELETE METH_GET METH_HEAD METH_OPTIONS METH_POST METH_PUT METH_TRACE RDP_COOKIE REQ_CONTENT TRUE WAIT_END"
  ).split(" ")
)

const header = (context: Context, section: Section): Problem | undefined => {
  const place = { line: section.firstLine + 1 }
  const defaults = context.sections.filter(
    ({ keyword, firstLine }) => keyword === "defaults" && firstLine < section.firstLine
  )
  if (section.from !== undefined && !defaults.some(({ name }) => name === section.from)) {
    return {
      text: `config parsing ${at(context, place)} defaults section '${section.from}' not found for ${section.keyword} '${section.name}'.`,
      aborts: true
    }
  }
  const experimental = context.sections.some(
    ({ keyword, statements }) =>
      keyword === "global" && statements.some(({ words: [first] }) => first === "expose-experimental-directives")
  )
  if (section.keyword === "acme" && !experimental) {
    return {
      text: `config parsing ${at(context, place)}: section 'acme' is experimental, must be allowed via a global 'expose-experimental-directives'`,
      aborts: true
    }
  }
  if (section.keyword === "program" && apiIn(context.api, { since: "3.2" })) return { text: "", aborts: true }
  return undefined
}

const sameName = (context: Context, section: Section): Problem | undefined => {
  if (section.keyword !== "backend" || !apiIn(context.api, { since: "3.3" })) return undefined
  const other = context.sections.find(({ keyword, name }) => keyword === "frontend" && name === section.name)
  return other === undefined
    ? undefined
    : {
        text: `config Parsing ${at(context, { line: section.firstLine + 1 })}: backend '${section.name}' has the same name as frontend '${section.name}' declared at ${context.file}:${other.firstLine + 1}. This is no longer supported as of 3.3. Please rename one or the other.`,
        aborts: true
      }
}

const lineRules = [port, unknownKeyword, ruleTail, emptyArgument, peersLine, acls]
const headerRules = [header, sameName]

/** Problems found only when all sections are known. */
const unresolved = (context: Context): ReadonlyArray<string> => {
  const names = new Set(
    context.sections.filter(({ keyword }) => /^(backend|listen)$/.test(keyword)).map(({ name }) => name)
  )
  const out: Array<string> = []
  const old = apiIn(context.api, { until: "3.0" })
  for (const section of context.sections.filter(isProxy)) {
    const seen = new Map<string, number>()
    for (const statement of section.statements) {
      const [first = "", second = ""] = wordsOf(statement)
      const named = second !== "" && !second.includes("%")
      if (first === "default_backend" && section.keyword !== "defaults" && !names.has(second)) {
        out.push(
          `${old ? "config " : ""}Proxy '${section.name}': unable to find required default_backend: '${second}'.`
        )
      } else if (first === "use_backend" && named && !names.has(second)) {
        out.push(`${old ? "config " : ""}Proxy '${section.name}': unable to find required use_backend: '${second}'.`)
      } else if (first === "server" && section.keyword !== "defaults") {
        const before = seen.get(second)
        if (before === undefined) seen.set(second, statement.line)
        else {
          const what = `backend '${section.name}', another server named '${second}' was already defined at line ${before}, please use distinct names.`
          out.push(old ? `config parsing ${at(context, statement)} ${what}` : `\u0000${statement.line}\u0000${what}`)
        }
      }
    }
  }
  return out
}

const listens = (sections: ReadonlyArray<Section>): boolean =>
  sections.some(({ keyword, statements }) =>
    statements.some(({ words: [first = "", second = ""] }) =>
      keyword === "global" ? first === "stats" && second === "socket" : /^(bind|dgram-bind)$/.test(first)
    )
  )

const message = (text: string): string => {
  const [, line, what] = /^\u0000(\d+)\u0000(.*)$/s.exec(text) ?? []
  return line === undefined ? `msg="${text}"` : `line=${line} msg="${what}"`
}

/**
 * Checks a configuration as `haproxy -c` would, as far as that can be done without one: words, keywords, references, ACLs.
 *
 * **Details**
 *
 * Answers what the server makes of HAProxy's answer, or undefined when the text is accepted.
 */
export const checkText = (text: string, file: string, api: ApiVersion): string | undefined => {
  const document = parseDocument(text, file)
  const context: Context = { api, file, sections: document.sections.filter(({ kind }) => kind !== undefined) }
  const problems: Array<Problem> = document.diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ code, column, line, message: what }) => ({
      text:
        code === "syntax.end"
          ? `config parsing [${file}:${line}]: Missing LF on last line, file might have been truncated at position ${column}.`
          : `config parsing [${file}:${line}]: ${what}.`
    }))
  const stray = document.sections.find(({ kind }) => kind === undefined)?.statements ?? []
  for (const statement of stray) {
    problems.push({
      text: `config parsing [${file}:${statement.line}]: unknown keyword '${statement.words[0]}' out of section.`
    })
  }
  for (const rule of lineRules) {
    for (const section of context.sections) {
      for (const statement of section.statements) {
        const problem = rule(context, section, statement)
        if (problem !== undefined) problems.push(problem)
      }
    }
  }
  for (const rule of headerRules) {
    for (const section of context.sections) {
      const problem = rule(context, section)
      if (problem !== undefined) problems.push(problem)
    }
  }
  if (problems.length > 0) {
    const fatal = problems.some(({ aborts }) => aborts !== true)
    const texts = [
      ...problems.map((problem) => problem.text).filter((one) => one !== ""),
      `config Error(s) found in configuration file ${file}`,
      ...(fatal ? ["config Fatal errors found in configuration."] : [])
    ]
    return `exit status 1: ${texts.map(message).join("\n")}`
  }
  const later = unresolved(context)
  if (later.length > 0) {
    const last = apiIn(api, { since: "3.4" })
      ? []
      : [`${apiIn(api, { until: "3.0" }) ? "config " : ""}Fatal errors found in configuration.`]
    return `exit status 1: ${[...later, ...last].map(message).join("\n")}`
  }
  return listens(context.sections) || apiIn(api, { until: "3.0" }) ? undefined : "exit status 2: "
}
