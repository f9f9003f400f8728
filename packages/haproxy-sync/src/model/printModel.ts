import { formatLine, writeSection } from "../grammar/SectionGrammar.ts"
import type { Draft } from "../grammar/Args.ts"
import type { ConfigSection } from "./ConfigSection.ts"
import type { StructuredConfig } from "./StructuredConfig.ts"

/**
 * Returns the text that a configuration's model alone gives: canonical order and spacing, without the comments between the lines.
 *
 * **Details**
 *
 * Lines that have no field stand behind the others of their section. Sections that the Data Plane API doesn't address come back
 * line by line.
 *
 * @category printing
 * @since 0.1.0
 */
export const printModel = (config: StructuredConfig): string =>
  [
    ...(config.preamble.length === 0 ? [] : [config.preamble.map((line) => `${formatLine(line)}\n`).join("")]),
    ...config.sections.map(printSection)
  ].join("\n")

const printSection = (section: ConfigSection): string => {
  if (section.grammar !== undefined)
    return writeSection(section.grammar, written(section), section.opaque, section.version)
  return section.parts
    .map((part) =>
      [
        ...(part.header === undefined ? [] : [formatLine(part.header)]),
        ...part.statements.map((one) => `  ${formatLine(one)}`),
        ""
      ].join("\n")
    )
    .join("")
}

/** A name that the section only goes by, because it has none of its own, is not written. */
const written = (section: ConfigSection): Readonly<Draft> => {
  if (section.parts[0]?.name !== "" || section.name === "") return section.value
  const { name: _, ...rest } = section.value
  return rest
}
