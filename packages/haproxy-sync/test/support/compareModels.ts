import { isDeepStrictEqual } from "node:util"
import { grammars } from "../../src/grammar/grammars.ts"
import { headerFields, readStatements, type SectionGrammar, writeSection } from "../../src/grammar/SectionGrammar.ts"
import { type Document, parseDocument, type Section } from "../../src/text/Document.ts"
import { type HaproxyVersion, versionIn } from "../../src/text/HaproxyVersion.ts"
import { type SectionKeyword, sectionKindByKeyword } from "../../src/text/SectionKind.ts"
import {
  accepted,
  corpusText,
  directiveRecords,
  type Json,
  type LineRecord,
  lineRecords,
  type ModelRecord,
  modelRecords,
  type RecordedVersion
} from "./corpus.ts"
import { resourcesOf, stripNulls } from "./resources.ts"

/** A resource that ours and the recorded server's model show differently. */
export interface Difference {
  readonly where: string
  /** The resource's kind, such as `peers/tables`. */
  readonly kind: string
  /** The fields that differ; empty where one side has no such resource. */
  readonly fields: ReadonlyArray<string>
  readonly theirs: unknown
  readonly ours: unknown
}

const withoutSymbols = (value: unknown): unknown => (value === undefined ? undefined : stripNulls(value))

/** The resources of one section in which two models differ. */
const compare = (keyword: string, where: string, theirs: unknown, ours: unknown): ReadonlyArray<Difference> => {
  const a = resourcesOf(keyword, withoutSymbols(theirs))
  const b = resourcesOf(keyword, withoutSymbols(ours))
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((at) => {
    const [left, right] = [a.get(at), b.get(at)]
    if (isDeepStrictEqual(left, right)) return []
    const names = left === undefined || right === undefined ? [] : Object.keys({ ...left, ...right })
    return [
      {
        where: `${where} ${at}`,
        kind: at.replaceAll(/\[[^\]]*\]/g, ""),
        fields: names.filter((name) => !isDeepStrictEqual(left?.[name], right?.[name])).toSorted(),
        theirs: left,
        ours: right
      }
    ]
  })
}

const read = (grammar: SectionGrammar<unknown>, section: Section, version: HaproxyVersion) =>
  readStatements(grammar, headerFields(section, section.name, version), section.statements, version)

/** What the API calls a defaults section without a name. */
const unnamed = (models: ReadonlyMap<string, unknown>): string => {
  for (let n = 1; ; n++) if (!models.has(`unnamed_defaults_${n}`)) return `unnamed_defaults_${n}`
}

/** Our model of the sections of a kind, by their name; later ones of the same name win, as in the API. */
const ours = (document: Document, keyword: SectionKeyword, version: RecordedVersion): ReadonlyMap<string, Json> => {
  const grammar = grammars.get(keyword)
  const models = new Map<string, Json>()
  for (const section of document.sections) {
    if (grammar === undefined || section.keyword !== keyword) continue
    const name = keyword === "defaults" && section.name === "" ? unnamed(models) : section.name
    const { value } = readStatements(grammar, headerFields(section, name, version), section.statements, version)
    models.set(name, sectionKindByKeyword.get(keyword)?.named === "never" ? { ...models.get(""), ...value } : value)
  }
  return models
}

const isList = (value: Json | ReadonlyArray<Json>): value is ReadonlyArray<Json> => Array.isArray(value)

/** The recorded models of the sections of a kind, by their name; certificate stores with the loads from their own endpoint. */
const theirs = (record: ModelRecord, keyword: SectionKeyword): ReadonlyMap<string, Json> => {
  const kind = sectionKindByKeyword.get(keyword)
  const value = record.sections[kind?.collection ?? ""]
  if (value === undefined) return new Map()
  if (!isList(value)) return new Map([["", value]])
  return new Map(
    value.map((section) => {
      const name = typeof section["name"] === "string" ? section["name"] : ""
      // Up to version 3.1 the section itself shows them.
      const own = section["loads"] !== undefined
      const loads = keyword === "crt-store" && !own ? record.crt_loads?.[name] : undefined
      if (loads === undefined || loads.length === 0) return [name, section]
      return [name, { ...section, crt_loads: Object.fromEntries(loads.map((load) => [load["certificate"], load])) }]
    })
  )
}

