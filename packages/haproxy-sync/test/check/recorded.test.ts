import { readFileSync } from "node:fs"
import { join } from "node:path"
import { checkDocument, decodeText, type HaproxyVersion, parseDocument } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import {
  accepted,
  corpus,
  corpusTable,
  describeCorpus,
  type DirectiveRecord,
  directiveRecords
} from "../support/corpus.ts"
import { unrefused } from "./unrefused.ts"

const versions = ["2.6", "3.0", "3.2"] as const

/** The kinds of section that have no name here. */
const nameless: ReadonlyArray<string> = ["global", "defaults", "traces"]

const errorsOf = (text: string, version: HaproxyVersion): ReadonlyArray<string> =>
  checkDocument(parseDocument(text), { version }).flatMap(({ code, line, message, severity }) =>
    severity === "error" ? `${line} ${code}: ${message}` : []
  )

const isNoReference = (error: string): boolean => !error.includes(" reference.")

/** The errors of a line by itself; what it names stands elsewhere. */
const errorsOfLine = ({ line, section }: DirectiveRecord, version: HaproxyVersion): ReadonlyArray<string> =>
  errorsOf(`${nameless.includes(section) ? section : `${section} thing`}\n  ${line}\n`, version).filter(isNoReference)

describeCorpus("checkDocument over the corpus", () => {
  describe.each(versions)("as HAProxy %s", (version) => {
    const records = directiveRecords().filter(({ haproxy, multiline }) => haproxy?.[version] && multiline !== true)
    const taken = records.filter(({ haproxy }) => ["ok", "reference"].includes(haproxy?.[version] ?? ""))
    const wrong = records.filter((record) => !taken.includes(record))

    it("finds nothing wrong with a configuration that HAProxy takes, references included", () => {
      const files = corpusTable("configs.tsv").filter((row) => accepted(row[`ok_${version}`]))
      assert.isAtLeast(files.length, 400)
      const refused = files.flatMap(({ file = "" }) =>
        errorsOf(decodeText(readFileSync(join(corpus, file))).text, version).map((error) => `${file}:${error}`)
      )
      assert.deepStrictEqual(refused, [])
    })

    it("refuses no line that HAProxy takes", () => {
      assert.isAtLeast(taken.length, 1500)
      const refused = taken.flatMap((record) =>
        errorsOfLine(record, version).map((error) => `${record.section}: ${record.line}: ${error}`)
      )
      assert.deepStrictEqual(refused, [])
    })

    it("refuses at least 9 of 10 lines that HAProxy refuses, and the others for a known reason", () => {
      const passed = wrong.filter((record) => errorsOfLine(record, version).length === 0)
      const unexplained = passed.filter((record) => !unrefused.some(({ matches }) => matches(record)))
      assert.deepStrictEqual(unexplained, [])
      assert.isAtMost(passed.length, wrong.length / 10)
    })
  })

  it.each(unrefused)("leaves a line to HAProxy because $because", ({ matches }) => {
    const left = directiveRecords().filter(
      (record) =>
        record.multiline !== true &&
        matches(record) &&
        versions.some((version) => {
          const verdict = record.haproxy?.[version] ?? "ok"
          return !["ok", "reference"].includes(verdict) && errorsOfLine(record, version).length === 0
        })
    )
    assert.isAbove(left.length, 0)
  })
})
