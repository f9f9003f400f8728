import type { SectionKeyword } from "../text/SectionKind.ts"
import type { Section, Statement } from "../text/Document.ts"
import { formatLine } from "../text/formatLine.ts"
import { unquote } from "../text/expandWords.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { Cursor, type Draft, type Field, type Merged, mergeFields, type TypeOf } from "./Args.ts"
import { annotations, commentOf, type Line, metadataOf, type WrittenLine } from "./Line.ts"

/**
 * All lines of one kind of section, and what its model always holds.
 *
 * @category sections
 * @since 0.1.0
 */
export interface SectionGrammar<out A> {
  readonly keyword: SectionKeyword
  readonly lines: ReadonlyArray<Line<unknown>>
  readonly fields: ReadonlyArray<Field>
  /** Finds the lines that may fit a statement, the longest keyword first. */
  readonly find: (words: ReadonlyArray<string>) => Found | undefined
  readonly initial: Readonly<Draft>
  readonly Type?: A
}

/** What a statement's first words say: the lines to try, and where their arguments begin. */
export interface Found {
  readonly lines: ReadonlyArray<{ readonly line: Line<unknown>; readonly rank: number }>
  readonly at: number
  readonly negated: boolean
}

/**
 * A statement as the grammar sees it: understood, or kept as it is.
 *
 * @category sections
 * @since 0.1.0
 */
export interface ReadLine {
  readonly statement: Statement
  /** The place of its line in the grammar; undefined for an opaque line. */
  readonly rank: number | undefined
  /** For an opaque line that the Data Plane API keeps among the others instead of behind them: its place in the grammar. */
  readonly place?: number
  /** An opaque line that HAProxy knows: the Data Plane API can't carry it, or not in full. */
  readonly understood?: true
  /** For an opaque line with a known keyword: the word that did not fit and what was expected there. */
  readonly failure?: { readonly at: number; readonly expected: string }
}

/**
 * A section read by its grammar.
 *
 * **Details**
 *
 * `value` has the Data Plane API's full-section shape. Lines without a field are in `opaque`, in their order.
 *
 * @category sections
 * @since 0.1.0
 */
export interface ReadSection<out A = Draft> {
  readonly value: A
  readonly lines: ReadonlyArray<ReadLine>
  readonly opaque: ReadonlyArray<Statement>
}

/** The place of a line: lines of one family share that of the first. */
const rankIn = (lines: ReadonlyArray<Line<unknown>>, line: Line<unknown>, index: number): number =>
  line.family === undefined ? index : lines.findIndex((one) => one.family === line.family)

/**
 * Declares the grammar of one kind of section.
 *
 * @category sections
 * @since 0.1.0
 */
export const sectionGrammar = <const L extends ReadonlyArray<Line<unknown> | ReadonlyArray<Line<unknown>>>>(
  keyword: SectionKeyword,
  lines: L,
  initial: Readonly<Draft> = {}
): SectionGrammar<
  { readonly name?: string; readonly from?: string } & Merged<
    TypeOf<L[number] extends infer E ? (E extends ReadonlyArray<infer I> ? I : E) : never>
  >
> => {
  const flat = lines.flat() as ReadonlyArray<Line<unknown>>
  const ranked = flat.map((line, index) => ({ line, rank: rankIn(flat, line, index) }))
  const byKeyword = Map.groupBy(ranked, ({ line }) => line.keyword)
  const plain = finder(byKeyword, false)
  const negated = finder(byKeyword, true)
  return {
    keyword,
    lines: flat,
    fields: mergeFields(flat),
    initial,
    find: (words) => plain(words) ?? (words[0] === "no" ? negated(words) : undefined)
  }
}

