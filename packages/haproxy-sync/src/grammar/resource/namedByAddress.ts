import { type Args, type Draft } from "../Args.ts"

/** The item's name is its address, because the line gives none. */
const implied: unique symbol = Symbol("implied")

/**
 * Gives an item without a name its first word as name, as the Data Plane API does.
 *
 * **Details**
 *
 * Read from text such a name is not printed; in a model from elsewhere it is, as the API does.
 *
 * @category resources
 * @since 0.1.0
 */
export const namedByAddress = <A>(words: Args<A>): Args<A> => ({
  fields: words.fields,
  parse: (cursor, into: Draft & { [implied]?: true }) => {
    const address = cursor.word
    if (!words.parse(cursor, into)) return false
    if (into["name"] !== undefined) return true
    into["name"] = address
    into[implied] = true
    return true
  },
  print: (from: Readonly<Draft> & { readonly [implied]?: true }, printer) =>
    words.print(from[implied] === true ? { ...from, name: undefined } : from, printer)
})
