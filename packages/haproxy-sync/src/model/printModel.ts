import { writeSection } from "../grammar/SectionGrammar.ts"
import type { Section } from "../text/Document.ts"
import { formatLine } from "../text/formatLine.ts"
import { sectionKindByKeyword } from "../text/SectionKind.ts"
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
  // What the API doesn't address has no model to print: its lines are all there is.
  const addressed = sectionKindByKeyword.get(section.keyword)?.collection !== undefined
  if (section.grammar === undefined || !addressed) return section.parts.map(printLines).join("")
  const text = writeSection(section.grammar, section.written, section.opaque, section.version)
  const header = section.parts[0]?.header
  return header === undefined ? text : `${formatLine(header)}${text.slice(text.indexOf("\n"))}`
}

const printLines = ({ header, statements }: Section): string =>
  [...(header === undefined ? [] : [formatLine(header)]), ...statements.map((one) => `  ${formatLine(one)}`), ""].join(
    "\n"
  )
