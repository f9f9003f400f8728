import type { Diagnostic } from "../text/Diagnostic.ts"
import type { Document, Section, Statement } from "../text/Document.ts"
import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import { expandWords } from "../text/expandWords.ts"
import { diagnosticAt } from "./diagnosticAt.ts"
import { truthOf } from "./predicate.ts"
import { unknownText } from "./Reader.ts"

/** A statement that HAProxy may read; not `certain` where that depends on its environment. */
export interface Line {
  readonly statement: Statement
  readonly certain: boolean
}

/** A section as HAProxy sees it: without the lines it skips. */
export interface Part {
  readonly section: Section
  readonly header: Line | undefined
  readonly lines: ReadonlyArray<Line>
}

/** Whether the lines of a branch are read. */
type Liveness = "live" | "maybe" | "dead"

interface Block {
  readonly statement: Statement
  readonly around: Liveness
  current: Liveness
  /** Whether a branch above was taken. */
  taken: Liveness
  last: boolean
}

const both = (a: Liveness, b: Liveness): Liveness =>
  a === "dead" || b === "dead" ? "dead" : a === "live" && b === "live" ? "live" : "maybe"

const inverse = (a: Liveness): Liveness => (a === "live" ? "dead" : a === "dead" ? "live" : "maybe")

/** Follows `.if`, `.elif`, `.else` and `.endif` through a document. */
class Branches {
  readonly diagnostics: Array<Diagnostic> = []
  readonly #document: Document
  readonly #version: HaproxyVersion
  readonly #blocks: Array<Block> = []

  constructor(document: Document, version: HaproxyVersion) {
    this.#document = document
    this.#version = version
  }

  get liveness(): Liveness {
    return this.#blocks.at(-1)?.current ?? "live"
  }

  /** Reads a line that steers the reading of the file. */
  follow(statement: Statement): void {
    const [directive = "", ...words] = expandWords(statement.words, () => unknownText, this.#version)
    const block = this.#blocks.at(-1)
    if (directive === ".if") {
      const around = this.liveness
      const current = around === "dead" ? "dead" : both(around, this.#evaluate(statement, words))
      this.#blocks.push({ statement, around, current, taken: current, last: false })
    } else if (directive === ".elif" || directive === ".else" || directive === ".endif") {
      if (block === undefined) {
        this.#report(
          statement,
          0,
          "syntax.branch",
          `"${directive}" without ".if"`,
          "remove it, or open the block above"
        )
        return
      }
      if (directive !== ".elif" && words.length > 0) {
        this.#report(statement, 1, "syntax.branch", `nothing may follow "${directive}"`, "remove it")
      }
      if (directive === ".endif") this.#blocks.pop()
      else this.#turn(block, statement, directive, words)
    } else if (this.liveness !== "dead") this.#say(statement, directive)
  }

  /** Reports the blocks that are still open. */
  end(): void {
    for (const { statement } of this.#blocks) {
      this.#report(statement, 0, "syntax.branch", `this ".if" is not closed`, `close it with ".endif"`)
    }
  }

  #turn(block: Block, statement: Statement, directive: ".elif" | ".else", words: ReadonlyArray<string>): void {
    if (block.last) {
      const message = `"${directive}" behind ".else"`
      this.#report(statement, 0, "syntax.branch", message, `move it above ".else"`)
    }
    const open = both(block.around, inverse(block.taken))
    block.current = directive === ".else" || open === "dead" ? open : both(open, this.#evaluate(statement, words))
    if (block.current === "live") block.taken = "live"
    else if (block.current === "maybe" && block.taken === "dead") block.taken = "maybe"
    block.last ||= directive === ".else"
  }

  #evaluate(statement: Statement, words: ReadonlyArray<string>): Liveness {
    const condition = words.join(" ")
    const truth = condition.includes(unknownText) ? "unknown" : truthOf(condition, this.#version)
    if (truth === "invalid") {
      const hint = `write a number, or a predicate such as version_atleast(3.2), joined by "&&" and "||"`
      this.#report(statement, 1, "syntax.condition", `the condition "${condition}" can't be read`, hint)
    }
    return truth === true ? "live" : truth === false ? "dead" : "maybe"
  }

  #say(statement: Statement, directive: string): void {
    if (directive === ".alert" && this.liveness === "live") {
      this.#report(
        statement,
        0,
        "syntax.alert",
        `this line makes HAProxy refuse the file`,
        "remove it, or put it into a branch"
      )
    } else if (![".alert", ".warning", ".notice", ".diag"].includes(directive)) {
      const hint = "HAProxy knows .if, .elif, .else, .endif, .diag, .notice, .warning and .alert"
      this.#report(statement, 0, "keyword.unknown", `"${directive}" is no directive`, hint)
    }
  }

  #report(statement: Statement, word: number, code: Diagnostic["code"], message: string, hint: string): void {
    this.diagnostics.push(diagnosticAt(this.#document, statement, word, { severity: "error", code, message, hint }))
  }
}

/**
 * Returns the sections of a document with the lines that HAProxy reads, and what is wrong with the lines that steer that.
 *
 * **Details**
 *
 * Where a header stands in a branch that may be skipped, nobody knows to which section the lines behind the branch belong: they are
 * left out.
 *
 * @category checking
 * @since 0.1.0
 */
export const partsOf = (
  document: Document,
  version: HaproxyVersion
): {
  readonly parts: ReadonlyArray<Part>
  readonly diagnostics: ReadonlyArray<Diagnostic>
  /** Whether it is known of every line to which section it belongs. */
  readonly assigned: boolean
} => {
  const branches = new Branches(document, version)
  const parts: Array<{ section: Section; header: Line | undefined; lines: Array<Line> }> = []
  let current: Array<Line> | undefined
  let unsure = false
  let assigned = true
  for (const section of document.sections) {
    const { header } = section
    if (header === undefined || branches.liveness !== "dead") {
      current = []
      unsure = branches.liveness === "maybe"
      const line = header === undefined ? undefined : { statement: header, certain: !unsure }
      parts.push({ section, header: line, lines: current })
    }
    for (const statement of section.statements) {
      if (statement.words[0]?.startsWith(".") === true) {
        branches.follow(statement)
        if (unsure) current = undefined
      } else if (branches.liveness !== "dead") {
        assigned &&= current !== undefined
        current?.push({ statement, certain: branches.liveness === "live" })
      }
    }
  }
  branches.end()
  return { assigned, parts, diagnostics: branches.diagnostics }
}
