import { swallowsBlank } from "../text/formatLine.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import {
  type Args,
  choice,
  constant,
  Cursor,
  type Draft,
  type Field,
  type Merged,
  negation,
  type Printer,
  type TypeOf
} from "./Args.ts"

/**
 * A description of the lines that begin with a keyword, and where in the section's model they are kept.
 *
 * **Details**
 *
 * `read` gets a cursor behind the keyword and answers false when the line has another shape. `write` gives back all lines that the
 * model asks for. The order of the lines in a grammar is the order in which they are written.
 *
 * @category lines
 * @since 0.1.0
 */
export interface Line<out A> {
  /** The first words of the line, joined by a space. */
  readonly keyword: string
  /** `no` may stand in front. */
  readonly negatable: boolean
  readonly read: (cursor: Cursor, section: Draft, statement: ReadStatement) => boolean
  readonly write: (section: Readonly<Draft>, version: HaproxyVersion) => ReadonlyArray<WrittenLine>
  readonly fields: ReadonlyArray<Field>
  /** Several lines with the keyword may stand in a section, and their order counts. */
  readonly repeats: boolean
  /** Whether an opaque line with the keyword stands in its place when a section is written, instead of behind the others. */
  readonly inPlace?: (section: Readonly<Draft>) => boolean
  /** Lines of one family stand together, in the order of the text: `stats enable` and `stats uri`. */
  readonly family?: string
  /** HAProxy adds up the lines with the keyword, while the field tells the last one only. */
  readonly accumulates?: boolean
  readonly Type?: A
}

/** What a line needs to know of the statement beside its words. */
export interface ReadStatement {
  readonly comment: string | undefined
}

/** A line to be written. */
export interface WrittenLine {
  readonly words: ReadonlyArray<string>
  readonly comment?: string | undefined
}

/**
 * The words of an item that the Data Plane API can't carry as JSON; they are compared and printed instead of the fields.
 *
 * @category models
 * @since 0.1.0
 */
export const source: unique symbol = Symbol("source")

/**
 * The names of a map's items in the order of the text: an object puts names that look like numbers first.
 *
 * @category models
 * @since 0.1.0
 */
export const order: unique symbol = Symbol("order")

/**
 * Returns the items of a name-keyed map with their names, in the order of the text they come from.
 *
 * @category models
 * @since 0.1.0
 */
export const entriesInOrder = (map: unknown): ReadonlyArray<readonly [name: string, item: Draft]> => {
  if (typeof map !== "object" || map === null) return []
  const items = map as Readonly<Record<string, Draft>> & { readonly [order]?: ReadonlyArray<string> }
  return (items[order] ?? Object.keys(items)).flatMap((name): ReadonlyArray<readonly [string, Draft]> => {
    const item = items[name]
    return item === undefined ? [] : [[name, item]]
  })
}

/**
 * Returns the items of a list, or of a name-keyed map, in the order of the text they come from.
 *
 * @category models
 * @since 0.1.0
 */
export const itemsInOrder = (collection: unknown): ReadonlyArray<Draft> =>
  Array.isArray(collection) ? (collection as ReadonlyArray<Draft>) : entriesInOrder(collection).map(([, item]) => item)

type ItemMap = Record<string, Draft> & { [order]: Array<string> }

/** A map without a prototype, so that an item may be called `__proto__`. */
const emptyMap = (): ItemMap => Object.assign(Object.create(null), { [order]: [] })

/** Reads a whole line: the description has to use up all words, and the API must have a model of it. */
const readAll = (args: Args<unknown>, cursor: Cursor, into: Draft): boolean => {
  if (!args.parse(cursor, into)) return false
  if (!cursor.done) return cursor.fail("the end of the line")
  return cursor.opaque ? cursor.pass() : true
}

/**
 * The versions of the API that show a trailing comment.
 *
 * @category models
 * @since 0.1.0
 */
export const annotations = { since: "3.2" } as const

/** Metadata is what the API makes of a trailing comment: a JSON object as it is, other text under `comment`. */
export const metadataOf = (comment: string): Draft => {
  if (comment.startsWith("{")) {
    try {
      const value: unknown = JSON.parse(comment)
      if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Draft
    } catch {
      // It only looked like JSON.
    }
  }
  return { comment }
}

/** The trailing comment that stands for metadata. */
export const commentOf = (metadata: unknown): string | undefined => {
  if (typeof metadata !== "object" || metadata === null) return undefined
  const entries = Object.entries(metadata)
  const [first] = entries
  return entries.length === 1 && first?.[0] === "comment" && typeof first[1] === "string"
    ? first[1]
    : JSON.stringify(metadata)
}

const written = (words: ReadonlyArray<string>, metadata: unknown): WrittenLine => {
  const comment = commentOf(metadata)
  return comment === undefined ? { words } : { words, comment }
}

/** The words of a line as a description prints them, or undefined where it asks for none. */
const printWords = (
  keyword: string,
  args: Args<unknown>,
  from: Readonly<Draft>,
  version: HaproxyVersion
): ReadonlyArray<string> | undefined => {
  const printer: Printer = { words: [keyword], version }
  if (!args.print(from, printer)) return undefined
  return printer.negated === true ? ["no", ...printer.words] : printer.words
}

/** Prints an item: its own words where the API can't carry it, else what the description says. */
const printItem = (
  keyword: string,
  args: Args<unknown>,
  item: Readonly<Draft>,
  version: HaproxyVersion
): WrittenLine | undefined => {
  const own = (item as { readonly [source]?: ReadonlyArray<string> })[source]
  const words = own === undefined ? printWords(keyword, args, item, version) : [keyword, ...own]
  return words === undefined ? undefined : written(words, item["metadata"])
}

