import { unquote } from "../../text/expandWords.ts"
import { type Args, type Field, type Only } from "./Description.ts"
import { present } from "./attempt.ts"

/**
 * A word as it is written, with quotes or escapes: `"none"`, or `"${LEVEL}"`, whose value is known where HAProxy runs.
 *
 * @category descriptions
 * @since 0.1.0
 */
export type Quoted = `${string}"${string}` | `${string}'${string}` | `${string}\\${string}`

/** A word that HAProxy understands and the API's value, if any, tells only in part. */
export class Lossy<out T> {
  readonly value: T | undefined
  constructor(value?: T) {
    this.value = value
  }
}

export const lost = new Lossy<never>()

/** A word that HAProxy understands, and with which the API has no model of the line. */
export const hidden = new Lossy<never>()

export const quoted = /["'\\]/

/** A value of one word. `read` answers undefined for a word that is none; it is asked again without the word's quotes. */
export const single = <const F extends string, T>(
  field: Field & { readonly name: F },
  expected: string,
  read: (word: string) => T | undefined | Lossy<T>,
  write: (value: T) => string,
  unread: (word: string) => T | Lossy<T> = () => lost
): Args<Only<F, T>> => ({
  fields: [field],
  parse: (cursor, into) => {
    const word = cursor.word
    if (word === undefined || word === "") return cursor.fail(expected)
    let value = read(word)
    if (value === undefined && quoted.test(word)) {
      value = symbolic(word) || read(unquote(word)) !== undefined ? unread(word) : undefined
    }
    if (value === undefined) return cursor.fail(expected)
    if (value === hidden) cursor.opaque = true
    else if (value instanceof Lossy) {
      cursor.lossy = true
      if (value.value !== undefined) into[field.name] = value.value
    } else into[field.name] = value
    cursor.at++
    return true
  },
  print: (from, printer) => {
    const value = from[field.name]
    if (!present(value)) return false
    printer.words.push(write(value as T))
    return true
  }
})

/** Holds an environment reference, so that its value is not known: HAProxy looks for one inside double quotes only. */
const symbolic = (word: string): boolean => word.includes("$") && word.includes('"')
