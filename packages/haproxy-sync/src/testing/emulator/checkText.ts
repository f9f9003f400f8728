import { checkDocument } from "../../check/checkDocument.ts"
import { type ApiVersion, apiIn, haproxyOf } from "../../api/ApiVersion.ts"
import { type Section, parseDocument, type Statement } from "../../text/Document.ts"
import { unquote } from "../../text/expandWords.ts"
import { at, type Context, headerProblem, isProxy, lineProblem, type Problem, wordsOf } from "./checkLines.ts"

/** The table that a stick rule uses: that of its own proxy, where it names none. */
const tableOf = (section: Section, statement: Statement): string => {
  const words = wordsOf(statement)
  const named = words.indexOf("table")
  return named < 0 ? section.name : (words[named + 1] ?? "")
}

/** The stick tables of proxies and of peers. */
const tablesIn = (sections: ReadonlyArray<Section>): ReadonlySet<string> =>
  new Set(
    sections.flatMap(({ keyword, name, statements }) =>
      statements.flatMap(({ words: [first, second = ""] }) =>
        first === "stick-table"
          ? [name]
          : first === "table" && keyword === "peers"
            ? [`${name}/${unquote(second)}`]
            : []
      )
    )
  )

/** An application that takes several requests at once has to say that it can. */
const multiplexes = (sections: ReadonlyArray<Section>): boolean =>
  sections
    .filter(({ keyword }) => keyword === "fcgi-app")
    .every(({ statements }) => {
      const options = statements.map(wordsOf).filter(([first]) => first === "option")
      const most = options.find(([, second]) => second === "max-reqs")?.[2]
      return most === undefined || Number(most) <= 1 || options.some(([, second]) => second === "mpxs-conns")
    })

/** Problems found only when all sections are known. */
const unresolved = (context: Context): ReadonlyArray<string> => {
  const names = new Set(
    context.sections.filter(({ keyword }) => /^(backend|listen)$/.test(keyword)).map(({ name }) => name)
  )
  const out: Array<string> = []
  const old = apiIn(context.api, { until: "3.0" })
  const prefix = old ? "config " : ""
  const tables = tablesIn(context.sections)
  for (const section of context.sections.filter(isProxy)) {
    const seen = new Map<string, number>()
    for (const statement of section.statements) {
      const [first = "", second = ""] = wordsOf(statement)
      const named = second !== "" && !second.includes("%")
      if (first === "default_backend" && section.keyword !== "defaults" && !names.has(second)) {
        out.push(`${prefix}Proxy '${section.name}': unable to find required default_backend: '${second}'.`)
      } else if (first === "use_backend" && named && !names.has(second)) {
        out.push(`${prefix}Proxy '${section.name}': unable to find required use_backend: '${second}'.`)
      } else if (first === "stick") {
        const table = tableOf(section, statement)
        if (!tables.has(table)) out.push(`${prefix}Proxy '${section.name}': unable to find stick-table '${table}'.`)
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

/** Reads the sections in order; some errors end it there. */
const read = (context: Context): ReadonlyArray<Problem> => {
  const problems: Array<Problem> = []
  for (const section of context.sections) {
    const found = [
      headerProblem(context, section),
      ...section.statements.map((statement) => lineProblem(context, section, statement))
    ]
    for (const problem of found) {
      if (problem === undefined) continue
      problems.push(problem)
      if (problem.aborts === true) return problems
    }
  }
  return problems
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
  problems.push(...read(context))
  if (problems.length > 0) {
    const aborted = problems.some(({ aborts }) => aborts === true)
    const texts = [
      ...problems.map((problem) => problem.text).filter((one) => one !== ""),
      `config Error(s) found in configuration file ${file}`,
      ...(aborted ? [] : ["config Fatal errors found in configuration."])
    ]
    return `exit status 1: ${texts.map(message).join("\n")}`
  }
  const later = unresolved(context)
  if (later.length > 0 || !multiplexes(context.sections)) {
    const last = apiIn(api, { since: "3.4" })
      ? []
      : [`${apiIn(api, { until: "3.0" }) ? "config " : ""}Fatal errors found in configuration.`]
    return `exit status 1: ${[...later, ...last].map(message).join("\n")}`
  }
  const other = checkDocument(document, { version: haproxyOf(api) }).find(({ severity }) => severity === "error")
  if (other !== undefined) {
    const texts = [
      `config parsing [${file}:${other.line}] ${other.message}`,
      "config Fatal errors found in configuration."
    ]
    return `exit status 1: ${texts.map(message).join("\n")}`
  }
  return listens(context.sections) || apiIn(api, { until: "3.0" }) ? undefined : "exit status 2: "
}
