import type { Diagnostic } from "./Diagnostic.ts"
import { type SectionKeyword, type SectionKind, sectionKindByKeyword, sectionKinds } from "./SectionKind.ts"
import { maxWords, splitWords, type Words } from "./Words.ts"
import { unquote } from "./expandWords.ts"
import { isBlank } from "./characters.ts"

/**
 * A line that holds at least one word.
 *
 * @category documents
 * @since 0.1.0
 */
export interface Statement {
  /** The line's number in the file, from 1. */
  readonly line: number
  /** Where the line begins in the text. */
  readonly start: number
  readonly words: ReadonlyArray<string>
  /** Where each word begins in the text; found out when asked for. */
  readonly starts: ReadonlyArray<number>
  /** Where the last word ends in the text. */
  readonly end: number
  /** The trailing comment without its `#` and the blanks behind it. */
  readonly comment: string | undefined
  /** The comment lines directly above, without their `#`. */
  readonly above: ReadonlyArray<string>
}

class TextStatement implements Statement {
  readonly line: number
  readonly start: number
  readonly words: ReadonlyArray<string>
  readonly end: number
  readonly comment: string | undefined
  readonly above: ReadonlyArray<string>
  readonly #text: string

  constructor(document: Document, index: number, words: Words, above: ReadonlyArray<string>) {
    this.line = index + 1
    this.start = document.lineStarts[index] ?? 0
    this.words = words.raw
    this.end = words.end
    this.comment = words.comment < 0 ? undefined : document.comment(words.comment, index)
    this.above = above
    this.#text = document.text
  }

  get starts(): ReadonlyArray<number> {
    const starts: Array<number> = []
    splitWords(this.#text, this.start, this.end, starts)
    return starts
  }
}

const isLineEnd = (code: number): boolean => code === 10 || code === 13

const nothingAbove: ReadonlyArray<string> = []

/**
 * A section of a {@link Document}: its header and the lines up to the next one.
 *
 * **Details**
 *
 * The lines before the first header form a section whose `kind` is undefined. Statements are split when they are first asked for.
 *
 * @category documents
 * @since 0.1.0
 */
export class Section {
  readonly document: Document
  readonly kind: (SectionKind & { readonly keyword: SectionKeyword }) | undefined
  /** The index of the header's line, from 0; for the lines before the first header, 0. */
  readonly firstLine: number
  /** The index behind the section's last line. */
  readonly endLine: number
  #header: Statement | undefined
  #statements: ReadonlyArray<Statement> | undefined

  constructor(document: Document, kind: Section["kind"], firstLine: number, endLine: number) {
    this.document = document
    this.kind = kind
    this.firstLine = firstLine
    this.endLine = endLine
  }

  /** The keyword of the header, or the empty string before the first one. */
  get keyword(): SectionKeyword | "" {
    return this.kind?.keyword ?? ""
  }

  /** The header as a statement. */
  get header(): Statement | undefined {
    if (this.kind !== undefined) this.#header ??= this.document.statement(this.firstLine)
    return this.#header
  }

  /** The section's name as HAProxy sees it; the empty string where there is none. */
  get name(): string {
    return unquote(this.writtenName ?? "")
  }

  /** The section's name as it is written, with its quotes. */
  get writtenName(): string | undefined {
    return this.#anonymous ? undefined : this.header?.words[1]
  }

  /** The defaults section named behind `from`. */
  get from(): string | undefined {
    if (this.kind?.inherits !== true) return undefined
    const words = this.header?.words ?? []
    const word = this.#anonymous ? words[2] : words[2] === "from" ? words[3] : undefined
    return word === undefined ? undefined : unquote(word)
  }

  /** What stands in the header behind the name and the defaults section: HAProxy knows nothing of the kind. */
  get behindName(): ReadonlyArray<string> {
    const known = 1 + (this.writtenName === undefined ? 0 : 1) + (this.from === undefined ? 0 : 2)
    return this.header?.words.slice(known) ?? []
  }

  /** `defaults from other` has no name of its own. */
  get #anonymous(): boolean {
    const words = this.header?.words ?? []
    const { inherits, named } = this.kind ?? {}
    return named === "optional" && inherits === true && words[1] === "from" && words.length >= 3
  }

  /** The section's text, header line included. */
  get text(): string {
    const { lineStarts, text } = this.document
    return text.slice(lineStarts[this.firstLine], lineStarts[this.endLine])
  }

  /** The statements behind the header. */
  get statements(): ReadonlyArray<Statement> {
    return (this.#statements ??= this.document.statements(
      this.kind === undefined ? this.firstLine : this.firstLine + 1,
      this.endLine
    ))
  }
}

/**
 * A configuration text with its sections and lines: nothing of it is lost.
 *
 * **When to use**
 *
 * Use {@link parseDocument} to make one. It is what positions, comments and spacing come from; the meaning of the directives is in
 * the model.
 *
 * **Details**
 *
 * Making it takes one pass over the text and four bytes a line; lines are split into words when somebody asks for them.
 *
 * @category documents
 * @since 0.1.0
 */
