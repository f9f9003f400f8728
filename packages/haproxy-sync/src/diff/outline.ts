import type { StructuredConfig } from "../model/StructuredConfig.ts"
import { sameMeaning } from "../model/values.ts"
import type { Section } from "../text/Document.ts"
import type { FieldChange } from "./Operation.ts"

const conditional = /^[ \t]*\.(?:if|elif|else|endif)\b/m

/** Reports whether a text has conditional blocks: what is in them depends on where it stands. */
export const isConditional = (text: string): boolean => conditional.test(text)

/** Whether `global` stands in several places, with other sections between them. */
const isSplit = ({ document: { sections } }: StructuredConfig): boolean => {
  const places = sections.flatMap(({ keyword }, index) => (keyword === "global" ? [index] : []))
  return places.length > 1 && (places.at(-1) ?? 0) - (places[0] ?? 0) >= places.length
}

/** What depends on its place in the file, line by line, with the sections that both sides have as landmarks. */
const outlineOf = (config: StructuredConfig, other: StructuredConfig, split: boolean): ReadonlyArray<string> => {
  const owners = new Map(config.sections.flatMap((owner) => owner.parts.map((part) => [part, owner] as const)))
  const depends = ({ keyword, text }: Section) => (split && keyword === "global") || isConditional(text)
  return config.document.sections.flatMap((section) => {
    const owner = owners.get(section)
    const landmark = owner !== undefined && other.section(owner.keyword, owner.name) !== undefined
    return [
      ...(landmark ? [`[${owner.keyword} ${owner.name}]`] : []),
      ...(depends(section) ? section.statements.map(({ words }) => words.join(" ")) : [])
    ]
  })
}

/**
 * Returns how the two differ where the place in the file counts, beyond what the sections hold: conditional blocks, and settings of
 * `global` for what follows.
 *
 * @category comparing
 * @since 0.1.0
 */
export const outlineChanges = (current: StructuredConfig, desired: StructuredConfig): ReadonlyArray<FieldChange> => {
  const split = isSplit(current) || isSplit(desired)
  if (!split && !isConditional(current.document.text) && !isConditional(desired.document.text)) return []
  const [before, after] = [outlineOf(current, desired, split), outlineOf(desired, current, split)]
  return sameMeaning(before, after) ? [] : [{ field: "lines", before, after }]
}
