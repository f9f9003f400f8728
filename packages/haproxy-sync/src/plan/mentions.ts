import { sectionsOfKind } from "../check/declarations.ts"
import type { ReferenceKind } from "../check/Reader.ts"
import { readStatement } from "../check/statement.ts"
import type { Operation } from "../diff/Operation.ts"
import { isToldApart } from "../diff/Vocabulary.ts"
import type { Draft } from "../grammar/Args.ts"
import { grammars } from "../grammar/grammars.ts"
import type { Line } from "../grammar/Line.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import { sectionKey } from "../model/sectionKey.ts"
import { formatLine } from "../text/formatLine.ts"
import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import { splitWords } from "../text/Words.ts"
import { unquote } from "../text/expandWords.ts"

/** What a part of a configuration declares, and what it names that has to be declared; each as a key. */
export interface Mentions {
  readonly declared: Set<string>
  readonly named: Set<string>
}

/** The section that a line is in. */
interface Place {
  readonly keyword: SectionKeyword
  readonly owner: string
}

/** What the name of a section of a kind is looked up as. */
const kindsOf: ReadonlyMap<string, ReadonlyArray<string>> = (() => {
  const kinds = new Map<string, Array<string>>([
    ["defaults", ["defaults"]],
    ["ring", ["ring"]],
    ["crt-store", ["crt-store"]]
  ])
  for (const [kind, keywords = []] of Object.entries(sectionsOfKind)) {
    for (const keyword of keywords) kinds.set(keyword, [...(kinds.get(keyword) ?? []), kind])
  }
  return kinds
})()

const within = ({ keyword, owner }: Place, kind: string, name: string): string =>
  `${kind} ${sectionKey(keyword, owner)} ${name}`

/** What a line declares by its first words, for its own section or for those that name it. */
const declarations: Readonly<Record<string, (place: Place, words: ReadonlyArray<string>) => ReadonlyArray<string>>> = {
  acl: (place, [, name = ""]) => [within(place, "acl", name)],
  filter: (place, [, kind = "", name = ""]) => (kind.startsWith("bwlim-") ? [within(place, "bandwidth", name)] : []),
  group: (place, [, name = ""]) => [within(place, "group", name)],
  "lua-load": () => ["lua"],
  "lua-load-per-thread": () => ["lua"],
  server: ({ owner }, [, name = ""]) => [`server ${owner}/${name}`],
  // Which servers it makes is in its numbers: whoever names a server of the section may mean one of them.
  "server-template": ({ owner }) => [`template ${owner}`],
  "stick-table": ({ owner }) => [`table ${owner}`],
  table: ({ owner }, [, name = ""]) => [`table ${owner}/${name}`],
  user: (place, [, name = ""]) => [within(place, "user", name)]
}

const declaredBy = (place: Place, words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first = ""] = words
  return Object.hasOwn(declarations, first) ? (declarations[first]?.(place, words) ?? []) : []
}

/** Under which keys a name is declared; more than one where it is not said which. */
const keysOf = (place: Place, kind: ReferenceKind, name: string): ReadonlyArray<string> => {
  if (sectionsOfKind[kind] !== undefined) return [`${kind} ${name}`]
  if (kind === "lua") return ["lua"]
  if (kind === "table") return [`table ${name === "" ? place.owner : name}`]
  if (kind !== "server") return [within(place, kind, name)]
  const slash = name.indexOf("/")
  const owner = slash < 0 ? place.owner : name.slice(0, slash)
  return [`server ${owner}/${name.slice(slash + 1)}`, `template ${owner}`]
}

/** Names within a word, which stand for themselves: a log target and a certificate of a store. */
const namesInWord = (word: string): ReadonlyArray<string> => {
  const [, ring, store] = /^(?:ring@(.+)|@([^/]+)\/.*)$/.exec(word) ?? []
  return ring === undefined ? (store === undefined ? [] : [`crt-store ${store}`]) : [`ring ${ring}`]
}

/** The lines of a grammar that write a field. */
const linesFor = new Map<string, ReadonlyArray<Line<unknown>>>()

const linesOfField = (keyword: SectionKeyword, field: string): ReadonlyArray<Line<unknown>> => {
  const key = `${keyword} ${field}`
  const known = linesFor.get(key)
  if (known !== undefined) return known
  const lines = (grammars.get(keyword)?.lines ?? []).filter((line) => line.fields.some(({ name }) => name === field))
  linesFor.set(key, lines)
  return lines
}

/** The words of the lines that a side of an operation stands for. */
const statementsOf = (
  { field, keyword, type }: Operation,
  value: Readonly<Draft>,
  version: HaproxyVersion
): ReadonlyArray<ReadonlyArray<string>> => {
  // The children of a section have operations of their own, unless it is deleted with them.
  const isOwn = ([name]: readonly [string, unknown]) => type === "delete" || !isToldApart(keyword, name)
  const part = field === undefined ? Object.fromEntries(Object.entries(value).filter(isOwn)) : { [field]: [value] }
  const lines = field === undefined ? (grammars.get(keyword)?.lines ?? []) : linesOfField(keyword, field)
  return lines
    .flatMap((line) => line.write(part, version))
    .map((line) => {
      const text = formatLine({ words: line.words })
      return splitWords(text, 0, text.length).raw
    })
}

/**
 * Adds what a side of an operation declares and names.
 *
 * **Details**
 *
 * What a line names is what the check of configurations looks up; beside it, the defaults section behind `from`, log targets of rings,
 * and stores of certificates.
 */
export const addMentions = (
  { declared, named }: Mentions,
  operation: Operation,
  value: Readonly<Draft> | undefined,
  version: HaproxyVersion
): void => {
  if (value === undefined) return
  const { field, keyword, owner, type } = operation
  if (field === undefined) {
    for (const kind of type === "update" ? [] : (kindsOf.get(keyword) ?? [])) declared.add(`${kind} ${owner}`)
    if (typeof value["from"] === "string") named.add(`defaults ${value["from"]}`)
  }
  for (const words of statementsOf(operation, value, version)) {
    for (const key of declaredBy(operation, words.map(unquote))) declared.add(key)
    for (const { kind, name } of readStatement(words, keyword, version).references) {
      for (const key of keysOf(operation, kind, name)) named.add(key)
    }
    for (const word of words) for (const key of namesInWord(unquote(word))) named.add(key)
  }
}

/** What the lines of a section declare. */
export const declaredIn = (section: ConfigSection | undefined): ReadonlySet<string> => {
  if (section === undefined) return new Set()
  const place = { keyword: section.keyword, owner: section.name }
  return new Set(section.lines.flatMap(({ statement }) => declaredBy(place, statement.words.map(unquote))))
}