/** Finds what the first words say, behind the `no` if they are negated. */
const finder = (byKeyword: ReadonlyMap<string, Found["lines"]>, negated: boolean): SectionGrammar<unknown>["find"] => {
  const from = negated ? 1 : 0
  /** How many words the longest keyword has that begins with a word. */
  const lengths = new Map<string, number>()
  for (const keyword of byKeyword.keys()) {
    const [first = "", ...more] = keyword.split(" ")
    lengths.set(first, Math.max(lengths.get(first) ?? 0, 1 + more.length))
    // A written line holds its keyword as one word.
    if (more.length > 0) lengths.set(keyword, 1)
  }
  return (words) => {
    const first = words[from] ?? ""
    for (let count = Math.min(lengths.get(first) ?? 0, words.length - from); count > 0; count--) {
      const lines = byKeyword.get(count === 1 ? first : words.slice(from, from + count).join(" "))
      if (lines !== undefined) return { lines, at: from + count, negated }
    }
    return undefined
  }
}

/**
 * Reads a section of a document into its model. It never fails: what has no field is kept in `opaque`.
 *
 * @category sections
 * @since 0.1.0
 */
export const readSection = <A>(
  grammar: SectionGrammar<A>,
  section: Section,
  version: HaproxyVersion
): ReadSection<A> => {
  const { lines, value } = readStatements(
    grammar,
    headerFields(section, section.name, version),
    section.statements,
    version
  )
  return {
    value: value as A,
    lines,
    opaque: lines.filter((line) => line.rank === undefined).map((line) => line.statement)
  }
}

/** The fields that a section's header gives. */
export const headerFields = (section: Section, name: string, version: HaproxyVersion): Readonly<Draft> => ({
  ...(name === "" ? {} : { name }),
  ...(section.from === undefined ? {} : { from: section.from }),
  ...(section.header?.comment === undefined || !versionIn(version, annotations)
    ? {}
    : { metadata: metadataOf(section.header.comment) })
})

/**
 * Reads statements into a model that begins with the given fields; without a grammar all of them are opaque.
 *
 * @category sections
 * @since 0.1.0
 */
export const readStatements = (
  grammar: SectionGrammar<unknown> | undefined,
  fields: Readonly<Draft>,
  statements: ReadonlyArray<Statement>,
  version: HaproxyVersion
): { readonly value: Draft; readonly lines: ReadonlyArray<ReadLine> } => {
  const value: Draft = { ...grammar?.initial, ...fields }
  if (grammar === undefined) return { value, lines: statements.map((statement) => ({ statement, rank: undefined })) }
  return {
    value,
    lines: addUp(
      grammar,
      statements.map((statement) => readLine(grammar, statement, value, version))
    )
  }
}

/** Where HAProxy adds up the lines with a keyword, a field tells only the last one: those before it are opaque. */
const addUp = (grammar: SectionGrammar<unknown>, lines: ReadonlyArray<ReadLine>): ReadonlyArray<ReadLine> => {
  if (!lines.some(({ rank }) => rank !== undefined && grammar.lines[rank]?.accumulates === true)) return lines
  const told = new Set<number>()
  return lines
    .toReversed()
    .map((line): ReadLine => {
      const { rank, statement } = line
      if (rank === undefined || grammar.lines[rank]?.accumulates !== true) return line
      if (told.has(rank)) return { statement, rank: undefined, place: rank }
      told.add(rank)
      return line
    })
    .toReversed()
}

