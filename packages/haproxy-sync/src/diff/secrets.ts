/** What stands in the place of a secret. */
export const redacted = "<redacted>"

/**
 * Reports whether a header, a variable or a parameter of this name usually holds something that lets somebody in.
 *
 * @category redaction
 * @since 0.1.0
 */
export const namesSecret = (name: unknown): boolean =>
  typeof name === "string" &&
  /authorization|token|secret|passw(?:or)?d|api[-_]?key|private[-_]?key|credential/i.test(name)

/** A format that is only an expression: what it stands for is nowhere in the text. */
const isExpression = (text: string): boolean => /^["']?%\[[^\]]*\]["']?$/.test(text)

/**
 * Returns the value of something whose name says that it is a secret.
 *
 * @category redaction
 * @since 0.1.0
 */
export const hideValue = (value: unknown): unknown =>
  typeof value === "string" && !isExpression(value) ? redacted : value

/** A key that stands for itself, rather than a variable, a file or a number. */
const isLiteral = (argument: string): boolean =>
  !/^\s*(?:["']?(?:proc|sess|txn|req|res|check)\.[\w.]+["']?|["']?[/@][^"']*["']?|\d*)\s*$/.test(argument)

/**
 * Returns a word in which what lets somebody in is replaced: what stands behind `Authorization:`, the user of a URL, the key of a
 * converter. With `sent`, it is what a health check sends, which may begin with a command to log in.
 *
 * @category redaction
 * @since 0.1.0
 */
export const hideWithin = (word: string, sent = false): string => {
  const shown = word
    .replace(
      /(authorization:(?:\\?[ \t])*(?:(?:basic|bearer)(?:\\?[ \t])+)?)(?:[^\\"'\r\n]|\\(?![rn]))+/gi,
      `$1${redacted}`
    )
    .replace(/([a-z][a-z0-9+.-]*:\/\/(?:[^\s/@"':]*:)?)[^\s/@"']+@/gi, `$1${redacted}@`)
    .replace(
      /\b(hmac|jwt_verify|aes_\w+)\(([^(),]*),([^()]*)\)/g,
      (_, name: string, first: string, rest: string) =>
        `${name}(${first},${rest
          .split(",")
          .map((argument) => (isLiteral(argument) ? redacted : argument))
          .join(",")})`
    )
  return sent
    ? shown
        .replace(/^(["']?(?:auth|pass|login)(?:\\?[ \t])+)(?:[^\\"'\r\n]|\\(?![rn]))+/i, `$1${redacted}`)
        .replace(/(auth(?:\\r\\n|\r\n)\$\d+(?:\\r\\n|\r\n))[^\\\r\n"']+/gi, `$1${redacted}`)
    : shown
}
