import { movedLine } from "../diff/lineChanges.ts"
import { brokenByReordering } from "../diff/LineOrder.ts"
import { isConditional } from "../diff/outline.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"

/**
 * A reason for which nothing of a plan may be sent: the Data Plane API would change the meaning of the configuration, or a guard
 * forbids what is planned.
 *
 * @category refusals
 * @since 0.1.0
 */
export interface Refusal {
  /** The guard that forbids it; absent where the server is the reason. */
  readonly guard?: "own" | "protect" | "max-deletes" | "empty" | "pattern"
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
 * **Details**
 *
 * A section that the server holds already (`current`) with the same text is in the server's order, and is not looked at for lines
 * that would be moved.
 *
 * @category refusals
 * @since 0.1.0
 */
export const hazardsOf = (config: StructuredConfig, current?: StructuredConfig): ReadonlyArray<Refusal> => [
  ...conditionals(config),
  ...longLines(config),
  ...luaPerThread(config),
  ...implicitParents(config),
  ...splitGlobal(config),
  ...sameNames(config),
  ...wordsBehindNames(config),
  ...reorderedLines(config, current)
]

const statementsOf = (config: StructuredConfig) => [
  ...config.preamble,
  ...config.sections.flatMap((section) => section.lines.map((line) => line.statement))
]

const conditionals = (config: StructuredConfig): ReadonlyArray<Refusal> => {
  if (!isConditional(config.document.text)) return []
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

const longLines = ({ document: { lineStarts, text } }: StructuredConfig): ReadonlyArray<Refusal> => {
  for (let index = 0; index + 1 < lineStarts.length; index++) {
    const [start = 0, end = 0] = [lineStarts[index], lineStarts[index + 1]]
    // A character may take three bytes.
    if (3 * (end - start) >= longestLine && new TextEncoder().encode(text.slice(start, end)).length >= longestLine) {
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

/** Where a section's header stands in the text. */
const at = ({ parts: [part] }: ConfigSection): Pick<Refusal, "line"> =>
  part?.header === undefined ? {} : { line: part.header.line }

/** The server sorts sections by name, and with that moves proxies under another defaults section. */
const implicitParents = (config: StructuredConfig): ReadonlyArray<Refusal> => {
  if (config.ofKind("defaults").length < 2) return []
  const orphan = config.sections.find((section) => config.implicitParent(section) !== undefined)
  return orphan === undefined
    ? []
    : [
        {
          reason: `${orphan.keyword} "${orphan.name}" inherits from the defaults section above it, and the Data Plane API reorders sections`,
          hint: 'name the defaults sections and write "from NAME" behind each proxy\'s name',
          ...at(orphan)
        }
      ]
}

/** Settings of `global` for what is read after them. */
const forWhatFollows = /^(?:ssl-default-|(?:ca|crt|key)-base$|default-path$|(?:pre|un|re)?setenv$)/

/** The server writes all lines of `global` at the beginning. */
const splitGlobal = (config: StructuredConfig): ReadonlyArray<Refusal> => {
  const others = config.document.sections.findIndex(({ keyword }) => keyword !== "global" && keyword !== "")
  const late = config.document.sections
    .slice(Math.max(others, 0))
    .filter(({ keyword }) => others >= 0 && keyword === "global")
    .flatMap(({ statements }) => statements)
    .find(({ words: [word = ""] }) => forWhatFollows.test(word))
  return late === undefined
    ? []
    : [
        {
          reason: `"${late.words[0]}" concerns only the sections behind it, and the Data Plane API puts all lines of global at the beginning`,
          hint: "write one global section before all others",
          line: late.line
        }
      ]
}

const sameNames = (config: StructuredConfig): ReadonlyArray<Refusal> =>
  config.sections
    .filter((section) => section.doubled)
    .slice(0, 1)
    .map((section) => ({
      reason: `there are several ${section.keyword} sections "${section.parts[0]?.name}", and the Data Plane API keeps only the last`,
      hint: "give each a name of its own, or put their lines into one",
      ...at(section)
    }))

const wordsBehindNames = (config: StructuredConfig): ReadonlyArray<Refusal> =>
  config.sections
    .filter(({ parts }) => parts.some(({ behindName }) => behindName.length > 0))
    .slice(0, 1)
    .map((section) => ({
      reason: `the Data Plane API drops what stands behind the name of ${section.keyword} "${section.name}"`,
      hint: "write it as a line of its own in the section",
      ...at(section)
    }))

const reorderedLines = (config: StructuredConfig, current: StructuredConfig | undefined): ReadonlyArray<Refusal> =>
  config.sections
    .filter((section) => section.addressed)
    .filter((section) => current?.section(section.keyword, section.name)?.text !== section.text)
    .flatMap((section) => {
      const where = `${section.keyword}${section.name === "" ? "" : ` "${section.name}"`}`
      const [broken, moved] = [brokenByReordering(section), movedLine(section)]
      return [
        ...(broken === undefined
          ? []
          : [
              {
                reason: `the Data Plane API changes the order of lines in ${where}, and with it what "${broken.words.slice(0, 2).join(" ")}" means`,
                hint: "write the lines that it depends on (default-server, default-bind, lua-prepend-path, setenv) before all others that they concern",
                line: broken.line
              }
            ]),
        ...(moved === undefined
          ? []
          : [
              {
                reason: `the Data Plane API has no field for this "${moved.words[0]}" in ${where}, and moves it behind the others`,
                hint: "write it behind them, if that means the same, or in other words",
                line: moved.line
              }
            ])
      ]
    })