/** What can be said of a line beside its keyword and its words. */
export interface LineOptions {
  /** `no` may stand in front: the description has a {@link negation}. */
  readonly negatable?: boolean
  /** HAProxy adds up the lines with the keyword: the earlier ones are opaque. */
  readonly accumulates?: boolean
}

/**
 * A line that stands at most once and sets fields of the section; of several, the last one counts.
 *
 * **Details**
 *
 * A line with words that the fields can't tell sets those that there are, and is opaque besides.
 *
 * @category lines
 * @since 0.1.0
 */
export const directive = <A>(
  keyword: string,
  args: Args<A>,
  { accumulates = false, negatable = false }: LineOptions = {}
): Line<A> => ({
  keyword,
  negatable,
  repeats: false,
  accumulates,
  fields: args.fields,
  read: (cursor, section) => {
    const own: Draft = {}
    if (!readAll(args, cursor, own)) return false
    for (const field of args.fields) delete section[field.name]
    Object.assign(section, own)
    return true
  },
  write: (section, version) => {
    const words = printWords(keyword, args, section, version)
    return words === undefined ? [] : [{ words }]
  }
})

/**
 * `option NAME`, with `no` in front for the contrary.
 *
 * @category lines
 * @since 0.1.0
 */
export const toggle = <const F extends string>(
  keyword: string,
  field: F
): Line<{ readonly [K in F]?: "enabled" | "disabled" }> =>
  directive(keyword, choice(negation(field, "disabled"), constant(field, "enabled")), { negatable: true }) as Line<{
    readonly [K in F]?: "enabled" | "disabled"
  }>

/** What an item has beside its own fields: the trailing comment. */
export interface Annotated {
  readonly metadata?: Readonly<Record<string, unknown>>
}

const annotated = (args: Args<unknown>): ReadonlyArray<Field> => [
  ...args.fields,
  { name: "metadata", type: "object", ...(args.annotations ?? annotations) }
]

/**
 * Lines that form an ordered list: rules, ACLs, log targets.
 *
 * @category lines
 * @since 0.1.0
 */
export const each = <const F extends string, A>(
  keyword: string,
  list: F,
  args: Args<A>,
  { negatable = false }: LineOptions = {}
): Line<{ readonly [K in F]?: ReadonlyArray<A & Annotated> }> => ({
  keyword,
  negatable,
  repeats: true,
  fields: [{ name: list, type: "list", fields: annotated(args) }],
  read: (cursor, section, statement) => {
    const item = readItem(args, cursor, statement)
    if (item === undefined) return false
    const items = (section[list] ??= []) as Array<Draft>
    items.push(item)
    return true
  },
  write: (section, version) =>
    ((section[list] ?? []) as ReadonlyArray<Draft>).flatMap((item) => printItem(keyword, args, item, version) ?? [])
})

/**
 * Lines that form items told apart by a name: servers, binds, users.
 *
 * @category lines
 * @since 0.1.0
 */
export const named = <const F extends string, A>(
  keyword: string,
  map: F,
  key: string,
  args: Args<A>
): Line<{ readonly [K in F]?: Readonly<Record<string, A & Annotated>> }> => ({
  keyword,
  negatable: false,
  repeats: true,
  fields: [{ name: map, type: "map", fields: annotated(args) }],
  read: (cursor, section, statement) => {
    const item = readItem(args, cursor, statement)
    const name = item?.[key]
    if (item === undefined || typeof name !== "string") return false
    const items = (section[map] ??= emptyMap()) as ItemMap
    if (items[name] !== undefined) return cursor.fail(`a ${keyword} with another name than "${name}"`)
    items[name] = item
    items[order].push(name)
    return true
  },
  write: (section, version) =>
    itemsInOrder(section[map]).flatMap((item) => printItem(keyword, args, item, version) ?? [])
})

const readItem = (args: Args<unknown>, cursor: Cursor, { comment }: ReadStatement): Draft | undefined => {
  const item: Draft & { [source]?: ReadonlyArray<string> } = {}
  const start = cursor.at
  if (!readAll(args, cursor, item)) return undefined
  // Fields of several words join them with blanks.
  if (cursor.lossy || cursor.words.some(swallowsBlank)) item[source] = cursor.words.slice(start)
  // The item tells all of it.
  cursor.lossy = false
  if (comment !== undefined && versionIn(cursor.version, args.annotations ?? annotations)) {
    item["metadata"] = metadataOf(comment)
  }
  return item
}

const objectIn = (section: Readonly<Draft>, field: string): Readonly<Draft> => {
  const own = section[field]
  return typeof own === "object" && own !== null ? (own as Draft) : {}
}

/**
 * Lines whose fields are kept in an object of their own: `tune_options`, `stats_options`.
 *
 * @category lines
 * @since 0.1.0
 */
export const inside = <const F extends string, const L extends ReadonlyArray<Line<unknown>>>(
  field: F,
  ...lines: L
): ReadonlyArray<Line<{ readonly [K in F]?: Merged<TypeOf<L[number]>> }>> =>
  lines.map((line) => ({
    ...line,
    fields: [{ name: field, type: "object", fields: line.fields }],
    read: (cursor, section, statement) => {
      const own = { ...objectIn(section, field) }
      if (!line.read(cursor, own, statement)) return false
      if (Object.keys(own).length > 0) section[field] = own
      else delete section[field]
      return true
    },
    write: (section, version) => line.write(objectIn(section, field), version)
  })) as ReadonlyArray<Line<{ readonly [K in F]?: Merged<TypeOf<L[number]>> }>>
