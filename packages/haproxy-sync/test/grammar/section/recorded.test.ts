import { describe, expect, it } from "@effect/vitest"
import { type Comparison, compareLines, compareSections, rewritten } from "../../support/compareModels.ts"
import {
  corpusText,
  describeCorpus,
  modelRecords,
  type RecordedVersion,
  recordedVersions
} from "../../support/corpus.ts"
import { parseDocument } from "../../../src/text/Document.ts"
import type { SectionKeyword } from "../../../src/text/SectionKind.ts"
import { explains, unexplained } from "../../support/knownDifferences.ts"
import { knownDifferences } from "./differences.ts"

const keywords: ReadonlyArray<SectionKeyword> = [
  "global",
  "traces",
  "userlist",
  "peers",
  "mailers",
  "resolvers",
  "cache",
  "ring",
  "log-forward",
  "log-profile",
  "http-errors",
  "healthcheck",
  "acme",
  "crt-store",
  "fcgi-app",
  "program"
]

describeCorpus("the sections beside the proxies", () => {
  const all: Array<{ readonly version: RecordedVersion; readonly comparison: Comparison }> = []

  describe.each(recordedVersions)("as the server of HAProxy %s shows them", (version) => {
    it.each(keywords)("%s has the server's model in every recorded configuration", (keyword) => {
      const comparison = compareSections(version, keyword)
      all.push({ version, comparison })
      expect(unexplained(knownDifferences, version, comparison.differences)).toEqual([])
    })

    it.each(keywords)("%s has the server's model of every single line that HAProxy takes", (keyword) => {
      const comparison = compareLines(version, keyword)
      all.push({ version, comparison })
      expect(unexplained(knownDifferences, version, comparison.differences)).toEqual([])
    })
  })

  it.each(knownDifferences)("differs where it is known to: $because", (known) => {
    const found = all.some(({ comparison, version }) =>
      comparison.differences.some((difference) => explains(known, version, difference))
    )
    expect(found).toBe(true)
  })

  it.each(recordedVersions)("written from their models of %s they read as the same models", (version) => {
    const texts = modelRecords(version).filter(({ status }) => status === "ok")
    const sections = texts
      .flatMap(({ file }) => parseDocument(corpusText(file), file).sections)
      .filter(({ keyword }) => keyword !== "" && keywords.includes(keyword))
    for (const section of sections) {
      const { after, before } = rewritten(section, version)
      expect(after).toEqual(before)
    }
  })
})
