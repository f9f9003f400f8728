import { type Args, Cursor, type Draft, type Merged, type Only, type Printer, type TypeOf } from "./Description.ts"
import { attempt, attemptPrint, present } from "./attempt.ts"
import { mergeFields, typeofValues } from "./fields.ts"
import { literal } from "./words.ts"

/**
 * Parts that follow one another.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const sequence = <const T extends ReadonlyArray<Args<unknown>>>(
  ...parts: T
): Args<Merged<TypeOf<T[number]>>> => ({
  fields: mergeFields(parts),
  parse: (cursor, into) => {
    for (const part of parts) if (!part.parse(cursor, into)) return false
    return true
  },
  print: (from, printer) => {
    for (const part of parts) if (!part.print(from, printer)) return false
    return true
  }
})

/**
 * A part that may be absent.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const optional = <A>(part: Args<A>): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    attempt(part, cursor, into)
    return true
  },
  print: (from, printer) => {
    attemptPrint(part, from, printer)
    return true
  }
})

/**
 * A part that has to take a word at least.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const notEmpty = <A>(part: Args<A>): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    const start = cursor.at
    if (!part.parse(cursor, into)) return false
    if (cursor.at > start) return true
    // The part has said itself what could stand here.
    return cursor.failedAt === start ? false : cursor.fail("a word")
  },
  print: (from, printer) => {
    const { length } = printer.words
    return part.print(from, printer) && printer.words.length > length
  }
})

/**
 * A part whose words must hold each of some keywords.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const requires = <A>(part: Args<A>, ...keywords: ReadonlyArray<string>): Args<A> => ({
  ...part,
  parse: (cursor, into) => {
    const start = cursor.at
    if (!part.parse(cursor, into)) return false
    const words = cursor.words.slice(start, cursor.at)
    const missing = keywords.find((keyword) => !words.includes(keyword))
    return missing === undefined || cursor.fail(`"${missing}"`)
  },
  print: (from, printer) => {
    const start = printer.words.length
    if (!part.print(from, printer)) return false
    const words = printer.words.slice(start)
    return keywords.every((keyword) => words.includes(keyword))
  }
})

/**
 * A keyword with its value: `len 1024`.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const after = <A>(keyword: string, part: Args<A>): Args<A> =>
  sequence(literal(...keyword.split(" ")), part) as Args<A>

/** Reports whether a description's fields may have the values that are there. */
const mayHave = ({ fields }: Args<unknown>, from: Readonly<Draft>): boolean =>
  fields.every(({ name, values }) => {
    const value = from[name]
    return values === undefined || !present(value) || values.some((one) => one === value)
  })

/**
 * The first of several shapes that fits.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const choice = <const T extends ReadonlyArray<Args<unknown>>>(
  ...alternatives: T
): Args<Merged<TypeOf<T[number]>>> => ({
  fields: mergeFields(alternatives),
  parse: (cursor, into) => alternatives.some((part) => attempt(part, cursor, into)),
  print: (from, printer) =>
    alternatives.some((part) => mayHave(part, from) && attemptPrint(part, from, printer)) ||
    alternatives.some((part) => attemptPrint(part, from, printer))
})

/**
 * Another way to write what a different part prints.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const alias = <A>(part: Args<A>): Args<A> => ({ ...part, print: () => false })

/**
 * A field that has a value even where no word sets it.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const initially = <const F extends string, const V extends string | number | boolean, A>(
  field: F,
  value: V,
  part: Args<A>
): Args<A & Only<F, V>> => ({
  fields: mergeFields([{ fields: [{ name: field, type: typeofValues([value]) }] }, part]),
  parse: (cursor, into) => {
    if (!part.parse(cursor, into)) return false
    into[field] ??= value
    return true
  },
  print: part.print
})

/**
 * The parts as an object of their own under `field`.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const object = <const F extends string, A>(field: F, part: Args<A>): Args<Only<F, A>> => ({
  fields: [{ name: field, type: "object", fields: part.fields }],
  parse: (cursor, into) => {
    const own: Draft = {}
    if (!part.parse(cursor, own)) return false
    into[field] = own
    return true
  },
  print: (from, printer) => {
    const own = from[field]
    return typeof own === "object" && own !== null && part.print(own as Draft, printer)
  }
})

/**
 * One word of the form `name(argument,…)rest`, whose parts are described as words of their own.
 *
 * **Details**
 *
 * `split` takes the word apart, `join` puts it together from the printed parts.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const within = <A>(
  split: (text: string) => ReadonlyArray<string> | undefined,
  join: (parts: ReadonlyArray<string>) => string,
  part: Args<A>,
  expected: string
): Args<A> => ({
  fields: part.fields,
  parse: (cursor, into) => {
    const parts = cursor.word === undefined ? undefined : split(cursor.word)
    if (parts === undefined) return cursor.fail(expected)
    const inner = new Cursor(parts, 0, cursor.version)
    if (!part.parse(inner, into) || !inner.done) return cursor.fail(expected)
    if (inner.lossy) cursor.lossy = true
    if (inner.opaque) cursor.opaque = true
    cursor.at++
    return true
  },
  print: (from, printer) => {
    const inner: Printer = { words: [], version: printer.version }
    if (!part.print(from, inner)) return false
    printer.words.push(join(inner.words))
    return true
  }
})
