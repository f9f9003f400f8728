import { source } from "../grammar/Line.ts"
import { splitWords } from "../text/Words.ts"
import { meaningOfWord } from "../text/expandWords.ts"

/** What HAProxy sees of a piece of text: its words without quotes and escapes, references to the environment told from other text. */
const seen = (text: string): string => {
  if (!/["'\\ ]/.test(text)) return text
  const { error, raw } = splitWords(text, 0, text.length)
  return error === undefined ? raw.map(meaningOfWord).join("\0") : text
}

/**
 * Returns a text that is equal for two models exactly when they mean the same: quoting that makes the same words, comments, and
 * the order of fields don't count.
 *
 * **When to use**
 *
 * Compare items of a list by it, or find one of them in a map.
 *
 * @category equality
 * @since 0.1.0
 */
export const meaningOf = (value: unknown): string => {
  if (typeof value === "string") return JSON.stringify(seen(value))
  if (Array.isArray(value)) return `[${value.map(meaningOf).join()}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  const words = (value as { readonly [source]?: ReadonlyArray<string> })[source]
  if (words !== undefined) return `<${meaningOf(words)}>`
  const fields = Object.entries(value)
    .filter(([name, field]) => name !== "metadata" && field !== undefined && field !== null)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${meaningOf(field)}`)
  return `{${fields.join()}}`
}

/**
 * Reports whether two values of a model mean the same.
 *
 * @category equality
 * @since 0.1.0
 */
export const sameMeaning = (a: unknown, b: unknown): boolean => a === b || meaningOf(a) === meaningOf(b)
