import { type Args, Cursor, type Draft, type FieldOptions, type Merged, type Only, type TypeOf } from "./Description.ts"
import { attemptPrint } from "./attempt.ts"
import { mergeFields } from "./fields.ts"

/**
 * A keyword with a word, which may occur several times among {@link options}: its values form a list.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const repeated = <const F extends string>(
  keyword: string,
  field: F,
  options: FieldOptions = {}
): Args<Only<F, ReadonlyArray<string>>> => ({
  fields: [{ name: field, type: "strings", ...options }],
  parse: (cursor, into) => {
    const value = cursor.words[cursor.at + 1]
    if (cursor.word !== keyword || value === undefined) return cursor.fail(`"${keyword}" and a word`)
    into[field] = [value]
    cursor.at += 2
    return true
  },
  print: (from, printer) => {
    const list = from[field] as ReadonlyArray<string> | undefined
    if (list === undefined || list.length === 0) return false
    for (const value of list) printer.words.push(keyword, value)
    return true
  },
  combine: (known, value) => [...(known as ReadonlyArray<string>), ...(value as ReadonlyArray<string>)]
})

/**
 * A keyword with words of its own, which may occur several times among {@link options}: each is an object in a list.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const repeatedItem = <const F extends string, A>(
  keyword: string,
  list: F,
  part: Args<A>
): Args<Only<F, ReadonlyArray<A>>> => ({
  fields: [{ name: list, type: "list", fields: part.fields }],
  parse: (cursor, into) => {
    const item: Draft = {}
    if (cursor.word !== keyword) return cursor.fail(`"${keyword}"`)
    cursor.at++
    if (!part.parse(cursor, item)) return false
    into[list] = [item]
    return true
  },
  print: (from, printer) => {
    const items = from[list] as ReadonlyArray<Draft> | undefined
    if (items === undefined || items.length === 0) return false
    for (const item of items) {
      printer.words.push(keyword)
      if (!part.print(item, printer)) return false
    }
    return true
  },
  combine: (known, value) => [...(known as ReadonlyArray<unknown>), ...(value as ReadonlyArray<unknown>)]
})

/**
 * Adds the fields of an option to those of the ones before it. Another value than the one that was there wins, as it does in the
 * API's JSON, but tells not all that HAProxy was told.
 */
const merge = (own: Draft, into: Draft, cursor: Cursor, { combine }: Args<unknown>): void => {
  for (const key of Object.keys(own)) {
    const value = own[key]
    const known = into[key]
    if (known === undefined || known === value) {
      into[key] = value
      continue
    }
    const combined = combine?.(known, value, cursor.version)
    into[key] = combined ?? value
    if (combined === undefined) cursor.lossy = true
  }
}

/** Whether none of the fields has a value: then nothing has to be merged. */
const isFree = (into: Readonly<Draft>, names: ReadonlyArray<string>): boolean => {
  for (const name of names) if (into[name] !== undefined) return false
  return true
}

/**
 * Keywords in any order, each at its own place in print: the options of `server`, of `bind`.
 *
 * **Details**
 *
 * The key is the word that opens an option; several may set one field (`check` and `no-check`), the last one wins. A key that ends
 * in `(` stands for words that begin so. They end with the line or at a word of `stop`; if they are `open`, at any other word.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const options = <const T extends Readonly<Record<string, Args<unknown>>>>(
  table: T,
  settings: { readonly stop?: ReadonlyArray<string>; readonly open?: true } = {}
): Args<Merged<TypeOf<T[keyof T]>>> => {
  const entries = Object.entries(table)
  const prefixes = entries.filter(([key]) => key.endsWith("("))
  const byWord = new Map(entries.map(([key, part]) => [key, { part, names: part.fields.map(({ name }) => name) }]))
  const optionOf = (text: string) =>
    byWord.get(text) ?? byWord.get(prefixes.find(([key]) => text.startsWith(key))?.[0] ?? "")
  const expected = `one of ${entries.map(([key]) => key).join(", ")}`
  return {
    fields: mergeFields(Object.values(table)),
    parse: (cursor, into) => {
      for (;;) {
        const text = cursor.word
        if (text === undefined || settings.stop?.includes(text) === true) return true
        const option = optionOf(text)
        if (option === undefined) return settings.open === true || cursor.fail(expected)
        const { names, part } = option
        if (isFree(into, names)) {
          if (!part.parse(cursor, into)) return false
        } else {
          const own: Draft = {}
          if (!part.parse(cursor, own)) return false
          merge(own, into, cursor, part)
        }
      }
    },
    print: (from, printer) => {
      for (const [, part] of entries) attemptPrint(part, from, printer)
      return true
    }
  }
}
