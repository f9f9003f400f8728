import { type Args, type Draft } from "../Args.ts"
import { sameButBrackets } from "./brackets.ts"

/** The address as it is written, which is the item's name because the line gives none. */
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
  parse: (cursor, into: Draft & { [implied]?: string }) => {
    const address = cursor.word
    if (!words.parse(cursor, into)) return false
    if (into["name"] !== undefined || address === undefined) return true
    into["name"] = address
    into[implied] = address
    return true
  },
  print: (from: Readonly<Draft> & { readonly [implied]?: string }, printer) => {
    const name = from[implied]
    if (name === undefined) return words.print(from, printer)
    const start = printer.words.length
    if (!words.print({ ...from, name: undefined }, printer)) return false
    // `:::80` is the same as `[::]:80`, but not the same name.
    if (sameButBrackets(printer.words[start] ?? "", name)) printer.words[start] = name
    return true
  }
})
