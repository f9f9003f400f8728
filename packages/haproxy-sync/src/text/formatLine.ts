import { splitWords } from "./Words.ts"

const countWords = (text: string): number => splitWords(text, 0, text.length).raw.length

/**
 * Reports whether a blank behind a word would become a part of it: its last backslash is a lone one.
 *
 * @category formatting
 * @since 0.1.0
 */
export const swallowsBlank = (word: string): boolean =>
  word.endsWith("\\") && countWords(`${word} x`) === countWords(word)

/**
 * Writes a line without indentation: the words joined by a blank, and the comment behind a `#` and a blank.
 *
 * **Gotchas**
 *
 * A word that ends in a lone backslash would swallow the blank behind it: a tab stands there instead.
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatLine = ({
  comment,
  words
}: {
  readonly words: ReadonlyArray<string>
  readonly comment?: string | undefined
}): string => {
  const parts = comment === undefined ? words : [...words, `# ${comment}`]
  return parts.reduce((line, part, index) => {
    const before = parts[index - 1]
    return before === undefined ? part : `${line}${swallowsBlank(before) ? "\t" : " "}${part}`
  }, "")
}
