import type { DiagnosticCode } from "./Diagnostic.ts"
import { defaultHaproxyVersion, type HaproxyVersion, versionIn } from "./HaproxyVersion.ts"

/**
 * The most words HAProxy takes on one line; the next one is fatal.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxWords = 64

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const DOUBLE_QUOTE = 34
const HASH = 35
const DOLLAR = 36
const SINGLE_QUOTE = 39
const DASH = 45
const DOT = 46
const LOWER_X = 120
const BRACKET = 91
const BACKSLASH = 92
const BRACE = 123
const CLOSING_BRACE = 125

/** Reports whether HAProxy separates words at this character (C's `isspace`). */
export const isBlank = (code: number): boolean => code === SPACE || (code >= TAB && code <= CR)

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
const isNameStart = (code: number): boolean => isLetter(code) || code === 95
const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code)
const isHex = (code: number): boolean => isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)

/**
 * Why a line can't be split into words, and where: `at` counts from the beginning of the text that was given.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export interface WordError {
  readonly code: DiagnosticCode
  readonly at: number
  readonly message: string
  readonly hint: string
}

/**
 * The words of one line as they are written, quotes and escapes included.
 *
 * **Details**
 *
 * `end` is the position behind the last word, or -1 where there is none. `comment` is the position of the `#` that starts the
 * trailing comment, or -1. `error` is set when HAProxy would refuse the line; the words before the error are there. `cut` is the
 * position of the carriage return that ends the line to HAProxy, or -1.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export interface Words {
  readonly raw: ReadonlyArray<string>
  readonly end: number
  readonly comment: number
  readonly cut: number
  readonly error: WordError | undefined
}

/** The names behind a dot, which stand for the place in the file. */
const pseudoName = /^\.(?:FILE|LINE|SECTION)$/

/** Checks an environment reference that begins at `$` inside weak quotes; answers where it ends, or what is wrong. */
const skipReference = (text: string, dollar: number, end: number): number | WordError => {
  let i = dollar + 1
  const brace = i < end && text.charCodeAt(i) === BRACE
  if (brace) i++
  const name = i
  const first = i < end ? text.charCodeAt(i) : LF
  if (first === DOT) i++
  while (i < end && isNamePart(text.charCodeAt(i))) i++
  if (first === DOT ? !pseudoName.test(text.slice(name, i)) : !isNameStart(first)) {
    return {
      code: "syntax.variable",
      at: name,
      message:
        first === DOT
          ? `"${text.slice(name, i)}" is none of .FILE, .LINE and .SECTION`
          : "the name of an environment variable must begin with a letter or an underscore",
      hint: "write \\$ inside double quotes, or use single quotes, to mean the character itself"
    }
  }
  if (!brace) return i
  if (i < end && text.charCodeAt(i) === BRACKET) {
    if (text.slice(i, i + 3) !== "[*]" || i + 3 > end) {
      return {
        code: "syntax.variable",
        at: i,
        message: "only [*] may stand behind the name of an environment variable",
        hint: "write ${NAME[*]} to split the value into words"
      }
    }
    i += 3
  }
  if (i < end && text.charCodeAt(i) === DASH) {
    while (i < end && text.charCodeAt(i) !== CLOSING_BRACE) i++
  }
  if (i >= end || text.charCodeAt(i) !== CLOSING_BRACE) {
    return {
      code: "syntax.variable",
      at: name - 1,
      message: "the brace of this environment reference is not closed",
      hint: "write ${NAME} or ${NAME-default}"
    }
  }
  return i + 1
}

/** The words of the line that is being split: copied to an array of just their number, since most arrays are kept. */
const found: Array<string> = Array.from({ length: maxWords }, () => "")

