import { childRoutes } from "../../api/Routes.ts"
import { type ApiVersion, apiIn, haproxyOf } from "../../api/ApiVersion.ts"
import type { Draft } from "../../grammar/Args.ts"
import { grammars } from "../../grammar/grammars.ts"
import { itemsInOrder, metadataOf } from "../../grammar/Line.ts"
import { readStatements, type SectionGrammar, writeLines } from "../../grammar/SectionGrammar.ts"
import { keptWords } from "./droppedWords.ts"
import { commentOf, isRewritten, keyOf, nameInstead, nameless } from "./heldLines.ts"
import type { Statement } from "../../text/Document.ts"
import { type SectionKeyword, sectionKindByKeyword } from "../../text/SectionKind.ts"

/** A line of a section as the server holds it. */
export interface HeldLine {
  readonly words: ReadonlyArray<string>
  readonly comment: string
  /** A line no parser of the server took: it is kept as it was written, comment included. */
  readonly verbatim?: string
  /** What the API was given, where the line can't tell it. */
  readonly given?: Draft
}

interface Group {
  /** The comment lines in front of the group: the server keeps them for the directive, not for the line. */
  readonly notes: Array<string>
  lines: Array<HeldLine>
}

/** The place of lines no parser took: behind all others. */
export const unprocessed = Number.MAX_SAFE_INTEGER

/** The fields that hold children, whatever the version: a base attribute never has one of these names. */
const childFields: ReadonlySet<string> = new Set([...childRoutes.map((route) => route.field), "filter_sequence_list"])

/** Reports whether a field of a section's model is written by requests of its own. */
export const isChild = (field: string): boolean => childFields.has(field)

const statementOf = (words: ReadonlyArray<string>, comment: string): Statement => ({
  line: 0,
  start: 0,
  words,
  starts: [],
  end: 0,
  comment: comment === "" ? undefined : comment,
  above: []
})

/**
 * A section as the server holds it: lines in groups, one per directive, in the order in which the server writes them.
 *
 * **Details**
 *
 * Reading gives the API's JSON; writing replaces the lines that the JSON stands for and leaves the others as they are.
 *
 * @since 0.1.0
 */
export class HeldSection {
  readonly keyword: SectionKeyword
  readonly api: ApiVersion
  name: string
  from = ""
  comment = ""
  /** The comment lines above the header. */
  above: ReadonlyArray<string> = []
  /** The comment lines behind the last directive. */
  below: ReadonlyArray<string> = []
  readonly #groups = new Map<number, Group>()

  constructor(keyword: SectionKeyword, name: string, api: ApiVersion) {
    this.keyword = keyword
    this.name = name
    this.api = api
  }

