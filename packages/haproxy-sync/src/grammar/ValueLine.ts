import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { type Args, constant, duration, integer, mapped, modelled, rest, size, word } from "./Args.ts"
import { narrowed } from "./args/fields.ts"
import { directive, each, type Line } from "./Line.ts"

/**
 * Since when, and until when, the Data Plane API has a field for a line; outside of it the line stays as it is written.
 *
 * @category lines
 * @since 0.1.0
 */
export interface Modelled {
  readonly since?: HaproxyVersion
  readonly until?: HaproxyVersion
}

type One<F extends string, T> = Line<{ readonly [K in F]?: T }>

const between = <A>(range: Modelled | undefined, args: Args<A>): Args<A> =>
  range === undefined ? args : modelled(range, args)

/** A keyword with all words behind it: `description a few words`. */
export const text = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, string> =>
  directive(keyword, between(range, rest(field)))

/** A keyword with all words behind it, whose lines HAProxy adds up. */
export const added = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, string> =>
  directive(keyword, between(range, rest(field)), { accumulates: true })

/** A keyword with one word. */
export const value = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, string> =>
  directive(keyword, between(range, word(field)))

/** A keyword with a word that must not be shown. */
export const secret = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, string> =>
  directive(keyword, between(range, word(field, { secret: true })))

/** A keyword with a whole number. */
export const count = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, number> =>
  directive(keyword, between(range, integer(field)))

/** A keyword with a whole number of which the API can't tell zero from absence. */
export const positive = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, number> =>
  directive(keyword, between(range, integer(field, { omitZero: true })))

/** A keyword with a duration in milliseconds. */
export const time = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, number> =>
  directive(keyword, between(range, duration(field)))

/** A keyword with a size in bytes. */
export const bytes = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, number> =>
  directive(keyword, between(range, size(field)))

/** A keyword alone. */
export const present = <const F extends string>(keyword: string, field: F, range?: Modelled): One<F, true> =>
  directive(keyword, between(range, constant(field, true)))

/** A keyword with `on` or `off`. */
export const onOff = <const F extends string>(
  keyword: string,
  field: F,
  range?: Modelled
): One<F, "enabled" | "disabled"> =>
  directive(keyword, between(range, mapped(field, { on: "enabled", off: "disabled" })))

/** A keyword with `auto`, `on` or `off`. */
export const autoOnOff = <const F extends string>(
  keyword: string,
  field: F,
  range?: Modelled
): One<F, "auto" | "enabled" | "disabled"> =>
  directive(keyword, between(range, mapped(field, { auto: "auto", on: "enabled", off: "disabled" })))

/** Lines that form an ordered list of items without a comment of their own. */
export const entries = <const F extends string, A>(
  keyword: string,
  list: F,
  args: Args<A>
): Line<{ readonly [K in F]?: ReadonlyArray<A> }> => {
  const line = each(keyword, list, args)
  return {
    ...line,
    fields: [{ name: list, type: "list", fields: args.fields }],
    read: (cursor, section) => line.read(cursor, section, { comment: undefined })
  }
}

/** A line that the API models in some versions only; beside another one it may take its place in the others. */
export const inVersions = <A>(range: Modelled, line: Line<A>): Line<A> => ({
  ...line,
  fields: narrowed(line.fields, range),
  read: (cursor, section, statement) =>
    versionIn(cursor.version, range) ? line.read(cursor, section, statement) : cursor.fail("another shape"),
  write: (section, version) => (versionIn(version, range) ? line.write(section, version) : [])
})