export class Document {
  readonly file: string
  readonly text: string
  /** The position of each line, and behind the last one the length of the text. */
  readonly lineStarts: Uint32Array
  readonly sections: ReadonlyArray<Section>
  /** What HAProxy would refuse in the text itself, whatever the directives mean. */
  readonly diagnostics: ReadonlyArray<Diagnostic>

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
    const { diagnostics, headers, lineStarts } = scan(file, text)
    this.lineStarts = lineStarts
    this.diagnostics = diagnostics
    const lines = lineStarts.length - 1
    const preamble = headers[0]?.line ?? lines
    this.sections = [
      ...(preamble > 0 ? [new Section(this, undefined, 0, preamble)] : []),
      ...headers.map(({ kind, line }, index) => new Section(this, kind, line, headers[index + 1]?.line ?? lines))
    ]
  }

  /** The words of the line with this index, from 0. */
  words(index: number): Words {
    return splitWords(this.text, this.lineStarts[index] ?? 0, this.lineStarts[index + 1] ?? 0)
  }

  /** The statement on the line with this index, from 0, or undefined where it holds no words. */
  statement(index: number): Statement | undefined {
    const words = this.words(index)
    return words.end < 0 ? undefined : new TextStatement(this, index, words, nothingAbove)
  }

  /** The statements on the lines from index `first` up to, not including, `end`. */
  statements(first: number, end: number): ReadonlyArray<Statement> {
    const statements: Array<Statement> = []
    let above: Array<string> | undefined
    for (let index = first; index < end; index++) {
      const words = this.words(index)
      if (words.end >= 0) {
        statements.push(new TextStatement(this, index, words, above ?? nothingAbove))
        above = undefined
      } else if (words.comment >= 0) (above ??= []).push(this.comment(words.comment, index))
    }
    return statements
  }

  /** The column, from 1, of a position on the line with this number, from 1. */
  column(line: number, position: number): number {
    return position - (this.lineStarts[line - 1] ?? 0) + 1
  }

  /** The comment that begins with the `#` at this position, on the line with this index. */
  comment(hash: number, index: number): string {
    let end = this.lineStarts[index + 1] ?? this.text.length
    while (end > hash + 1 && isLineEnd(this.text.charCodeAt(end - 1))) end--
    return this.text.slice(hash + 1, end).replace(/^ +/, "")
  }
}

/**
 * Makes a {@link Document} of a text. It never fails: what HAProxy would refuse is in `diagnostics`.
 *
 * @category documents
 * @since 0.1.0
 */
export const parseDocument = (text: string, file = "haproxy.cfg"): Document => new Document(file, text)

/**
 * Returns the text of a document, byte for byte what it was made of.
 *
 * @category documents
 * @since 0.1.0
 */
export const printDocument = (document: Document): string => document.text

const headersByLetter: ReadonlyArray<ReadonlyArray<Section["kind"] & object>> = Array.from({ length: 128 }, (_, code) =>
  sectionKinds.filter((kind) => kind.keyword.charCodeAt(0) === code)
)

const headerAt = (text: string, start: number, end: number): Section["kind"] => {
  for (const kind of headersByLetter[text.charCodeAt(start)] ?? []) {
    if (end - start === kind.keyword.length && text.startsWith(kind.keyword, start)) return kind
  }
  return undefined
}

/** Finds lines and section headers in one pass; only lines with quotes, escapes or many words are looked at twice. */
const scan = (file: string, text: string) => {
  const diagnostics: Array<Diagnostic> = []
  const headers: Array<{ readonly line: number; readonly kind: Section["kind"] & object }> = []
  let starts = new Uint32Array(Math.max(16, text.length >> 5))
  let line = 0
  let start = 0
  let nul = text.indexOf("\0")
  const report = (code: Diagnostic["code"], at: number, message: string, hint: string) =>
    diagnostics.push({ severity: "error", code, message, file, line: line + 1, column: at - start + 1, hint })

  while (start < text.length) {
    if (line + 2 > starts.length) {
      const larger = new Uint32Array(starts.length * 2)
      larger.set(starts)
      starts = larger
    }
    starts[line] = start
    let i = start
    while (i < text.length && text.charCodeAt(i) !== 10 && isBlank(text.charCodeAt(i))) i++
    const first = i
    let odd = false
    let wordEnd = -1
    let c = 0
    for (; i < text.length; i++) {
      c = text.charCodeAt(i)
      if (c > 39 ? c === 92 : c < 33 || c === 34 || c === 39 || c === 35) {
        if (c === 32 || c === 9) {
          if (wordEnd < 0) wordEnd = i
        } else if (c === 10) break
        else if (c === 35) {
          if (wordEnd < 0) wordEnd = i
          const next = text.indexOf("\n", i)
          i = next < 0 ? text.length : next
          break
        } else {
          if (wordEnd < 0) wordEnd = i
          odd = true
        }
      }
    }
    const end = i
    if (nul >= start && nul < end) {
      report("syntax.nul", nul, "a NUL character", "HAProxy refuses the file: remove it")
      nul = text.indexOf("\0", end)
    }
    if (end > first) {
      if (wordEnd < 0) wordEnd = end
      let kind = headerAt(text, first, wordEnd)
      if (odd || end - first > 2 * maxWords) {
        const words = splitWords(text, start, end)
        if (words.error !== undefined) {
          const { at, code, hint, message } = words.error
          report(code, at, message, hint)
        }
        if (words.cut >= 0 && words.cut < end - 1) {
          diagnostics.push({
            severity: "warning",
            code: "syntax.carriage-return",
            message: "HAProxy ignores the rest of the line behind this carriage return",
            file,
            line: line + 1,
            column: words.cut - start + 1,
            hint: "end the line with a line feed"
          })
        }
        // A quoted keyword is the same word to HAProxy.
        const word = words.raw[0]
        kind = word === undefined ? undefined : sectionKindByKeyword.get(unquote(word))
      }
      if (kind !== undefined) headers.push({ line, kind })
    }
    if (end >= text.length) {
      report(
        "syntax.end",
        end,
        "the last line does not end with a line feed",
        "HAProxy takes the file for a truncated one: end it with a line feed"
      )
    }
    start = end + 1
    line++
  }
  starts[line] = text.length
  return { lineStarts: starts.slice(0, line + 1), headers, diagnostics }
}
