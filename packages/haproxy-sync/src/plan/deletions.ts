import { childFieldsOf } from "../diff/childFields.ts"
import { describe } from "../diff/describeOperation.ts"
import type { Operation } from "../diff/Operation.ts"
import { isToldApart, sectionWords, wordsOf } from "../diff/Vocabulary.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"

/** Something that is there and won't be. */
export interface Deletion {
  /** The section that is deleted, or in which something is. */
  readonly section: ConfigSection
  /** A section or something with a name, rather than an item of a list. */
  readonly counts: boolean
  /** For people: `server 's1' from backend 'app'`. */
  readonly what: string
}

/**
 * Returns everything that operations delete, also where they call it a change: a `global` section that is gone, children that are
 * compared with their section.
 */
export const deletionsOf = (
  operations: ReadonlyArray<Operation>,
  current: StructuredConfig,
  desired: StructuredConfig
): ReadonlyArray<Deletion> => [
  ...operations.flatMap((operation): ReadonlyArray<Deletion> => {
    const section = current.section(operation.keyword, operation.owner)
    if (operation.type !== "delete" || section === undefined) return []
    const counts = operation.field === undefined || operation.name !== undefined
    return [{ section, counts, what: describe(operation).replace(/^Delete /, "") }]
  }),
  ...current.sections.flatMap((before): ReadonlyArray<Deletion> => {
    const after = desired.section(before.keyword, before.name)
    const { noun, parent = noun } = sectionWords[before.keyword]
    if (after === undefined) {
      return before.name === "" ? [{ section: before, counts: true, what: noun }] : []
    }
    if (after.text === before.text) return []
    const place = `from ${before.name === "" ? noun : `${parent} '${before.name}'`}`
    return childFieldsOf(before.keyword)
      .filter(({ name }) => !isToldApart(before.keyword, name))
      .flatMap(({ name: field, type }): ReadonlyArray<Deletion> => {
        const { noun: child } = wordsOf(field)
        if (type === "map") {
          const left = new Set(after.named(field).map(([name]) => name))
          return before
            .named(field)
            .filter(([name]) => !left.has(name))
            .map(([name]) => ({ section: before, counts: true, what: `${child} '${name}' ${place}` }))
        }
        const fewer = before.items(field).length - after.items(field).length
        return fewer > 0 ? [{ section: before, counts: false, what: `${fewer} ${child} ${place}` }] : []
      })
  })
]
