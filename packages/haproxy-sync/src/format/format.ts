import { Result } from "effect"
import { compare } from "../diff/Comparator.ts"
import { parse, type StructuredConfig } from "../model/StructuredConfig.ts"
import { formatLine } from "../text/formatLine.ts"
import type { Document, Section, Statement } from "../text/Document.ts"
import { type Block, blocksOf, type Entry, type Remark, withoutBlanks } from "./layout.ts"
import { canonicalOrder } from "./canonicalOrder.ts"

/**
 * Returns a configuration's text in canonical form: one blank between words, two in front of lines, one empty line between sections,
 * and the lines of a section in the order in which the Data Plane API writes them.
 *
 * **When to use**
 *
 * Use it to keep files that people edit alike, so that a diff shows what changed and not how it was typed.
 *
 * **Details**
 *
 * The result means the same to HAProxy. Words are kept as they are written, quotes and units included. Comments stay with the line
 * beneath them, and single empty lines stay. Lines that HAProxy reads one by one keep their order; a section of which a part depends
 * on a condition keeps its lines as they are. Formatting twice gives what formatting once does.
 *
 * **Example** (Formatting a backend)
 *
 * ```ts
 * import { Result } from "effect"
 * import { format, parse } from "@lockstep/haproxy-sync"
 *
 * const text = "backend  app\n\tserver s1 10.0.0.1:80   check\n\tmode http # no TCP\n"
 * format(Result.getOrThrow(parse(text)))
 * // "backend app\n  mode http # no TCP\n  server s1 10.0.0.1:80 check\n"
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const format = (config: StructuredConfig): string => {
  const blocks = blocksOf(config.document)
  const text = render(config, blocks, new Set())
  const kept = changedBy(config, text)
  return kept.size === 0 ? text : render(config, blocks, kept)
}

/** The sections whose meaning would change with the order of their lines: proof rather than hope. */
const changedBy = (config: StructuredConfig, text: string): ReadonlySet<Section> => {
  const formatted = Result.getOrThrow(parse(text, { version: config.version }))
  const { operations } = compare(config, formatted, { order: "strict" })
  return new Set(operations.flatMap(({ keyword, owner }) => config.section(keyword, owner)?.parts ?? []))
}

const render = (config: StructuredConfig, blocks: ReadonlyArray<Block>, kept: ReadonlySet<Section>): string => {
  const { document, version } = config
  const lines: Array<string> = []
  const emptyLine = () => {
    if (lines.length > 0 && lines.at(-1) !== "") lines.push("")
  }
  const writeRemarks = (remarks: ReadonlyArray<Remark>, indentOf: (remark: Remark) => string) => {
    for (const remark of remarks) {
      if (remark.blank) emptyLine()
      lines.push(indentOf(remark) + remark.text)
    }
  }
  const writeEntry = ({ above, blank, indented, statement }: Entry, inside: boolean, first: boolean) => {
    const indent = inside && (indented || !isDirective(statement)) ? "  " : ""
    const [top, ...more] = above
    writeRemarks(first && top !== undefined ? [{ ...top, blank: false }, ...more] : above, () => indent)
    if (blank && !(first && top === undefined)) emptyLine()
    lines.push(indent + lineOf(document, statement))
  }
  let steering = false
  for (const { above, below, entries, section } of blocks) {
    const inside = section.header !== undefined
    if (inside && !steering) emptyLine()
    writeRemarks(above, () => "")
    if (section.header !== undefined) lines.push(lineOf(document, section.header))
    const byLine = new Map(entries.map((entry) => [entry.statement.line, entry]))
    const ordered = kept.has(section) ? section.statements : canonicalOrder(section, version)
    for (const [index, { line }] of ordered.entries()) {
      const entry = byLine.get(line)
      if (entry !== undefined) writeEntry(entry, inside, index === 0)
    }
    writeRemarks(below, ({ indented }) => (indented && inside ? "  " : ""))
    const last = ordered.at(-1)
    steering = below.length === 0 && last !== undefined && isDirective(last)
  }
  return lines.map((line) => `${line}\n`).join("")
}

/** `.if` and the like, which steer how the file is read, and scopes. */
const isDirective = ({ words: [word = ""] }: Statement): boolean => /^[.[]/.test(word)

const lineOf = (document: Document, statement: Statement): string => {
  const { comment, cut } = document.words(statement.line - 1)
  const line = document.text.slice(statement.start, document.lineStarts[statement.line])
  // What stands behind a carriage return means nothing to HAProxy, but something to whoever wrote it.
  if (cut >= 0 && withoutBlanks(line.slice(cut - statement.start)) !== "") return withoutBlanks(line)
  // A comment is kept as it is typed, `#!` and `##` too.
  const trailing = comment < 0 ? [] : [withoutBlanks(line.slice(comment - statement.start))]
  return formatLine({ words: [...statement.words, ...trailing] })
}
