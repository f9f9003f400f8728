import { type ApiVersion, apiIn } from "../../api/ApiVersion.ts"
import { grammars } from "../../grammar/grammars.ts"
import type { Section, Statement } from "../../text/Document.ts"
import { unquote } from "../../text/expandWords.ts"

/** An error as HAProxy words it; `aborts` ends the reading of the file there. */
export interface Problem {
  readonly text: string
  readonly aborts?: true
}

export interface Context {
  readonly api: ApiVersion
  readonly file: string
  readonly sections: ReadonlyArray<Section>
}

export const wordsOf = (statement: Statement): ReadonlyArray<string> => statement.words.map(unquote)

export const at = ({ file }: Context, { line }: { readonly line: number }): string => `[${file}:${line}]`

export const isProxy = (section: Section): boolean => /^(frontend|backend|listen|defaults)$/.test(section.keyword)

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
  if ((first === "size" || first === "maxlen") && /^0*$/.test(second)) {
    return { text: `config parsing ${place} invalid size '${second}' for new sink buffer.` }
  }
  if (first === "timeout" && third === "") {
    return { text: `config parsing ${place} 'timeout ${second}' expects <time> as argument.` }
  }
  return undefined
}

/** The arguments of `table` with how many words follow each. */
const tableArguments: Readonly<Record<string, number>> = {
  "brates-factor": 1,
  expire: 1,
  len: 1,
  nopurge: 0,
  "recv-only": 0,
  size: 1,
  srvkey: 1,
  store: 1,
  type: 1,
  "write-to": 1
}

/** `table NAME ARGUMENT…` and lines that don't go together. */
const peersLine = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  if (section.keyword !== "peers") return undefined
  const [first = "", , ...options] = wordsOf(statement)
  const place = at(context, statement)
  const words = first === "table" ? options : []
  for (let next = 0; next < words.length; next++) {
    const followed = tableArguments[words[next] ?? ""]
    if (followed === undefined) return { text: `config parsing ${place} table: unknown argument '${words[next]}'.` }
    next += followed
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
  const extra = section.keyword === "log-profile" ? section.header?.words[2] : undefined
  if (extra !== undefined) {
    return {
      text: `config parsing ${at(context, place)} '${section.keyword}' cannot handle unexpected argument '${extra}'.`,
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

const globalLog = (context: Context, { keyword }: Section, statement: Statement): Problem | undefined => {
  const [first, second] = wordsOf(statement)
  return keyword === "global" && first === "log" && second === "global"
    ? { text: `config parsing ${at(context, statement)} log 'global' is not supported for a global syslog server` }
    : undefined
}

/** The first step of a ruleset with `connect` has to be one, behind what only sets variables. */
const firstCheck = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  const steps = (one: Statement) =>
    one.words[0] === "tcp-check" && !/^(comment|set-var|unset-var)/.test(one.words[1] ?? "")
  if (!isProxy(section) || statement.words[1] !== "connect" || !steps(statement)) return undefined
  const first = section.statements.find(steps)
  return first === undefined || first.words[1] === "connect"
    ? undefined
    : {
        text:
          `config parsing ${at(context, statement)} 'tcp-check connect' first step MUST also be a 'connect', optionally preceded by a ` +
          "'set-var', an 'unset-var' or a 'comment', when there is a 'connect' step in the tcp-check ruleset."
      }
}

const lineRules = [port, unknownKeyword, ruleTail, emptyArgument, peersLine, globalLog, firstCheck, acls]
/** Rules in defaults may be inherited from one side only. */
const sharedRules = (context: Context, section: Section): Problem | undefined => {
  const { from, keyword } = section
  if (from === undefined || (keyword !== "frontend" && keyword !== "backend")) return undefined
  const source = context.sections.findLast(
    (one) => one.keyword === "defaults" && one.name === from && one.firstLine < section.firstLine
  )
  const rules = source?.statements.some(({ words: [first = ""] }) => /^(http|tcp)-(re|after-)/.test(first)) === true
  const other = context.sections.some(
    (one) =>
      one.from === from &&
      one.firstLine < section.firstLine &&
      one.keyword === (keyword === "frontend" ? "backend" : "frontend")
  )
  if (source === undefined || !rules || !other) return undefined
  const defaults = `${context.file}:${source.firstLine + 1}`
  return {
    text:
      `config parsing ${at(context, { line: section.firstLine + 1 })}: frontends and backends cannot inherit from the same ` +
      `defaults section if it defines TCP/HTTP rules (defaults section at ${defaults}).`,
    aborts: true
  }
}

const headerRules = [header, sameName, sharedRules]

/** What is wrong with the header of a section. */
export const headerProblem = (context: Context, section: Section): Problem | undefined => {
  for (const rule of headerRules) {
    const problem = rule(context, section)
    if (problem !== undefined) return problem
  }
  return undefined
}

/** What is wrong with a line, seen by itself or within its section. */
export const lineProblem = (context: Context, section: Section, statement: Statement): Problem | undefined => {
  for (const rule of lineRules) {
    const problem = rule(context, section, statement)
    if (problem !== undefined) return problem
  }
  return undefined
}
