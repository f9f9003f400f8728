import type { DiagnosticCode } from "../text/Diagnostic.ts"
import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"

/**
 * What stands for the value of an environment variable in a word: it may be anything.
 *
 * @category checking
 * @since 0.1.0
 */
export const unknownText = "\u{E000}"

/** Why a line is refused, and at which word. */
export interface Refusal {
  readonly at: number
  readonly code: DiagnosticCode
  /** What was expected there. */
  readonly expected: string
  /** The words that are known there, to find the one that was meant. */
  readonly known?: ReadonlyArray<string> | undefined
  /** The part of the word that is wrong, where it isn't all of it. */
  readonly part?: string | undefined
  /** Whether HAProxy may take the line where it runs. */
  readonly doubtful?: true | undefined
}

/** What a line may name that is declared elsewhere. */
export type ReferenceKind =
  | "acl"
  | "acme"
  | "backend"
  | "bandwidth"
  | "cache"
  | "fcgi-app"
  | "frontend"
  | "group"
  | "healthcheck"
  | "http-errors"
  | "log-profile"
  | "lua"
  | "mailers"
  | "peers"
  | "resolvers"
  | "server"
  | "table"
  | "user"
  | "userlist"

/** A name of something that is declared elsewhere, and the word that holds it. */
export interface Reference {
  readonly at: number
  readonly kind: ReferenceKind
  readonly name: string
}

/**
 * The words of a line as HAProxy sees them, and the place that has been reached.
 *
 * @category checking
 * @since 0.1.0
 */
export class Reader {
  readonly words: ReadonlyArray<string>
  readonly version: HaproxyVersion
  readonly section: SectionKeyword
  at: number
  /** The refusal furthest to the right. */
  refusal: Refusal | undefined
  /** What the words read so far name. */
  references: ReadonlyArray<Reference> = []

  constructor(words: ReadonlyArray<string>, at: number, version: HaproxyVersion, section: SectionKeyword) {
    this.words = words
    this.at = at
    this.version = version
    this.section = section
  }

  /** The word to be read; undefined at the end of the line, which an empty word also is to HAProxy. */
  get word(): string | undefined {
    const word = this.words[this.at]
    return word === "" ? undefined : word
  }

  get done(): boolean {
    return this.word === undefined
  }

  /** Whether the word holds the value of an environment variable. */
  get open(): boolean {
    return this.word?.includes(unknownText) === true
  }

  /** Notes a refusal; always false, so that it can be returned. */
  refuse(
    expected: string,
    code: DiagnosticCode = "value.expected",
    details: Pick<Refusal, "doubtful" | "known" | "part"> = {}
  ): false {
    if (this.refusal === undefined || this.at > this.refusal.at) {
      this.refusal = { at: this.at, code, expected, ...details }
    }
    return false
  }

  /** Notes that the word, or one `behind` it, names something, unless the name comes from the environment. */
  refer(kind: ReferenceKind, name: string, behind = 0): void {
    if (name.includes(unknownText)) return
    this.references = [...this.references, { at: this.at + behind, kind, name }]
  }
}
