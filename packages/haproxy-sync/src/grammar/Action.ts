import { type Args, type Merged, mergeFields, type TypeOf, type Unmodelled, upTo, within } from "./Args.ts"

/**
 * A word that opens an action and takes arguments in parentheses: `set-var(txn.x)`.
 *
 * @category actions
 * @since 0.1.0
 */
export const called = <A>(name: string, part: Args<A>, separator = ","): Args<A> =>
  within(
    (text) => {
      if (!text.startsWith(`${name}(`) || !text.endsWith(")")) return undefined
      const inner = text.slice(name.length + 1, -1)
      return inner.endsWith(")") ? undefined : split(inner, separator, part.fields.length)
    },
    (parts) => `${name}(${parts.join(separator)})`,
    part,
    `${name}(${part.fields.map((field) => field.name).join(separator)})`
  )

/** Splits into so many parts at most: the last one keeps what is left. */
const split = (text: string, separator: string, most: number): ReadonlyArray<string> => {
  const parts = text.split(separator)
  return parts.length <= most ? parts : [...parts.slice(0, most - 1), parts.slice(most - 1).join(separator)]
}

/**
 * A sample expression: the words up to the condition.
 *
 * @category actions
 * @since 0.1.0
 */
export const expression = <const F extends string>(field: F): Args<{ readonly [K in F]?: string }> => upTo(field)

/** The actions that the API has a model of. */
type Modelled<T> = { [K in keyof T]: T[K] extends Unmodelled ? never : K }[keyof T]

/**
 * One of the actions of a rule, told apart by its first word: the field gets the action's name, its part reads all of the words.
 *
 * **Details**
 *
 * The name is the first word up to a parenthesis. `openings` are words that begin so and belong to an action of another name:
 * `lua.` to `lua`, `track-sc` to `track-sc`.
 *
 * @category actions
 * @since 0.1.0
 */
export const actions = <const F extends string, const T extends Readonly<Record<string, Args<unknown>>>>(
  field: F,
  table: T,
  openings: Readonly<Record<string, keyof T & string>> = {}
): Args<{ readonly [K in F]?: Modelled<T> & string } & Merged<TypeOf<T[keyof T]>>> => {
  const names = Object.keys(table)
  const values = names.filter((name) => table[name]?.modelled !== false)
  const prefixes = Object.entries(openings)
  const nameOf = (text: string): string | undefined => {
    const parenthesis = text.indexOf("(")
    const name = parenthesis < 0 ? text : text.slice(0, parenthesis)
    return Object.hasOwn(table, name) ? name : prefixes.find(([prefix]) => text.startsWith(prefix))?.[1]
  }
  return {
    fields: mergeFields([{ fields: [{ name: field, type: "string", values }] }, ...Object.values(table)]),
    parse: (cursor, into) => {
      const name = nameOf(cursor.word ?? "")
      if (name === undefined) return cursor.fail(`one of ${names.join(", ")}`)
      into[field] = name
      return table[name]?.parse(cursor, into) === true
    },
    print: (from, printer) => {
      const name = from[field]
      return typeof name === "string" && Object.hasOwn(table, name) && table[name]?.print(from, printer) === true
    }
  }
}
