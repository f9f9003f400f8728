import { Result } from "effect"
import type { Draft } from "../grammar/Args.ts"
import { type Diagnostic } from "../text/Diagnostic.ts"
import { Document, parseDocument, type Section, type Statement } from "../text/Document.ts"
import { defaultHaproxyVersion, type HaproxyVersion } from "../text/HaproxyVersion.ts"
import { ParseError } from "../text/ParseError.ts"
import { sectionKindByKeyword, type SectionKeyword } from "../text/SectionKind.ts"
import { unquote } from "../text/expandWords.ts"
import { ConfigSection } from "./ConfigSection.ts"
import { sectionKey } from "./sectionKey.ts"

/**
 * A configuration: its text, its sections, and their models.
 *
 * **When to use**
 *
 * Use {@link parse} to make one from text. It is what the comparator, the planner and the synchronizer work on.
 *
 * **Details**
 *
 * A section's model is built when it is first asked for, so that comparing two large configurations costs what differs.
 *
 * @category models
 * @since 0.1.0
 */
export class StructuredConfig {
  readonly document: Document
  readonly version: HaproxyVersion
  /** The sections in the order of the text. */
  readonly sections: ReadonlyArray<ConfigSection>
  readonly #byKey: ReadonlyMap<string, ConfigSection>
  #implicit: ReadonlyMap<ConfigSection, string> | undefined

  constructor(document: Document, version: HaproxyVersion) {
    this.document = document
    this.version = version
    this.sections = collect(document, version)
    this.#byKey = new Map(this.sections.map((section) => [sectionKey(section.keyword, section.name), section]))
  }

  /** The statements before the first section: only those that steer the reading of the file may stand there. */
  get preamble(): ReadonlyArray<Statement> {
    const [first] = this.document.sections
    return first === undefined || first.kind !== undefined ? [] : first.statements
  }

  /** The section of this kind and name. */
  section(keyword: SectionKeyword, name = ""): ConfigSection | undefined {
    return this.#byKey.get(sectionKey(keyword, name))
  }