/**
 * Splits the line `text[from, to)` into words by HAProxy's own rules, in one pass.
 *
 * **Details**
 *
 * Words end at unquoted white space; an unquoted `#` starts a comment even inside a word; `"…"` is weak (escapes and environment),
 * `'…'` strong; a CR behind a word ends the line, one among white space does not. The words are slices of the text: nothing is
 * interpreted. Use {@link unquote} for what HAProxy makes of one. Where each word begins is added to `starts`, if given.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export const splitWords = (text: string, from: number, to: number, starts?: Array<number>): Words => {
  let count = 0
  let end = -1
  let comment = -1
  let cut = -1
  let error: WordError | undefined
  let i = from
  while (i < to && isBlank(text.charCodeAt(i))) i++
  scan: while (i < to) {
    const start = i
    let quote = 0
    let opened = 0
    while (i < to) {
      const c = text.charCodeAt(i)
      if (c > DASH && c !== BACKSLASH) {
        i++
        continue
      }
      if (c === CR || c === LF) {
        if (c === CR) cut = i
        to = i
        break
      }
      if (quote === 0) {
        if (c === SPACE || (c >= TAB && c < CR)) break
        if (c === HASH) {
          comment = i
          to = i
          break
        }
      }
      if (c === DOUBLE_QUOTE && quote !== SINGLE_QUOTE) {
        quote = quote === 0 ? c : 0
        opened = i++
      } else if (c === SINGLE_QUOTE && quote !== DOUBLE_QUOTE) {
        quote = quote === 0 ? c : 0
        opened = i++
      } else if (c === BACKSLASH && quote !== SINGLE_QUOTE) {
        const next = i + 1 < to ? text.charCodeAt(i + 1) : LF
        if (next === LOWER_X) {
          if (i + 3 >= to || !isHex(text.charCodeAt(i + 2)) || !isHex(text.charCodeAt(i + 3))) {
            error = {
              code: "syntax.escape",
              at: i,
              message: "\\x must be followed by two hexadecimal digits",
              hint: "write \\\\x to mean a backslash and an x"
            }
            break scan
          }
          i += 4
        } else i += escapable(next, quote) ? 2 : 1
      } else if (c === DOLLAR && quote === DOUBLE_QUOTE) {
        const next = skipReference(text, i, to)
        if (typeof next !== "number") {
          error = next
          break scan
        }
        i = next
      } else i++
    }
    if (quote !== 0) {
      error = {
        code: "syntax.quote",
        at: opened,
        message: `this ${quote === DOUBLE_QUOTE ? "double" : "single"} quote is not closed`,
        hint: "close it on the same line, or write a backslash before it to mean the character itself"
      }
      break
    }
    if (i > start) {
      if (count === maxWords) {
        error = {
          code: "syntax.words",
          at: start,
          message: `more than ${maxWords} words on one line`,
          hint: "HAProxy refuses the line: quote what belongs together, or split the directive"
        }
        break
      }
      found[count++] = text.slice(start, i)
      starts?.push(start)
      end = i
    }
    while (i < to && isBlank(text.charCodeAt(i))) i++
  }
  return { raw: found.slice(0, count), end, comment, cut, error }
}

/** Which characters a backslash takes along: those it has a meaning for. */
const escapable = (code: number, quote: number): boolean =>
  code === SPACE ||
  code === BACKSLASH ||
  code === HASH ||
  code === SINGLE_QUOTE ||
  code === DOUBLE_QUOTE ||
  (code === DOLLAR && quote === DOUBLE_QUOTE)

/**
 * Looks up the value of an environment variable, or of one of the pseudo variables `.FILE`, `.LINE` and `.SECTION`.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export type Environment = (name: string) => string | undefined

const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r" }
const special = /["'\\$]/

/**
 * Returns what HAProxy makes of one word: quotes removed, escapes replaced. Environment references stay as they are written.
 *
 * **When to use**
 *
 * Read words by it: `"a b"`, `a\ b` and `'a b'` are one word. {@link expandWords} also puts the environment in; to compare words, use
 * {@link meaningOfWord}.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export const unquote = (raw: string): string =>
  special.test(raw) ? expand(raw, (written) => [written]).words.join(" ") : raw

/** Stands around a reference to the environment: half a surrogate, which no file holds. */
const mark = "\ud800"

/**
 * Returns a text that is equal for two words exactly when they are the same to HAProxy in every environment: unlike
 * {@link unquote}, it tells `"$A"` from `'$A'`.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export const meaningOfWord = (raw: string): string =>
  special.test(raw)
    ? expand(raw, (written) => [`${mark}${written.replace(/^\$\{(\.?\w+)\}$/, "$$$1")}${mark}`]).words.join(" ")
    : raw

/**
 * Up to this version, the closing quote behind a reference to an unset variable and the blanks behind it are passed over, and blanks
 * at the ends of what `${NAME[*]}` stands for give empty words.
 */
const lastGluing: HaproxyVersion = "3.2"

/**
 * Returns the words HAProxy makes of the written words of one line with the given environment.
 *
 * **Details**
 *
 * `"${NAME[*]}"` gives as many words as the value has, or none. Up to HAProxy 3.2, a reference to an unset variable at the end of a
 * quoted word glues the next word to it: `"a${UNSET}" b` is `ab`.
 *
 * @category tokenizing
 * @since 0.1.0
 */
