import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import type { Field } from "./Args.ts"
import { grammars } from "./grammars.ts"

/**
 * A field of the model, with the way to it: `servers{}.weight` is the weight of each server of a map, `acl_list[].criterion` the
 * criterion of each ACL of a list.
 *
 * @category reference
 * @since 0.1.0
 */
export interface FieldReference {
  readonly path: string
  readonly type: Field["type"]
  /** The only values it may have. */
  readonly values?: ReadonlyArray<string | number | boolean>
  readonly min?: number
  readonly max?: number
  /** The first version of which the Data Plane API shows it, where it isn't in all. */
  readonly since?: HaproxyVersion
  /** The last version of which the Data Plane API shows it, where it isn't in all. */
  readonly until?: HaproxyVersion
  /** HAProxy takes a change of it while it runs. */
  readonly runtime?: true
  /** It is never shown. */
  readonly secret?: true
}

/**
 * What a line that begins with a keyword says in the model; no fields where only the text carries it.
 *
 * @category reference
 * @since 0.1.0
 */
export interface LineReference {
  readonly keyword: string
  /** Several such lines may stand in a section, and each counts. */
  readonly repeats: boolean
  readonly fields: ReadonlyArray<FieldReference>
}

const brackets: Partial<Readonly<Record<Field["type"], string>>> = { list: "[]", map: "{}" }

const flatten = (fields: ReadonlyArray<Field>, prefix: string): ReadonlyArray<FieldReference> =>
  fields.flatMap(({ fields: inner, name, type, ...rest }) =>
    inner === undefined || inner.length === 0
      ? [{ path: prefix + name, type, ...rest }]
      : flatten(inner, `${prefix}${name}${brackets[type] ?? ""}.`)
  )

/**
 * Returns the lines of a kind of section, in the order in which the Data Plane API writes them, with the fields that they set.
 *
 * **When to use**
 *
 * Use it to look up where in the model a directive is kept, of which type, in which versions, and whether a change of it needs a
 * reload. It is made from the grammar itself.
 *
 * **Example** (Finding the weight of servers)
 *
 * ```ts
 * import { describeSection } from "@lockstep/haproxy-sync"
 *
 * const server = describeSection("backend").find(({ keyword }) => keyword === "server")
 * server?.fields.find(({ path }) => path === "servers{}.weight")
 * // { path: "servers{}.weight", type: "integer", min: 0, max: 256, runtime: true }
 * ```
 *
 * @category reference
 * @since 0.1.0
 */
export const describeSection = (keyword: SectionKeyword): ReadonlyArray<LineReference> =>
  (grammars.get(keyword)?.lines ?? []).map(({ fields, keyword: own, repeats }) => ({
    keyword: own,
    repeats,
    fields: flatten(fields, "")
  }))
