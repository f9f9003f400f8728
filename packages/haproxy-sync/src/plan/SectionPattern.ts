import type { ConfigSection } from "../model/ConfigSection.ts"
import { sectionKindByKeyword, sectionKinds } from "../text/SectionKind.ts"
import type { Refusal } from "./Hazards.ts"

/** What a pattern is matched against. */
type Matched = Pick<ConfigSection, "keyword" | "name" | "doubled" | "parts">

/** The kind and the name that a pattern asks for; without a slash, any name. */
const partsOf = (pattern: string): readonly [kind: string, name: string] => {
  const slash = pattern.indexOf("/")
  return slash < 0 ? [pattern, "*"] : [pattern.slice(0, slash), pattern.slice(slash + 1)]
}

const globOf = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .replaceAll(/[\\^$.|+()[\]{}]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "s"
  )

/**
 * Returns what tells the sections that one of the patterns covers.
 *
 * **Details**
 *
 * A pattern is `kind/name`, as in `backend/team-a-*`: `*` stands for any characters, `?` for one. Without a slash it covers all
 * sections of the kind: `frontend`, `global`; `*` covers everything. An anonymous defaults section goes by its number,
 * `defaults/unnamed_defaults_1`; sections of one name are covered together.
 *
 * @category guards
 * @since 0.1.0
 */
export const coveredBy = (patterns: ReadonlyArray<string>): ((section: Matched) => boolean) => {
  const globs = patterns.map(partsOf).map(([kind, name]) => [globOf(kind), globOf(name)] as const)
  return ({ doubled, keyword, name, parts }) => {
    const known = doubled ? (parts[0]?.name ?? name) : name
    return globs.some(([kind, glob]) => kind.test(keyword) && glob.test(known))
  }
}

/**
 * Refuses patterns that can't cover anything, because there is no such kind of section: a typing error must not leave something
 * unprotected.
 */
export const unknownKinds = (patterns: ReadonlyArray<string>): ReadonlyArray<Refusal> =>
  patterns
    .filter((pattern) => {
      const [kind] = partsOf(pattern)
      return !/[*?]/.test(kind) && !sectionKindByKeyword.has(kind)
    })
    .map((pattern) => ({
      guard: "pattern",
      reason: `the pattern "${pattern}" names no kind of section`,
      hint: `write KIND/NAME, as in backend/team-a-*, with one of these kinds: ${sectionKinds.map(({ keyword }) => keyword).join(", ")}`
    }))
