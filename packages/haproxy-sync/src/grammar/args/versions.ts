import { compareVersions, type HaproxyVersion, versionIn } from "../../text/HaproxyVersion.ts"
import { type Args, Cursor, type Nothing } from "./Description.ts"
import { narrowed } from "./fields.ts"

/**
 * A part that exists only in some versions.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const versioned = <A>(
  range: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion },
  part: Args<A>
): Args<A> => ({
  ...part,
  fields: narrowed(part.fields, range),
  parse: (cursor, into) =>
    versionIn(cursor.version, range) ? part.parse(cursor, into) : cursor.fail(describeRange(cursor.version, range)),
  print: (from, printer) => versionIn(printer.version, range) && part.print(from, printer)
})

/**
 * What becomes of a line with words that the API has no field for: "lost", its fields show the rest; "opaque", it has no model and
 * stands behind the others; "placed", it has no model and stands among the others.
 *
 * @category descriptions
 * @since 0.1.0
 */
export type Otherwise = "lost" | "opaque" | "placed"

/**
 * A part that HAProxy may know in every version, while the Data Plane API has fields for it only in some.
 *
 * **Details**
 *
 * Outside of the range the words are understood without setting fields.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const modelled = <A>(
  range: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion },
  part: Args<A>,
  otherwise: Otherwise = "opaque"
): Args<A> => ({
  ...part,
  fields: narrowed(part.fields, range),
  parse: (cursor, into) => {
    if (versionIn(cursor.version, range)) return part.parse(cursor, into)
    return skip(part, cursor, otherwise)
  },
  print: (from, printer) => versionIn(printer.version, range) && part.print(from, printer)
})

/** Understands words without setting fields. */
const skip = (part: Args<unknown>, cursor: Cursor, otherwise: Otherwise): boolean => {
  const { lossy, opaque, placed } = cursor
  if (!part.parse(cursor, {})) return false
  cursor.lossy = lossy || otherwise === "lost"
  cursor.opaque = opaque || otherwise !== "lost"
  cursor.placed = placed || otherwise === "placed"
  return true
}

/** A description of words without a field in any version of the Data Plane API. */
export interface Unmodelled extends Args<Nothing> {
  readonly modelled: false
}

/**
 * Words that HAProxy knows and the Data Plane API has no field for in any version.
 *
 * @category descriptions
 * @since 0.1.0
 */
export const unmodelled = (part: Args<unknown>, otherwise: Otherwise = "opaque"): Unmodelled => ({
  fields: [],
  modelled: false,
  parse: (cursor) => skip(part, cursor, otherwise),
  print: () => false
})

const describeRange = (
  version: HaproxyVersion,
  { since, until }: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion }
): string =>
  since !== undefined && compareVersions(version, since) < 0
    ? `something HAProxy ${version} knows (this came with ${since})`
    : `something HAProxy ${version} knows (this went after ${until})`
