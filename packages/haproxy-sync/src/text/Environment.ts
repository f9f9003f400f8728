import type { Document, Section, Statement } from "./Document.ts"
import type { HaproxyVersion } from "./HaproxyVersion.ts"
import { type Environment, expandWords, unquote } from "./expandWords.ts"

/**
 * A statement with its words as HAProxy sees them.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export interface Token {
  readonly line: number
  /** The section it stands in: keyword and name. */
  readonly section: string
  readonly words: ReadonlyArray<string>
}

/**
 * Returns the statements of a document as HAProxy's own tokenizer sees them, quotes and escapes replaced.
 *
 * **Details**
 *
 * With an environment, references are replaced by its values. `setenv`, `presetenv`, `unsetenv` and `resetenv` take effect for the
 * lines behind them, as they do in HAProxy; `version` says which one. Without one, references stay as they are written.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export const tokensOf = (
  document: Document,
  environment?: Readonly<Record<string, string | undefined>>,
  version?: HaproxyVersion
): ReadonlyArray<Token> => {
  const variables = environment === undefined ? undefined : new Variables(document, environment)
  return document.sections.flatMap((section) => {
    const label = labelOf(section)
    const { header } = section
    const statements = header === undefined ? section.statements : [header, ...section.statements]
    return statements.flatMap((statement) => {
      const words =
        variables === undefined
          ? statement.words.map(unquote)
          : expandWords(statement.words, variables.at(statement, section), version)
      variables?.follow(words)
      return words.length === 0 ? [] : [{ line: statement.line, section: label, words }]
    })
  })
}

const labelOf = (section: Section): string =>
  section.name === "" ? section.keyword : `${section.keyword} ${section.name}`

/** The environment while a file is being read: directives change it line by line. */
class Variables {
  readonly #document: Document
  readonly #given: Readonly<Record<string, string | undefined>>
  #values: Map<string, string>

  constructor(document: Document, given: Readonly<Record<string, string | undefined>>) {
    this.#document = document
    this.#given = given
    this.#values = new Map(
      Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
    )
  }

  /** What references on this statement's line stand for. */
  at(statement: Statement, section: Section): Environment {
    return (name) => {
      if (name === ".FILE") return this.#document.file
      if (name === ".LINE") return String(statement.line)
      if (name === ".SECTION") return this.#sectionAt(statement, section)
      return this.#values.get(name)
    }
  }

  /** The name of the section, or its keyword where it has none; on a header's line still that of the one before. */
  #sectionAt(statement: Statement, section: Section): string {
    const { sections } = this.#document
    const own = section.header?.line === statement.line ? sections[sections.indexOf(section) - 1] : section
    return own === undefined || own.name === "" ? (own?.keyword ?? "") : own.name
  }

  follow([directive, ...names]: ReadonlyArray<string>): void {
    const [name = "", value = ""] = names
    if (directive === "setenv") this.#values.set(name, value)
    else if (directive === "presetenv" && !this.#values.has(name)) this.#values.set(name, value)
    else if (directive === "unsetenv") for (const one of names) this.#values.delete(one)
    else if (directive === "resetenv") {
      const kept = names.flatMap((one) => {
        const given = this.#given[one]
        return given === undefined ? [] : [[one, given] as const]
      })
      this.#values = new Map(kept)
    }
  }
}
