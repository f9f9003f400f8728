import { DOUBLE_QUOTE, DOLLAR, SINGLE_QUOTE, BACKSLASH, escapable } from "./characters.ts"
import { defaultHaproxyVersion, type HaproxyVersion, versionIn } from "./HaproxyVersion.ts"
import { skipReference } from "./Words.ts"

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
