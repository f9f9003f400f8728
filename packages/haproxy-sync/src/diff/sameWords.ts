import type { ConfigSection } from "../model/ConfigSection.ts"
import type { Statement } from "../text/Document.ts"
import { meaningOfWord } from "../text/expandWords.ts"

const statementsOf = ({ parts }: ConfigSection): ReadonlyArray<Statement> =>
  parts.flatMap((part) => (part.header === undefined ? part.statements : [part.header, ...part.statements]))

const isQuoted = (word: string): boolean => /["'\\]/.test(word)

const sameWord = (a: string, b: string): boolean =>
  a === b || ((isQuoted(a) || isQuoted(b)) && meaningOfWord(a) === meaningOfWord(b))

/**
 * Reports whether HAProxy sees the same words in the same order in two sections: these differ in comments, blanks, quotes and escapes at
 * most. It is found out without the model, and also of words that have a field only if they are written without quotes.
 */
export const sameWords = (before: ConfigSection, after: ConfigSection): boolean => {
  const [from, to] = [statementsOf(before), statementsOf(after)]
  return (
    from.length === to.length &&
    from.every(({ words }, line) => {
      const others = to[line]?.words ?? []
      return words.length === others.length && words.every((word, index) => sameWord(word, others[index] ?? ""))
    })
  )
}