export const expandWords = (
  raw: ReadonlyArray<string>,
  environment: Environment,
  version: HaproxyVersion = defaultHaproxyVersion
): ReadonlyArray<string> => {
  const gluing = versionIn(version, { until: lastGluing })
  const words: Array<string> = []
  let glued = false
  for (const written of raw) {
    const { open, words: own } = special.test(written)
      ? expand(written, (one) => valueOf(one, environment), gluing)
      : { words: [written], open: false }
    const [first = "", ...rest] = own
    if (glued) words.push((words.pop() ?? "") + first, ...rest)
    else words.push(...own)
    glued = open
  }
  return words
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
const replacement = "\ufffd"

/** A byte that is no character is half a surrogate, which no file holds, so that each stays what it is. */
const lone = (value: number): string => String.fromCharCode(value < 0x80 ? value : 0xdc00 + value)

/** The text of a run of `\xNN`: bytes that are UTF-8 together become characters, as they would in the file. */
const bytes = (run: string): string => {
  const byteAt = (index: number) => Number.parseInt(run.slice(4 * index + 2, 4 * index + 4), 16)
  const length = run.length / 4
  if (length === 1) return lone(byteAt(0))
  const values = Uint8Array.from({ length }, (_, index) => byteAt(index))
  const text = utf8.decode(values)
  return text.includes(replacement) ? Array.from(values, lone).join("") : text
}

/** A word ends at a NUL, which only `\x00` can put there. */
const ended = (word: string): string => {
  const nul = word.indexOf("\0")
  return nul < 0 ? word : word.slice(0, nul)
}

/** The words of one written word; `open` when, by the rules of a gluing version, the next one belongs to the last of them. */
const expand = (
  raw: string,
  resolve: (reference: string) => ReadonlyArray<string> | undefined,
  gluing = false
): { readonly words: ReadonlyArray<string>; readonly open: boolean } => {
  const words: Array<string> = []
  let word = ""
  let present = false
  let quote = 0
  let i = 0
  const end = raw.length
  while (i < end) {
    const c = raw.charCodeAt(i)
    if (c === DOUBLE_QUOTE && quote !== SINGLE_QUOTE) {
      quote = quote === 0 ? c : 0
      if (gluing || (quote === 0 && raw[i - 1] === '"')) present = true
      i++
    } else if (c === SINGLE_QUOTE && quote !== DOUBLE_QUOTE) {
      quote = quote === 0 ? c : 0
      present = true
      i++
    } else if (c === BACKSLASH && quote !== SINGLE_QUOTE) {
      const next = raw[i + 1] ?? ""
      present = true
      if (next === "x") {
        const from = i
        while (raw[i] === "\\" && raw[i + 1] === "x") i += 4
        word += bytes(raw.slice(from, i))
      } else if (next !== "" && escapable(raw.charCodeAt(i + 1), quote)) {
        word += next
        i += 2
      } else if (Object.hasOwn(escapes, next)) {
        word += escapes[next]
        i += 2
      } else {
        word += "\\"
        i++
      }
    } else if (c === DOLLAR && quote === DOUBLE_QUOTE) {
      const next = skipReference(raw, i, end)
      const stop = typeof next === "number" ? next : end
      const written = raw.slice(i, stop)
      i = stop
      const parts = resolve(written)
      if (parts === undefined) {
        if (!written.includes("[*]")) present = true
        if (gluing && i === end - 1) return { words: [...words, ended(word)], open: true }
        continue
      }
      parts.forEach((part, index) => {
        if (index > 0) {
          if (present) words.push(ended(word))
          word = ""
          present = gluing
        }
        word += part
        if (part !== "" || !written.includes("[*]")) present = true
      })
    } else {
      word += raw[i]
      present = true
      i++
    }
  }
  if (present) words.push(ended(word))
  return { words, open: false }
}

/**
 * The value of `$NAME`, `${NAME}`, `${NAME-default}` as one part, of `${NAME[*]}` as its words; undefined where the variable is not
 * set.
 */
const valueOf = (written: string, environment: Environment): ReadonlyArray<string> | undefined => {
  const match = /^\$\{?(\.?\w*)(\[\*\])?(?:-([^}]*))?\}?$/.exec(written)
  const value = environment(match?.[1] ?? "") ?? match?.[3]
  if (value === undefined || match?.[2] === undefined) return value === undefined ? undefined : [value]
  return value.split(/[ \t-\r]+/)
}
