/** The characters that mean something to HAProxy where it splits a line, by their codes. */
export const TAB = 9
export const LF = 10
export const CR = 13
export const SPACE = 32
export const DOUBLE_QUOTE = 34
export const HASH = 35
export const DOLLAR = 36
export const SINGLE_QUOTE = 39
export const DASH = 45
export const DOT = 46
export const LOWER_X = 120
export const BRACKET = 91
export const BACKSLASH = 92
export const BRACE = 123
export const CLOSING_BRACE = 125

/** Reports whether HAProxy separates words at this character (C's `isspace`). */
export const isBlank = (code: number): boolean => code === SPACE || (code >= TAB && code <= CR)

export const isDigit = (code: number): boolean => code >= 48 && code <= 57
export const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122)
export const isNameStart = (code: number): boolean => isLetter(code) || code === 95
export const isNamePart = (code: number): boolean => isNameStart(code) || isDigit(code)
export const isHex = (code: number): boolean =>
  isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102)

/** Which characters a backslash takes along: those it has a meaning for. */
export const escapable = (code: number, quote: number): boolean =>
  code === SPACE ||
  code === BACKSLASH ||
  code === HASH ||
  code === SINGLE_QUOTE ||
  code === DOUBLE_QUOTE ||
  (code === DOLLAR && quote === DOUBLE_QUOTE)
