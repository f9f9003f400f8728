/** A line as the Data Plane API's own tokenizer splits it, which is simpler than HAProxy's. */
export interface ServerWords {
  readonly words: ReadonlyArray<string>
  /** The trailing comment without `#` and the blanks behind it; the empty string where there is none. */
  readonly comment: string
}

/**
 * Splits a line as the server does: it looks only at the character before to know an escape, and knows no other escapes.
 *
 * @since 0.1.0
 */
export const serverWords = (line: string): ServerWords => {
  const words: Array<string> = []
  let single = false
  let double = false
  let word = ""
  const push = () => {
    if (word !== "") words.push(word)
    word = ""
  }
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? ""
    const escaped = line[i - 1] === "\\"
    if (!single && !double) {
      if (c === "#" && !escaped) {
        push()
        return { words, comment: line.slice(i + 1).replace(/^ +/, "") }
      }
      if ((c === " " && !escaped) || c === "\t") {
        push()
        continue
      }
    }
    word += c
    if (c === '"' && !single && !escaped) double = !double
    else if (c === "'" && !double && (single || !escaped)) single = !single
  }
  push()
  return { words, comment: "" }
}
