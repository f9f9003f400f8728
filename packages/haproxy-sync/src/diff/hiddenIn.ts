import { unquote } from "../text/expandWords.ts"
import { redactWords } from "./redact.ts"
import { redacted } from "./secrets.ts"

/** A secret this short is only looked for as a word of its own: it would be found in the middle of any other. */
const short = 4

/**
 * Returns the passwords and keys in a text of a configuration, each in the spellings in which a server may repeat it.
 *
 * @category redaction
 * @since 0.1.0
 */
export const hiddenIn = (text: string): ReadonlySet<string> => {
  const hidden = new Set<string>()
  for (const line of text.split("\n")) {
    for (const [written, shown] of redactWords(line)) {
      const start = shown.indexOf(redacted)
      if (start < 0) continue
      // Between what is shown of the word at its beginning and at its end.
      const rest = shown.length - shown.lastIndexOf(redacted) - redacted.length
      const part = written.slice(start, written.length - rest)
      // A server may take what is quoted apart.
      for (const piece of part.split(/[\s\\"']+/)) if (piece.length >= short) hidden.add(piece)
      for (const one of [part, written]) {
        const bare = unquote(one).replace(/^["']|["']$/g, "")
        for (const spelling of [one, bare, ...[one, bare].map((raw) => JSON.stringify(raw).slice(1, -1))]) {
          if (spelling !== "") hidden.add(spelling)
        }
      }
    }
  }
  return hidden
}

const escaped = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)

/**
 * Returns a function that replaces these passwords and keys in a message, such as that of a server that quotes what it refuses.
 *
 * @category redaction
 * @since 0.1.0
 */
export const hiding = (hidden: ReadonlySet<string>): ((message: string) => string) => {
  if (hidden.size === 0) return (message) => message
  const alternatives = [...hidden]
    .toSorted((a, b) => b.length - a.length)
    .map((one) => (one.length < short ? `(?<![\\w-])${escaped(one)}(?![\\w-])` : escaped(one)))
  const pattern = new RegExp(alternatives.join("|"), "g")
  return (message) => message.replace(pattern, redacted)
}