/** What was compared, and what differed. */
export interface Comparison {
  readonly resources: number
  readonly differences: ReadonlyArray<Difference>
}

/** What is compared. */
export interface CompareOptions {
  /** Only what HAProxy takes too. */
  readonly accepted?: boolean
}

/** Compares our model of a kind of section with the recorded server's, over all recorded configurations. */
export const compareSections = (
  version: RecordedVersion,
  keyword: SectionKeyword,
  options: CompareOptions = {}
): Comparison => {
  const differences: Array<Difference> = []
  let resources = 0
  const kind = sectionKindByKeyword.get(keyword)
  if (kind === undefined || !versionIn(version, kind)) return { resources, differences }
  for (const record of modelRecords(version)) {
    if (record.status !== "ok" || (options.accepted === true && !accepted(record["ok_3.2"]))) continue
    const document = parseDocument(corpusText(record.file), record.file)
    const [mine, recorded] = [ours(document, keyword, version), theirs(record, keyword)]
    for (const name of new Set([...mine.keys(), ...recorded.keys()])) {
      // The API shows `global` even where there is none.
      const own = mine.get(name) ?? (keyword === "global" ? {} : undefined)
      resources += resourcesOf(keyword, recorded.get(name)).size
      differences.push(...compare(keyword, record.file, recorded.get(name), own))
    }
  }
  return { resources, differences }
}

/** Reads a section that holds one line only. */
export const sectionOfLine = ({ line, section }: Pick<LineRecord, "line" | "section">): Section | undefined => {
  const named = sectionKindByKeyword.get(section)?.named !== "never"
  return parseDocument(`${section}${named ? " x1" : ""}\n  ${line}\n`).sections[0]
}

/** The lines that HAProxy takes, or would if what they refer to were there. */
const knownLines = (version: RecordedVersion): ReadonlySet<string> =>
  new Set(
    directiveRecords()
      .filter(({ haproxy }) => /^(ok|reference)$/.test(haproxy?.[version] ?? haproxy?.["3.2"] ?? ""))
      .map(({ id }) => id)
  )

/** Compares our model of every single recorded line of a kind of section with the recorded server's. */
export const compareLines = (
  version: RecordedVersion,
  keyword: SectionKeyword,
  options: CompareOptions = {}
): Comparison => {
  const differences: Array<Difference> = []
  let resources = 0
  const grammar = grammars.get(keyword)
  const known = options.accepted === true ? knownLines(version) : undefined
  for (const record of lineRecords(version)) {
    const section = record.section === keyword && !record.line.includes("\n") ? sectionOfLine(record) : undefined
    if (grammar === undefined || section === undefined || record.status !== "ok" || record.model === undefined) continue
    if ("http" in record.model || known?.has(record.id) === false) continue
    resources++
    const { value } = read(grammar, section, version)
    const loads = record.crt_loads ?? []
    const model =
      loads.length === 0
        ? record.model
        : { ...record.model, crt_loads: Object.fromEntries(loads.map((load) => [load["certificate"], load])) }
    differences.push(...compare(keyword, `"${record.line}"`, model, value))
  }
  return { resources, differences }
}

/** What a section's model holds, and what the text written from it holds when it is read again. */
export const rewritten = (
  section: Section,
  version: HaproxyVersion
): { readonly before: Json; readonly after: Json } => {
  const grammar = grammars.get(section.keyword)
  if (grammar === undefined) throw new Error(`${section.keyword} has no grammar`)
  const opaqueIn = ({ lines }: ReturnType<typeof read>) =>
    lines.filter(({ rank }) => rank === undefined).map(({ statement }) => statement)
  const plain = (model: ReturnType<typeof read>): Json => ({
    value: stripNulls(model.value),
    opaque: opaqueIn(model)
      .map(({ words }) => words.join(" "))
      .toSorted()
  })
  const first = read(grammar, section, version)
  const [again] = parseDocument(writeSection(grammar, first.value, opaqueIn(first), version)).sections
  return { before: plain(first), after: again === undefined ? {} : plain(read(grammar, again, version)) }
}
