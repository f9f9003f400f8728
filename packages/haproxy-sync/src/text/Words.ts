import {
  TAB,
  LF,
  CR,
  SPACE,
  DOUBLE_QUOTE,
  HASH,
  DOLLAR,
  SINGLE_QUOTE,
  DASH,
  DOT,
  LOWER_X,
  BRACKET,
  BACKSLASH,
  BRACE,
  CLOSING_BRACE,
  isBlank,
  isNameStart,
  isNamePart,
  isHex,
  escapable
} from "./characters.ts"
import type { DiagnosticCode } from "./Diagnostic.ts"

/**
 * The most words HAProxy takes on one line; the next one is fatal.
 *
 * @category limits
 * @since 0.1.0
 */
export const maxWords = 64

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
export const skipReference = (text: string, dollar: number, end: number): number | WordError => {
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
