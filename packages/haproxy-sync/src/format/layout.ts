import type { Document, Section, Statement } from "../text/Document.ts"
import { isBlank } from "../text/characters.ts"

/** A text without the blanks around it: what is one to HAProxy, which is less than Unicode has. */
export const withoutBlanks = (text: string): string => {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** A comment that stands on a line of its own. */
export interface Remark {
  /** From its `#` on. */
  readonly text: string
  readonly indented: boolean
  /** An empty line stands above it. */
  readonly blank: boolean
}

/** A statement with the comments above it. */
export interface Entry {
  readonly statement: Statement
  readonly above: ReadonlyArray<Remark>
  /** An empty line stands between it and what is above it. */
  readonly blank: boolean
  readonly indented: boolean
}

/** A section with everything that stands in it. */
export interface Block {
  readonly section: Section
  /** The comments that belong to the header. */
  readonly above: ReadonlyArray<Remark>
  readonly entries: ReadonlyArray<Entry>
  /** The comments behind the last statement. */
  readonly below: ReadonlyArray<Remark>
}

/** Where the comments begin that belong to the next header: those right above it, at the margin. */
const nextBegins = (remarks: ReadonlyArray<Remark>): number => {
  let first = remarks.length
  while (first > 0 && remarks[first]?.blank !== true && remarks[first - 1]?.indented === false) first--
  return first
}

/**
 * Returns the blocks of a document: each section with its comments, and where empty lines stand.
 *
 * @category formatting
 * @since 0.1.0
 */
export const blocksOf = (document: Document): ReadonlyArray<Block> => {
  const blocks: Array<Block> = []
  let remarks: Array<Remark> = []
  let blank = false
  for (const [index, section] of document.sections.entries()) {
    const statements = new Map(section.statements.map((statement) => [statement.line, statement]))
    const above = remarks
    remarks = []
    const entries: Array<Entry> = []
    for (let at = section.firstLine + (section.kind === undefined ? 0 : 1); at < section.endLine; at++) {
      const line = document.text.slice(document.lineStarts[at], document.lineStarts[at + 1])
      const indented = /^[ \t]/.test(line)
      const statement = statements.get(at + 1)
      if (statement !== undefined) {
        entries.push({ statement, above: remarks, blank, indented })
        remarks = []
      } else if (line.includes("#"))
        remarks.push({ text: withoutBlanks(line.slice(line.indexOf("#"))), indented, blank })
      blank = statement === undefined && !line.includes("#")
    }
    const next = blank || index + 1 === document.sections.length ? remarks.length : nextBegins(remarks)
    blocks.push({ section, above, entries, below: remarks.slice(0, next) })
    remarks = remarks.slice(next)
    blank = false
  }
  return blocks
}
