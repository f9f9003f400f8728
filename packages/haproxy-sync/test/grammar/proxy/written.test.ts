import { describe, expect, it } from "@effect/vitest"
import { compareTexts, type TextDifference } from "../../support/compareTexts.ts"
import { describeCorpus, type RecordedVersion, recordedVersions } from "../../support/corpus.ts"

/** A text that the recorded server writes otherwise, with the cause upstream. */
interface KnownText {
  readonly versions: ReadonlyArray<RecordedVersion>
  readonly theirs?: RegExp
  readonly ours?: RegExp
  readonly because: string
}

const known: ReadonlyArray<KnownText> = [
  {
    versions: ["3.0", "3.2", "3.4"],
    ours: /^tcp-request session sc-add-gpc\(0,1\) 1 if FALSE$/,
    because: "The server writes sc-add-gpc of a session as one of a connection."
  },
  {
    versions: ["3.0"],
    theirs: /^http-response sc-add-gpc\(0,1\) if FALSE$/,
    ours: /^http-response sc-add-gpc\(0,1\) 1 if FALSE$/,
    because: "The server loses the number of sc-add-gpc in a response."
  },
  {
    versions: ["3.0"],
    theirs: /^stats refresh \d+$/,
    ours: /^stats refresh \d+s$/,
    because: "The server writes the milliseconds of stats refresh as if they were seconds."
  }
]

const fits = (pattern: RegExp | undefined, lines: ReadonlyArray<string>): boolean =>
  pattern === undefined ? lines.length === 0 : lines.length > 0 && lines.every((line) => pattern.test(line))

const explains = (one: KnownText, version: RecordedVersion, { ours, theirs }: TextDifference): boolean =>
  one.versions.includes(version) && fits(one.theirs, theirs) && fits(one.ours, ours)

/** The server writes what it knows by a name, such as servers, in an order of chance. */
const otherOrder = ({ ours, theirs }: TextDifference): boolean => ours.length === 0 && theirs.length === 0

describeCorpus("the text of a proxy", () => {
  const all: Array<{ readonly version: RecordedVersion; readonly difference: TextDifference }> = []

  describe.each(recordedVersions)("as the server of HAProxy %s writes it from its own JSON", (version) => {
    it.each(["defaults", "frontend", "backend"] as const)("%s has the same lines", (keyword) => {
      const { differences, sections } = compareTexts(version, keyword)
      expect(sections).toBeGreaterThan(500)
      const others = differences.filter((difference) => !otherOrder(difference))
      all.push(...others.map((difference) => ({ version, difference })))
      expect(others.filter((difference) => !known.some((one) => explains(one, version, difference)))).toEqual([])
      expect(differences.length).toBeLessThanOrEqual(sections * 0.06)
    })
  })

  it.each(known)("differs where it is known to: $because", (one) => {
    for (const version of one.versions) {
      expect(all.some((other) => other.version === version && explains(one, version, other.difference))).toBe(true)
    }
  })
})
