import { type Args, type FieldOptions, type Nothing, type Only } from "./Description.ts"
import { present } from "./attempt.ts"
import { typeofValues } from "./fields.ts"

/**
 * All words that are left, one at least, joined by a space.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const rest = <const F extends string>(field: F, options: FieldOptions = {}): Args<Only<F, string>> => ({
  fields: [{ name: field, type: "string", ...options }],
  parse: (cursor, into) => {
    if (cursor.done) return cursor.fail(field.replaceAll("_", " "))
    into[field] = cursor.words.slice(cursor.at).join(" ")
    cursor.at = cursor.words.length
    return true
  },
  print: (from, printer) => {
    const value = from[field]
    if (!present(value)) return false
    printer.words.push(String(value))
    return true
  }
})

/**
 * The words up to the condition, or to one of `stops`, joined by a space.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const upTo = <const F extends string>(
  field: F,
  stops: ReadonlyArray<string> = ["if", "unless"]
): Args<Only<F, string>> => ({
  fields: [{ name: field, type: "string" }],
  parse: (cursor, into) => {
    let end = cursor.at
    while (end < cursor.words.length && !stops.includes(cursor.words[end] ?? "")) end++
    if (end === cursor.at) return cursor.fail(field.replaceAll("_", " "))
    into[field] = cursor.words.slice(cursor.at, end).join(" ")
    cursor.at = end
    return true
  },
  print: (from, printer) => {
    const value = from[field]
    if (!present(value)) return false
    printer.words.push(String(value))
    return true
  }
})

/**
 * The words that are left, each an element of a list.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const words = <const F extends string>(
  field: F,
  options: FieldOptions & { readonly min?: number } = {}
): Args<Only<F, ReadonlyArray<string>>> => {
  const { min = 1, ...others } = options
  return {
    fields: [{ name: field, type: "strings", ...others }],
    parse: (cursor, into) => {
      const list = cursor.words.slice(cursor.at)
      if (list.length < min) return cursor.fail(field.replaceAll("_", " "))
      into[field] = list
      cursor.at = cursor.words.length
      return true
    },
    print: (from, printer) => {
      const list = from[field] as ReadonlyArray<string> | undefined
      if (list === undefined || list.length < min) return false
      printer.words.push(...list)
      return true
    }
  }
}

/**
 * Fixed words without a field of their own.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const literal = (...fixed: ReadonlyArray<string>): Args<Nothing> => {
  const expected = `"${fixed.join(" ")}"`
  return {
    fields: [],
    parse: (cursor) => {
      for (const text of fixed) {
        if (cursor.word !== text) return cursor.fail(expected)
        cursor.at++
      }
      return true
    },
    print: (_, printer) => {
      printer.words.push(...fixed)
      return true
    }
  }
}

/**
 * A field with one fixed value that no word stands for: the tag that tells alternatives apart.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const constant = <const F extends string, const V extends string | number | boolean>(
  field: F,
  value: V
): Args<Only<F, V>> => ({
  fields: [{ name: field, type: typeofValues([value]), values: [value] }],
  parse: (_, into) => {
    into[field] = value
    return true
  },
  print: (from) => from[field] === value
})

/**
 * A word whose presence is a value: `defer-accept` for true, `no-check` for "disabled".
 *
 * @category descriptions
 * @since 0.1.0
 */
export const flag = <const F extends string, const V extends string | number | boolean = true>(
  text: string,
  field: F,
  value: V = true as V,
  options: FieldOptions = {}
): Args<Only<F, V>> => ({
  fields: [{ name: field, type: typeofValues([value]), values: [value], ...options }],
  parse: (cursor, into) => {
    if (cursor.word !== text) return cursor.fail(`"${text}"`)
    cursor.at++
    into[field] = value
    return true
  },
  print: (from, printer) => {
    if (from[field] !== value) return false
    printer.words.push(text)
    return true
  }
})

/**
 * `no` in front of the line as a value; nothing may follow the keyword but what other parts describe.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const negation = <const F extends string, const V extends string | number | boolean = true>(
  field: F,
  value: V = true as V
): Args<Only<F, V>> => ({
  fields: [{ name: field, type: typeofValues([value]), values: [value] }],
  parse: (cursor, into) => {
    if (!cursor.negated) return cursor.fail('"no" in front')
    into[field] = value
    return true
  },
  print: (from, printer) => {
    if (from[field] !== value) return false
    printer.negated = true
    return true
  }
})

/**
 * A word whose presence sets several fields at once; it is printed when one of them has its value.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const flags = <const A extends Readonly<Record<string, string | number | boolean>>>(
  text: string,
  values: A
): Args<{ readonly [K in keyof A]?: A[K] }> => {
  const entries = Object.entries(values)
  return {
    fields: entries.map(([name, value]) => ({ name, type: typeofValues([value]), values: [value] })),
    parse: (cursor, into) => {
      if (cursor.word !== text) return cursor.fail(`"${text}"`)
      cursor.at++
      Object.assign(into, values)
      return true
    },
    print: (from, printer) => {
      if (!entries.some(([name, value]) => from[name] === value)) return false
      printer.words.push(text)
      return true
    }
  }
}
