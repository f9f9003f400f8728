import type { StructuredConfig } from "../model/StructuredConfig.ts"

/**
 * A reason for which a configuration can't be sent to a Data Plane API without changing its meaning.
 *
 * @category refusals
 * @since 0.1.0
 */
export interface Refusal {
  readonly reason: string
  readonly hint: string
  readonly line?: number
}

/** The server's reader stops without a word at a line of this length. */
const longestLine = 65_536

/**
 * Returns what a Data Plane API would corrupt in this configuration, whatever the route: it reads the whole file and writes it
 * anew on every change.
 *
 * @category refusals
 * @since 0.1.0
 */
export const hazardsOf = (config: StructuredConfig): ReadonlyArray<Refusal> => [
  ...conditionals(config),
  ...longLines(config),
  ...luaPerThread(config),
  ...implicitParents(config)
]

const statementsOf = (config: StructuredConfig) => [
  ...config.preamble,
  ...config.sections.flatMap((section) => section.lines.map((line) => line.statement))
]

const conditionals = (config: StructuredConfig): ReadonlyArray<Refusal> => {
  if (!/^[ \t]*\.(if|elif|else|endif)\b/m.test(config.document.text)) return []
  const first = statementsOf(config).find(({ words: [word = ""] }) => /^\.(if|elif|else|endif)$/.test(word))
  return first === undefined
    ? []
    : [
        {
          reason: "the Data Plane API makes conditional blocks unconditional",
          hint: "resolve .if blocks before the configuration is handed over",
          line: first.line
        }
      ]
}

const longLines = ({ document: { lineStarts } }: StructuredConfig): ReadonlyArray<Refusal> => {
  for (let index = 0; index + 1 < lineStarts.length; index++) {
    if ((lineStarts[index + 1] ?? 0) - (lineStarts[index] ?? 0) >= longestLine) {
      return [
        {
          reason: "the Data Plane API drops a line of 64 KiB and everything behind it",
          hint: "put the values into a file, such as a map or an ACL file",
          line: index + 1
        }
      ]
    }
  }
  return []
}

const luaPerThread = (config: StructuredConfig): ReadonlyArray<Refusal> => {
  const lines = (config.section("global")?.lines ?? []).filter(
    ({ statement: { words } }) => words[0] === "lua-load-per-thread"
  )
  const second = lines[1]?.statement.line
  return second === undefined
    ? []
    : [
        {
          reason: "the Data Plane API keeps only the last lua-load-per-thread line",
          hint: "load one Lua file that requires the others",
          line: second
        }
      ]
}

/** The server sorts sections by name, and with that moves proxies under another defaults section. */
const implicitParents = (config: StructuredConfig): ReadonlyArray<Refusal> => {
  if (config.ofKind("defaults").length < 2) return []
  const orphan = config.sections.find(
    ({ keyword, parts: [part] }) => keyword !== "defaults" && part?.kind?.inherits === true && part.from === undefined
  )
  return orphan === undefined
    ? []
    : [
        {
          reason: `${orphan.keyword} "${orphan.name}" inherits from the defaults section above it, and the Data Plane API reorders sections`,
          hint: 'name the defaults sections and write "from NAME" behind each proxy\'s name',
          ...(orphan.parts[0]?.header === undefined ? {} : { line: orphan.parts[0].header.line })
        }
      ]
}