  /**
   * The name of the defaults section that a proxy inherits from without naming it: the last one before it, or the empty string where
   * there is none. Undefined for what names it, and for what does not inherit.
   */
  implicitParent(section: ConfigSection): string | undefined {
    return (this.#implicit ??= implicitParents(this.sections)).get(section)
  }

  /** The name of the defaults section that a proxy or a defaults section inherits from, written or not; undefined for none. */
  parentName(section: ConfigSection): string | undefined {
    const name = this.implicitParent(section) ?? section.parts[0]?.from
    return name === "" ? undefined : name
  }

  /** The defaults section that a proxy or a defaults section inherits from. */
  parent(section: ConfigSection): ConfigSection | undefined {
    const name = this.parentName(section)
    return name === undefined ? undefined : this.section("defaults", name)
  }

  /** All sections of a kind, in the order of the text. */
  ofKind(keyword: SectionKeyword): ReadonlyArray<ConfigSection> {
    return this.sections.filter((section) => section.keyword === keyword)
  }
}

/**
 * What {@link parse} needs to know beside the text.
 *
 * @category parsing
 * @since 0.1.0
 */
export interface ParseOptions {
  /** What diagnostics call the text. */
  readonly file?: string
  readonly version?: HaproxyVersion
  /** Which of two texts it is, for the error. */
  readonly side?: "current" | "desired"
}

/**
 * Parses a configuration text.
 *
 * **Details**
 *
 * Fails with a {@link ParseError} when HAProxy could not read the text: nothing is dropped silently. A directive that has no field
 * in the Data Plane API is kept as an opaque line.
 *
 * **Example** (Reading a server's weight)
 *
 * ```ts
 * import { Result } from "effect"
 * import { parse } from "@lockstep/haproxy-sync"
 *
 * const config = Result.getOrThrow(parse("backend app\n  server s1 10.0.0.1:80 weight 50\n"))
 * config.section("backend", "app")?.items("servers")
 * // [{ name: "s1", address: "10.0.0.1", port: 80, weight: 50 }]
 * ```
 *
 * @category parsing
 * @since 0.1.0
 */
export const parse = (text: string, options: ParseOptions = {}): Result.Result<StructuredConfig, ParseError> => {
  const document = parseDocument(text, options.file)
  const diagnostics = [
    ...document.diagnostics.filter((diagnostic) => diagnostic.severity === "error"),
    ...outsideOfSections(document)
  ].toSorted((a, b) => a.line - b.line || a.column - b.column)
  return diagnostics.length === 0
    ? Result.succeed(new StructuredConfig(document, options.version ?? defaultHaproxyVersion))
    : Result.fail(new ParseError({ diagnostics, ...(options.side === undefined ? {} : { side: options.side }) }))
}

const implicitParents = (sections: ReadonlyArray<ConfigSection>): ReadonlyMap<ConfigSection, string> => {
  const result = new Map<ConfigSection, string>()
  let last = ""
  for (const section of sections) {
    if (section.keyword === "defaults") last = section.name
    else if (section.parts[0]?.kind?.inherits === true && section.parts[0].from === undefined) result.set(section, last)
  }
  return result
}

/** Statements before the first section belong to nothing, except those that steer the reading of the file. */
export const outsideOfSections = (document: Document): ReadonlyArray<Diagnostic> => {
  const [first] = document.sections
  if (first === undefined || first.kind !== undefined) return []
  return first.statements
    .filter(({ words: [word = ""] }) => !word.startsWith(".") && !word.startsWith("["))
    .map(({ line, starts: [start = 0], words: [word = ""] }) => ({
      severity: "error",
      code: "section.none",
      message: `"${unquote(word)}" stands outside of any section`,
      file: document.file,
      line,
      column: document.column(line, start),
      word,
      hint: `begin a section above it, such as "global" or "defaults"`
    }))
}

/** Groups the parts of sections that accumulate, and gives every section a name of its own. */
const collect = (document: Document, version: HaproxyVersion): ReadonlyArray<ConfigSection> => {
  const groups = new Map<string, { keyword: SectionKeyword; name: string; parts: Array<Section> }>()
  for (const section of document.sections) {
    if (section.kind === undefined) continue
    const { keyword, named } = section.kind
    if (named === "never") {
      const known = groups.get(sectionKey(keyword, ""))
      if (known !== undefined) known.parts.push(section)
      else groups.set(sectionKey(keyword, ""), { keyword, name: "", parts: [section] })
      continue
    }
    const name = unusedName(section, (one) => groups.has(sectionKey(keyword, one)))
    groups.set(sectionKey(keyword, name), { keyword, name, parts: [section] })
  }
  return [...groups.values()].map(({ keyword, name, parts }) => new ConfigSection(keyword, name, parts, version))
}

const unusedName = (section: Section, taken: (name: string) => boolean): string => {
  const { kind, name } = section
  if (name === "" && kind?.keyword === "defaults") {
    for (let n = 1; ; n++) if (!taken(`unnamed_defaults_${n}`)) return `unnamed_defaults_${n}`
  }
  if (!taken(name)) return name
  // A second section of the same name keeps an identity of its own, so that neither is lost.
  for (let n = 2; ; n++) if (!taken(`${name}#${n}`)) return `${name}#${n}`
}

/**
 * A configuration's model as data: by the Data Plane API's collections, and the lines that have no field.
 *
 * @category models
 * @since 0.1.0
 */
export interface Model {
  readonly sections: Readonly<Record<string, Readonly<Draft> | ReadonlyArray<Readonly<Draft>>>>
  readonly opaque: ReadonlyArray<{ readonly line: number; readonly section: string; readonly text: string }>
}

/**
 * Returns the model of a whole configuration in the shape of the Data Plane API's `full_section` answers.
 *
 * **Details**
 *
 * Kinds that the API doesn't address, `listen` above all, stand in `opaque` line by line, header included. The other opaque lines
 * come section by section, in the order in which the API writes them.
 *
 * @category models
 * @since 0.1.0
 */
export const modelOf = (config: StructuredConfig): Model => {
  // The API shows `global` even where the text has none.
  const sections: Record<string, Readonly<Draft> | Array<Readonly<Draft>>> = { global: {} }
  const opaque: Array<Model["opaque"][number]> = config.preamble.map(({ line, words }) => ({
    line,
    section: "",
    text: words.join(" ")
  }))
  for (const section of config.sections) {
    const label = section.name === "" ? section.keyword : `${section.keyword} ${section.name}`
    const { addressed } = section
    for (const part of addressed ? [] : section.parts) {
      if (part.header !== undefined) {
        opaque.push({ line: part.header.line, section: label, text: part.header.words.join(" ") })
      }
    }
    for (const statement of addressed ? section.opaqueInPlace : section.parts.flatMap((part) => part.statements)) {
      opaque.push({ line: statement.line, section: label, text: statement.words.join(" ") })
    }
    const kind = sectionKindByKeyword.get(section.keyword)
    if (!addressed || kind?.collection === undefined) continue
    if (kind.named === "never") sections[kind.collection] = section.value
    else {
      const list = (sections[kind.collection] ??= []) as Array<Readonly<Draft>>
      list.push(section.value)
    }
  }
  return { sections, opaque }
}