  /** The server takes the lines of a kind without a collection as they are. */
  get #grammar(): SectionGrammar<unknown> | undefined {
    return sectionKindByKeyword.get(this.keyword)?.collection === undefined ? undefined : grammars.get(this.keyword)
  }

  get #version() {
    return haproxyOf(this.api)
  }

  /** Whether the server of this version keeps a header's comment, and the API shows it as metadata. */
  get #annotated(): boolean {
    return apiIn(this.api, { since: "3.2" })
  }

  /** Takes a line of the file. */
  read(line: string, given: ReadonlyArray<string>, comment: string, notes: ReadonlyArray<string>): void {
    const words = keptWords(given, this.api)
    const { rank, written } = this.#understand(words, comment)
    const group = this.#group(rank)
    group.notes.push(...notes)
    const held: HeldLine =
      rank === unprocessed
        ? { words, comment, verbatim: words === given ? line.trim() : words.join(" ") }
        : { words: written, comment: words[0] === "acl" ? this.#aclComment(comment) : comment }
    if (this.#grammar?.lines[rank]?.repeats === false) group.lines = [held]
    else group.lines.push(held)
  }

  /** The place of a line, and the words that the server makes of it. */
  #understand(
    words: ReadonlyArray<string>,
    comment: string
  ): { readonly rank: number; readonly written: ReadonlyArray<string> } {
    const grammar = this.#grammar
    if (grammar === undefined) return { rank: unprocessed, written: words }
    const { lines, value } = readStatements(grammar, {}, [statementOf(words, comment)], this.#version)
    const [read] = lines
    // A directive the server knows but the API doesn't show keeps its place; one it doesn't know goes to the end.
    if (read?.rank === undefined) return { rank: read?.place ?? unprocessed, written: words }
    if (!isRewritten(words)) return { rank: read.rank, written: words }
    const [line, ...others] = writeLines(grammar, value, this.#version)
    return { rank: read.rank, written: line === undefined || others.length > 0 ? words : line.words }
  }

  /** From 3.4 on the comment of an ACL is written as the JSON it stands for. */
  #aclComment(comment: string): string {
    return comment === "" || !apiIn(this.api, { since: "3.4" }) ? comment : commentOf(metadataOf(comment))
  }

  #group(rank: number): Group {
    const known = this.#groups.get(rank)
    if (known !== undefined) return known
    const group: Group = { notes: [], lines: [] }
    this.#groups.set(rank, group)
    return group
  }

  get #inOrder(): ReadonlyArray<readonly [number, Group]> {
    return [...this.#groups].filter(([, { lines }]) => lines.length > 0).toSorted(([a], [b]) => a - b)
  }

  /** Whether there is anything to be written below the header. */
  get empty(): boolean {
    return this.#inOrder.length === 0
  }

  /** The section as the server writes it, header included. */
  print(): string {
    const header = [
      this.keyword,
      ...(this.name === "" ? [] : [this.name]),
      ...(this.from === "" ? [] : ["from", this.from])
    ]
    const out = this.above.map((note) => `# ${note}\n`)
    out.push(`${header.join(" ")}${this.comment === "" || !this.#annotated ? "" : ` # ${this.comment}`}\n`)
    for (const [, { lines, notes }] of this.#inOrder) {
      for (const note of notes) out.push(`  # ${note}\n`)
      for (const { comment, verbatim, words: held } of lines) {
        const words =
          held[0] === "acl" && held.length === 3 && !apiIn(this.api, { since: "3.4" }) ? [...held, ""] : held
        out.push(`  ${verbatim ?? words.join(" ")}${verbatim === undefined && comment !== "" ? ` # ${comment}` : ""}\n`)
      }
    }
    for (const note of this.below) out.push(`  # ${note}\n`)
    return out.join("")
  }

  /** The places of the grammar's lines that hold a field. */
  #ranksOf(field: string): ReadonlyArray<number> {
    return (this.#grammar?.lines ?? []).flatMap((line, rank) =>
      line.fields.some(({ name }) => name === field) ? [rank] : []
    )
  }

  #isBase(rank: number): boolean {
    const line = this.#grammar?.lines[rank]
    return line !== undefined && !line.fields.some(({ name }) => isChild(name))
  }

  #value(lines: ReadonlyArray<HeldLine>): Draft {
    return readStatements(
      this.#grammar,
      {},
      lines.map(({ comment, words }) => statementOf(words, comment)),
      this.#version
    ).value
  }

  /** The section's own attributes, without children. */
  base(): Draft {
    const lines = this.#inOrder.filter(([rank]) => this.#isBase(rank)).flatMap(([, group]) => group.lines)
    return {
      ...this.#value(lines.filter(({ given }) => given === undefined)),
      ...(this.name === "" ? {} : { name: this.name }),
      ...(this.from === "" ? {} : { from: this.from }),
      ...(this.comment === "" || !this.#annotated ? {} : { metadata: metadataOf(this.comment) })
    }
  }

  /** The lines of a child collection. */
  lines(field: string): ReadonlyArray<HeldLine> {
    return this.#ranksOf(field).flatMap((rank) => this.#groups.get(rank)?.lines ?? [])
  }

  /** The items of a child collection, in the order of the lines. */
  items(field: string): ReadonlyArray<Draft> {
    return this.lines(field).flatMap((line) => {
      if (line.given !== undefined) return [line.given]
      const value = this.#value([line])[field]
      const [item] = itemsInOrder(value)
      return item === undefined ? [] : [item]
    })
  }

  /** The section with its children: lists, and maps by their key. */
  full(maps: ReadonlyMap<string, string>): Draft {
    const value = this.base()
    const fields = new Set((this.#grammar?.fields ?? []).map(({ name }) => name).filter(isChild))
    for (const field of fields) {
      const items = this.items(field)
      if (items.length === 0) continue
      const key = maps.get(field)
      value[field] =
        key === undefined ? items : Object.fromEntries(items.map((item) => [String(item[key] ?? ""), item]))
    }
    return value
  }

  /** Replaces the section's own attributes. */
  setBase(body: Readonly<Draft>): void {
    for (const [rank, group] of this.#groups) if (this.#isBase(rank)) group.lines = []
    this.#write(body, (rank) => this.#isBase(rank))
    this.from = typeof body["from"] === "string" ? body["from"] : ""
    const metadata = body["metadata"]
    if (this.#annotated && metadata !== undefined && metadata !== null) this.comment = commentOf(metadata)
  }

  /** Replaces the lines of a child collection. */
  setLines(field: string, lines: ReadonlyArray<HeldLine>): void {
    const [first, ...others] = this.#ranksOf(field)
    if (first === undefined) return
    for (const rank of others) this.#group(rank).lines = []
    this.#group(first).lines = [...lines]
  }

  /** The line that stands for an item of a child collection. */
  lineOf(field: string, item: Readonly<Draft>): HeldLine {
    const list = this.#grammar?.fields.find(({ name }) => name === field)?.type === "list"
    const key = list ? undefined : keyOf(field)
    const unnamed = key !== undefined && (item[key] === undefined || item[key] === "")
    const whole = unnamed ? { ...item, [key]: nameless } : item
    const value = { [field]: list ? [whole] : { "": whole } }
    const [line] = this.#grammar === undefined ? [] : writeLines(this.#grammar, value, this.#version)
    const comment = commentOf(item["metadata"])
    if (line !== undefined) {
      const named = line.words.map((word) => (word === nameless ? nameInstead(field, line.words) : word))
      return { words: named, comment, ...(unnamed && named.includes("") ? { given: item } : {}) }
    }
    const keyword = this.#grammar?.lines[this.#ranksOf(field)[0] ?? -1]?.keyword ?? field
    const words = Object.values(item).filter((one) => typeof one !== "object" && typeof one !== "boolean")
    return { words: [...keyword.split(" "), ...words.map(String)], comment, given: item }
  }

  /** Takes all children away, and leaves what no parser took. */
  clearChildren(): void {
    for (const [rank, group] of this.#groups) if (rank !== unprocessed && !this.#isBase(rank)) group.lines = []
  }

  /** Takes all lines away. */
  clear(): void {
    this.#groups.clear()
  }

  /** Adds directives with the words of no value where they are absent. */
  addEmpty(words: Readonly<Record<string, string>>): void {
    for (const [keyword, word] of Object.entries(words)) {
      const rank = this.#grammar?.lines.findIndex((line) => line.keyword === keyword) ?? -1
      if (rank < 0 || this.#group(rank).lines.length > 0) continue
      this.#group(rank).lines.push({ words: [...keyword.split(" "), word], comment: "", given: {} })
    }
  }

  #write(value: Readonly<Draft>, wanted: (rank: number) => boolean): void {
    if (this.#grammar === undefined) return
    for (const { rank, words } of writeLines(this.#grammar, value, this.#version)) {
      if (wanted(rank)) this.#group(rank).lines.push({ words, comment: "" })
    }
  }
}
