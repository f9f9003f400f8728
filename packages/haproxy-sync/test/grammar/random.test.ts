import { assert, describe, it } from "@effect/vitest"
import type { Draft } from "../../src/grammar/Args.ts"
import { grammars } from "../../src/grammar/grammars.ts"
import { readSection, writeSection } from "../../src/grammar/SectionGrammar.ts"
import { parseDocument, type Statement } from "../../src/text/Document.ts"
import { type HaproxyVersion, haproxyVersions, versionIn } from "../../src/text/HaproxyVersion.ts"
import { maxWords } from "../../src/text/Words.ts"
import { sectionKindByKeyword } from "../../src/text/SectionKind.ts"
import { randomModel } from "../support/randomModels.ts"
import { stripNulls } from "../support/resources.ts"

const cases = [...grammars.values()].flatMap((grammar) =>
  haproxyVersions
    .filter((version) => versionIn(version, sectionKindByKeyword.get(grammar.keyword) ?? {}))
    .map((version) => ({ grammar, version, title: `${grammar.keyword} of HAProxy ${version}` }))
)

const read = ({ grammar }: (typeof cases)[number], text: string, version: HaproxyVersion) => {
  const { diagnostics, sections } = parseDocument(text)
  assert.deepStrictEqual(
    diagnostics.map(({ message }) => message),
    []
  )
  assert.strictEqual(sections.length, 1)
  const [section] = sections
  if (section === undefined) throw new Error("no section")
  return readSection(grammar, section, version)
}

const linesOf = (opaque: ReadonlyArray<Statement>): ReadonlyArray<string> =>
  opaque.map(({ words }) => words.join(" ")).toSorted()

/** A model may ask for more words than HAProxy takes on one line, some of them only once the line is read. */
const withoutLongLines = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.split(/\s+/).length < maxWords * 0.75)
    .join("\n")

describe("a model", () => {
  for (const one of cases) {
    const { grammar, title, version } = one
    it.prop(
      `made from the fields of ${title} survives being written and read`,
      [randomModel(grammar.fields, version)],
      ([random]) => {
        // What a text can say of the random model is a model like any other.
        const model = read(one, withoutLongLines(writeSection(grammar, random, [], version)), version)
        const text = writeSection(grammar, model.value as Draft, model.opaque, version)
        const again = read(one, text, version)
        assert.deepStrictEqual(stripNulls(again.value), stripNulls(model.value))
        assert.deepStrictEqual(linesOf(again.opaque), linesOf(model.opaque))
        assert.strictEqual(writeSection(grammar, again.value as Draft, again.opaque, version), text)
      },
      { arbitrary: { runs: 8 } }
    )
  }
})
