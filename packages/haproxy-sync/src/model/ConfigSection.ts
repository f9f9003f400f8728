import type { Draft } from "../grammar/Args.ts"
import { entriesInOrder, itemsInOrder } from "../grammar/Line.ts"
import { grammars } from "../grammar/grammars.ts"
import { headerFields, type ReadLine, readStatements, type SectionGrammar } from "../grammar/SectionGrammar.ts"
import type { Section, Statement } from "../text/Document.ts"
import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { type SectionKeyword, sectionKindByKeyword } from "../text/SectionKind.ts"

/**
 * One section of a configuration: its text, and its model once somebody asks for it.
 *
 * **Details**
 *
 * `global` and `traces` may stand several times in a file; they are one section here, with several `parts`. An anonymous defaults
 * section is called `unnamed_defaults_1` and so on, as the Data Plane API does.
 *
 * @category models
 * @since 0.1.0
 */
export class ConfigSection {
  readonly keyword: SectionKeyword
  /** The name that tells it from others of its kind; empty for `global` and `traces`. */
  readonly name: string
  readonly parts: ReadonlyArray<Section>
  readonly version: HaproxyVersion
  #read: { readonly value: Draft; readonly lines: ReadonlyArray<ReadLine> } | undefined
  #text: string | undefined

  constructor(keyword: SectionKeyword, name: string, parts: ReadonlyArray<Section>, version: HaproxyVersion) {
    this.keyword = keyword
    this.name = name
    this.parts = parts
    this.version = version
  }

  /** The text as it is written, header line included. */
  get text(): string {
    return (this.#text ??= this.parts.map((part) => part.text).join(""))
  }

  /** The grammar of its kind; undefined for a kind whose lines are all opaque. */
  get grammar(): SectionGrammar<unknown> | undefined {
    return grammars.get(this.keyword)
  }

  /** Whether the Data Plane API has a resource for it. */
  get addressed(): boolean {
    const kind = sectionKindByKeyword.get(this.keyword)
    return kind?.collection !== undefined && this.grammar !== undefined && versionIn(this.version, kind)
  }

  /** Whether the name is only ours: another section of the kind stands before it with the name in the text. */
  get doubled(): boolean {
    const [first] = this.parts
    return first?.writtenName !== undefined && this.name !== "" && first.name !== this.name
  }

  /** The model, in the Data Plane API's full-section shape. */
  get value(): Readonly<Draft> {
    return this.#model.value
  }

  /** The model under the name that stands in the text: none where the section only goes by one. */
  get written(): Readonly<Draft> {
    const [first] = this.parts
    if (this.name === "" || first === undefined) return this.value
    const { name: _, ...rest } = this.value
    return first.writtenName === undefined ? rest : { name: first.writtenName, ...rest }
  }

  /** The statements behind the header, each with its place in the grammar. */
  get lines(): ReadonlyArray<ReadLine> {
    return this.#model.lines
  }

  /** The statements that the model has no field for. */
  get opaque(): ReadonlyArray<Statement> {
    return this.#model.lines.filter((line) => line.rank === undefined).map((line) => line.statement)
  }

  /**
   * The statements that the model has no field for, in the order in which the Data Plane API writes them: those that have a place
   * among the others first.
   */
  get opaqueInPlace(): ReadonlyArray<Statement> {
    return this.lines
      .filter(({ rank }) => rank === undefined)
      .toSorted((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || a.statement.line - b.statement.line)
      .map(({ statement }) => statement)
  }

  /** The items of a list or of a map of the model, in the order of the text. */
  items(field: string): ReadonlyArray<Readonly<Draft>> {
    return itemsInOrder(this.value[field])
  }

  /** The items of a map of the model with their names, in the order of the text. */
  named(field: string): ReadonlyArray<readonly [name: string, item: Readonly<Draft>]> {
    return entriesInOrder(this.value[field])
  }

  get #model() {
    const [first, ...more] = this.parts
    return (this.#read ??= readStatements(
      this.grammar,
      first === undefined ? {} : headerFields(first, this.name, this.version),
      first !== undefined && more.length === 0 ? first.statements : this.parts.flatMap((part) => part.statements),
      this.version
    ))
  }
}