const readLine = (
  grammar: SectionGrammar<unknown>,
  statement: Statement,
  value: Draft,
  version: HaproxyVersion
): ReadLine => {
  const line = readWords(grammar, statement.words, statement, value, version)
  if (line.rank !== undefined || line.understood === true || !statement.words.some((word) => /["'\\]/.test(word)))
    return line
  // To HAProxy a word is the same with quotes and without; the Data Plane API knows keywords only without.
  const plain = readWords(grammar, statement.words.map(unquote), statement, {}, version)
  return plain.rank !== undefined || plain.understood === true ? { statement, rank: undefined, understood: true } : line
}

const readWords = (
  grammar: SectionGrammar<unknown>,
  words: ReadonlyArray<string>,
  statement: Statement,
  value: Draft,
  version: HaproxyVersion
): ReadLine => {
  const found = grammar.find(words)
  let failure: ReadLine["failure"]
  for (const { line, rank } of found?.lines ?? []) {
    if (found?.negated === true && !line.negatable) continue
    const cursor = new Cursor(words, found?.at ?? 0, version, found?.negated)
    if (line.read(cursor, value, statement)) {
      return cursor.lossy ? { statement, rank: undefined, place: rank, understood: true } : { statement, rank }
    }
    if (cursor.failedAt < 0) {
      return { statement, rank: undefined, understood: true, ...(cursor.placed ? { place: rank } : {}) }
    }
    if (failure === undefined || cursor.failedAt > failure.at) {
      failure = { at: cursor.failedAt, expected: cursor.expected }
    }
  }
  return failure === undefined ? { statement, rank: undefined } : { statement, rank: undefined, failure }
}

/**
 * Returns the lines that a model asks for, in the order of the grammar, each with its place in it.
 *
 * @category sections
 * @since 0.1.0
 */
export const writeLines = (
  grammar: SectionGrammar<unknown>,
  value: Readonly<Draft>,
  version: HaproxyVersion
): ReadonlyArray<WrittenLine & { readonly rank: number }> =>
  grammar.lines.flatMap((line, index) => {
    const rank = rankIn(grammar.lines, line, index)
    return line.write(value, version).map((one) => ({ ...one, rank }))
  })

/**
 * Returns the text of a section from its model alone, with the opaque lines in their places, those without one behind the others.
 *
 * **Details**
 *
 * Of a line that the fields tell only in part, its own words are written instead.
 *
 * @category sections
 * @since 0.1.0
 */
export const writeSection = (
  grammar: SectionGrammar<unknown>,
  value: Readonly<Draft>,
  opaque: ReadonlyArray<WrittenLine>,
  version: HaproxyVersion
): string => {
  const kept = opaque.map((line) => ({ line, ...standing(grammar, line.words, value, version) }))
  const partly = new Map(kept.flatMap(({ rank, told }) => (told === undefined ? [] : [[rank, told] as const])))
  const lines = writeLines(grammar, value, version).filter(
    ({ rank, words }) => partly.get(rank)?.some((line) => line.words.join(" ") === words.join(" ")) !== true
  )
  const placed = [
    ...kept.filter(({ before }) => before),
    ...lines.map((line) => ({ line, rank: line.rank })),
    ...kept.filter(({ before }) => !before)
  ].toSorted((a, b) => a.rank - b.rank)
  return [formatLine(headerOf(grammar.keyword, value)), ...placed.map(({ line }) => `  ${formatLine(line)}`), ""].join(
    "\n"
  )
}

/** Where an opaque line stands: among which lines, before or behind them, and what the fields tell of it. */
const standing = (
  grammar: SectionGrammar<unknown>,
  words: ReadonlyArray<string>,
  value: Readonly<Draft>,
  version: HaproxyVersion
): { readonly rank: number; readonly before: boolean; readonly told?: ReadonlyArray<WrittenLine> } => {
  const found = grammar.find(words)
  for (const { line, rank } of found?.lines ?? []) {
    if (line.inPlace?.(value) === false) break
    const cursor = new Cursor(words, found?.at ?? 0, version, found?.negated)
    const fields: Draft = {}
    const before = line.accumulates === true
    if (line.read(cursor, fields, { comment: undefined })) {
      return cursor.lossy ? { rank, before, told: line.write(fields, version) } : { rank, before }
    }
    if (cursor.failedAt < 0 && cursor.placed) return { rank, before }
  }
  return { rank: grammar.lines.length, before: false }
}

const headerOf = (keyword: string, value: Readonly<Draft>): WrittenLine => {
  const words = [keyword]
  if (typeof value["name"] === "string") words.push(value["name"])
  if (typeof value["from"] === "string") words.push("from", value["from"])
  const comment = commentOf(value["metadata"])
  return comment === undefined ? { words } : { words, comment }
}
