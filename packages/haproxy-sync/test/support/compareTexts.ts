import { isDeepStrictEqual } from "node:util"
import { grammars } from "../../src/grammar/grammars.ts"
import { metadataOf } from "../../src/grammar/Line.ts"
import { readSection, writeSection } from "../../src/grammar/SectionGrammar.ts"
import { parseDocument, type Section, type Statement } from "../../src/text/Document.ts"
import { type SectionKeyword, sectionKindByKeyword } from "../../src/text/SectionKind.ts"
import { accepted, type Json, modelRecords, type RecordedVersion, writerRecords } from "./corpus.ts"
import { stripNulls } from "./resources.ts"

/** A section that ours and the recorded server write differently from the same JSON. */
export interface TextDifference {
  readonly where: string
  /** The lines that only one side has; none where the order alone differs. */
  readonly theirs: ReadonlyArray<string>
  readonly ours: ReadonlyArray<string>
}

/** What was compared, and what differed. */
export interface TextComparison {
  readonly sections: number
  readonly differences: ReadonlyArray<TextDifference>
}

/** A line with the metadata that its comment stands for: the server writes it as JSON where ours keeps the words. */
const lineOf = ({ comment, words }: Statement): string =>
  comment === undefined ? words.join(" ") : `${words.join(" ")} # ${JSON.stringify(metadataIn(comment))}`

/** Where a line of the server has its comment twice, the first one is in front of another number sign. */
const metadataIn = (comment: string): Json => metadataOf(/^(\{.*\}) # \{.*\}$/.exec(comment)?.[1] ?? comment)

const textOf = (section: Section, without: ReadonlyArray<Statement> = []): ReadonlyArray<string> => {
  const left = new Set(without.map(({ words }) => words.join(" ")))
  return section.statements.filter(({ words }) => !left.has(words.join(" "))).map(lineOf)
}

/**
 * Compares the text of a kind of section that ours writes from the server's JSON with the text that the recorded server writes from
 * it. The lines that the JSON doesn't tell are left out on both sides.
 */
export const compareTexts = (version: RecordedVersion, keyword: SectionKeyword): TextComparison => {
  const grammar = grammars.get(keyword)
  const collection = sectionKindByKeyword.get(keyword)?.collection ?? ""
  const models = new Map(modelRecords(version).map((record) => [record.file, record]))
  const differences: Array<TextDifference> = []
  let sections = 0
  for (const { file, ways } of writerRecords(version)) {
    const model = models.get(file)
    const way = ways.section
    if (grammar === undefined || model?.status !== "ok" || !accepted(model["ok_3.2"]) || way.errors !== undefined)
      continue
    const given = model.sections[collection]
    const items = new Map(
      (Array.isArray(given) ? (given as ReadonlyArray<Json>) : []).map((item) => [String(item["name"] ?? ""), item])
    )
    const before = parseDocument(model.raw_after).sections
    for (const section of parseDocument(way.after ?? model.raw_after).sections) {
      const source = before.find((one) => one.keyword === keyword && one.name === section.name)
      const item = items.get(section.name)
      if (section.keyword !== keyword || source === undefined || item === undefined) continue
      sections++
      const { opaque } = readSection(grammar, source, version)
      const [written] = parseDocument(writeSection(grammar, stripNulls(item) as Json, [], version)).sections
      const theirs = textOf(section, opaque)
      const ours = written === undefined ? [] : textOf(written, opaque)
      if (isDeepStrictEqual(theirs, ours)) continue
      differences.push({
        where: `${file} ${keyword} ${section.name}`,
        theirs: theirs.filter((line) => !ours.includes(line)),
        ours: ours.filter((line) => !theirs.includes(line))
      })
    }
  }
  return { sections, differences }
}
