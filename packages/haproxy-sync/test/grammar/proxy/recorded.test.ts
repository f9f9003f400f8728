import { describe, expect, it } from "@effect/vitest"
import type { SectionKeyword } from "../../../src/text/SectionKind.ts"
import { type Comparison, compareLines, compareSections } from "../../support/compareModels.ts"
import { describeCorpus, type RecordedVersion, recordedVersions } from "../../support/corpus.ts"
import { explains, unexplained } from "../../support/knownDifferences.ts"
import { knownDifferences } from "./differences.ts"

const keywords: ReadonlyArray<SectionKeyword> = ["defaults", "frontend", "backend"]

/** The share of resources, and of single lines, that have to be equal to the server's, known differences not excused. */
const goals: Readonly<Record<RecordedVersion, { readonly resources: number; readonly lines: number }>> = {
  "3.0": { resources: 0.98, lines: 0.98 },
  "3.2": { resources: 0.99, lines: 0.97 },
  "3.4": { resources: 0.98, lines: 0.98 }
}

const share = (comparisons: ReadonlyArray<Comparison>): number => {
  const all = comparisons.reduce((sum, { resources }) => sum + resources, 0)
  const differences = comparisons.reduce((sum, comparison) => sum + comparison.differences.length, 0)
  return (all - differences) / all
}

describeCorpus("the proxies", () => {
  const all: Array<{ readonly version: RecordedVersion; readonly comparison: Comparison }> = []

  describe.each(recordedVersions)("as the server of HAProxy %s shows them", (version) => {
    const sections: Array<Comparison> = []
    const lines: Array<Comparison> = []

    it.each(keywords)("%s has the server's model in every configuration that HAProxy takes", (keyword) => {
      const comparison = compareSections(version, keyword, { accepted: true })
      sections.push(comparison)
      all.push({ version, comparison })
      expect(unexplained(knownDifferences, version, comparison.differences)).toEqual([])
    })

    it.each(keywords)("%s has the server's model of every single line that HAProxy takes", (keyword) => {
      const comparison = compareLines(version, keyword, { accepted: true })
      lines.push(comparison)
      all.push({ version, comparison })
      expect(unexplained(knownDifferences, version, comparison.differences)).toEqual([])
    })

    it("reaches the goals", () => {
      expect(sections.length).toBe(keywords.length)
      expect(share(sections)).toBeGreaterThanOrEqual(goals[version].resources)
      expect(share(lines)).toBeGreaterThanOrEqual(goals[version].lines)
    })
  })

  it.each(knownDifferences)("differs in $kind where it is known to: $because", (known) => {
    for (const version of known.versions) {
      const found = all.some(
        (one) =>
          one.version === version &&
          one.comparison.differences.some((difference) => explains(known, version, difference))
      )
      expect(found, `with ${version}`).toBe(true)
    }
  })
})
