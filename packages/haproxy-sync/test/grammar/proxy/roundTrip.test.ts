import { assert, describe, it } from "@effect/vitest"
import { parseDocument, type Section } from "../../../src/text/Document.ts"
import { haproxyVersions } from "../../../src/text/HaproxyVersion.ts"
import { rewritten, sectionOfLine } from "../../support/compareModels.ts"
import { corpusTable, corpusText, describeCorpus, directiveRecords } from "../../support/corpus.ts"

const keywords = ["defaults", "frontend", "backend", "listen"] as const

const isProxy = (keyword: string): boolean => keywords.some((one) => one === keyword)

/** Every proxy of the corpus, and a section for every single line that may stand in one. */
const sectionsOf = (): ReadonlyArray<readonly [where: string, section: Section]> => {
  const whole = corpusTable("configs.tsv").flatMap(({ file = "" }) =>
    parseDocument(corpusText(file), file)
      .sections.filter(({ keyword }) => isProxy(keyword))
      .map((section) => [`${file} ${section.keyword} ${section.name}`, section] as const)
  )
  const single = directiveRecords().flatMap(({ line, section }) =>
    !isProxy(section) || line.includes("\n")
      ? []
      : [section, ...(section === "defaults" ? [] : ["listen"])].flatMap((keyword) => {
          const read = sectionOfLine({ line, section: keyword })
          return read === undefined ? [] : [[`${keyword}: ${line}`, read] as const]
        })
  )
  return [...whole, ...single]
}

describeCorpus("the proxies", () => {
  const sections = sectionsOf()

  it("are many", () => assert.isAbove(sections.length, 5000))

  describe.each(haproxyVersions)("for HAProxy %s", (version) => {
    it("written from their models read as the same models", () => {
      for (const [where, section] of sections) {
        const { after, before } = rewritten(section, version)
        assert.deepStrictEqual(after, before, where)
      }
    })
  })
})
