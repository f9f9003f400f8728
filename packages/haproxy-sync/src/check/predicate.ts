import type { HaproxyVersion } from "../text/HaproxyVersion.ts"

/** What is known of a condition before HAProxy runs; an error where it can't be read. */
export type Truth = boolean | "unknown" | "invalid"

const releaseOf = (version: string): ReadonlyArray<number> =>
  version.split(/[.-]/).map((part) => Number.parseInt(part, 10))

/** Whether the release line is at least this version, as far as the line tells. */
const atLeast = (version: HaproxyVersion, wanted: string): Truth => {
  const [major = 0, minor = 0, ...rest] = releaseOf(wanted)
  const [ownMajor = 0, ownMinor = 0] = releaseOf(version)
  if (Number.isNaN(major) || Number.isNaN(minor)) return "unknown"
  if (ownMajor !== major) return ownMajor > major
  if (ownMinor !== minor) return ownMinor > minor
  return rest.every((part) => part === 0) || "unknown"
}

const not = (truth: Truth): Truth => (typeof truth === "boolean" ? !truth : truth)

const and = (a: Truth, b: Truth): Truth =>
  a === "invalid" || b === "invalid" ? "invalid" : a === false || b === false ? false : a === true ? b : a

/** Reads the condition behind `.if`. */
class Condition {
  readonly #text: string
  readonly #version: HaproxyVersion
  #at = 0

  constructor(text: string, version: HaproxyVersion) {
    this.#text = text
    this.#version = version
  }

  read(): Truth {
    this.#skipBlanks()
    if (this.#done) return false
    const truth = this.#any()
    return this.#done ? truth : "invalid"
  }

  get #done(): boolean {
    return this.#at >= this.#text.length
  }

  #skipBlanks(): void {
    while (/[ \t]/.test(this.#text[this.#at] ?? "")) this.#at++
  }

  #take(token: string): boolean {
    this.#skipBlanks()
    if (!this.#text.startsWith(token, this.#at)) return false
    this.#at += token.length
    return true
  }

  #any(): Truth {
    let truth = this.#all()
    while (this.#take("||")) truth = not(and(not(truth), not(this.#all())))
    this.#skipBlanks()
    return truth
  }

  #all(): Truth {
    let truth = this.#term()
    while (this.#take("&&")) truth = and(truth, this.#term())
    return truth
  }

  #term(): Truth {
    if (this.#take("!")) return not(this.#term())
    if (this.#take("(")) {
      const truth = this.#any()
      return this.#take(")") ? truth : "invalid"
    }
    this.#skipBlanks()
    const number = /^[+-]?\d+/.exec(this.#text.slice(this.#at))?.[0]
    if (number !== undefined) {
      this.#at += number.length
      return Number(number) !== 0
    }
    return this.#predicate()
  }

  #predicate(): Truth {
    const name = /^\w+/.exec(this.#text.slice(this.#at))?.[0]
    const open = this.#at + (name?.length ?? 0)
    const close = this.#text.indexOf(")", open)
    if (name === undefined || this.#text[open] !== "(" || close < 0) return "invalid"
    this.#at = close + 1
    const wanted = this.#text.slice(open + 1, close)
    if (name === "version_atleast") return atLeast(this.#version, wanted)
    return name === "version_before" ? not(atLeast(this.#version, wanted)) : "unknown"
  }
}

/**
 * Tells what a condition comes to in a version of HAProxy: only its own version is known beforehand.
 *
 * **Gotchas**
 *
 * The arguments of a predicate may hold any text, so that a condition with one is never taken for an unreadable one.
 *
 * @category checking
 * @since 0.1.0
 */
export const truthOf = (condition: string, version: HaproxyVersion): Truth => {
  const truth = new Condition(condition, version).read()
  return truth === "invalid" && condition.includes("(") ? "unknown" : truth
}
