import { type HaproxyVersion, versionIn } from "../text/HaproxyVersion.ts"
import { type Args, negation, rest } from "./Args.ts"
import { narrowed } from "./args/fields.ts"
import type { Line } from "./Line.ts"

/** A line that is understood and has no fields: it stays as it is written. */
const kept = (keyword: string, args: Args<unknown>, negatable: boolean): Line<unknown> => ({
  keyword,
  negatable,
  repeats: true,
  fields: [],
  read: (cursor) => {
    if (!args.parse(cursor, {})) return false
    if (!cursor.done) return cursor.fail("the end of the line")
    cursor.placed = !cursor.opaque
    return cursor.pass()
  },
  write: () => []
})

/**
 * A line that the Data Plane API takes and shows nothing of: it stands in a place of its own.
 *
 * @category lines
 * @since 0.1.0
 */
export const unshown = (keyword: string, args: Args<unknown> = rest("arguments")): Line<unknown> =>
  kept(keyword, args, false)

/**
 * `no` before a line of which the Data Plane API shows only the presence.
 *
 * @category lines
 * @since 0.1.0
 */
export const negated = (keyword: string): Line<unknown> => kept(keyword, negation("negated"), true)

/**
 * A line that the Data Plane API takes in every version, and shows only in some.
 *
 * @category lines
 * @since 0.1.0
 */
export const shownSince = <A>(since: HaproxyVersion, line: Line<A>): Line<A> => ({
  ...line,
  fields: narrowed(line.fields, { since }),
  read: (cursor, section, statement) => {
    if (versionIn(cursor.version, { since })) return line.read(cursor, section, statement)
    if (!line.read(cursor, {}, statement)) return false
    cursor.placed = true
    return cursor.pass()
  },
  write: (section, version) => (versionIn(version, { since }) ? line.write(section, version) : [])
})
