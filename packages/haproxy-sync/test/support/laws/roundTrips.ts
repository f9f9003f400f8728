import assert from "node:assert/strict"
import { compare, format, parse, printModel, type StructuredConfig } from "@lockstep/haproxy-sync"
import { Result } from "effect"

/** The keyword of a line, in which `option x` and `timeout x` are keywords of their own. */
const keywordOf = (text: string): string => /^(?:(?:no )?option |timeout )?\S+/.exec(text)?.[0] ?? ""

/** The sections with their models and opaque lines; the order among opaque lines with different keywords is free. */
const shape = (config: StructuredConfig) => {
  const sections = config.sections.map(({ keyword, name, opaque, value }) => ({
    keyword,
    name,
    value,
    opaque: opaque.map(({ words }) => words.join(" ")).toSorted((a, b) => keywordOf(a).localeCompare(keywordOf(b)))
  }))
  return JSON.parse(JSON.stringify({ sections, preamble: config.preamble.map(({ words }) => words) })) as unknown
}

/** Asserts that what is printed from a configuration's model alone has the same model, and is printed the same again. */
export const assertModelSurvives = (config: StructuredConfig): void => {
  const printed = printModel(config)
  const again = Result.getOrThrow(parse(printed))
  assert.deepEqual(shape(again), shape(config))
  assert.equal(printModel(again), printed)
}

/** The words of each section's lines, whatever their order. */
const wordsOf = ({ document }: StructuredConfig) =>
  document.sections
    .map(({ header, statements }) => [
      ...(header?.words ?? []),
      ...statements.map(({ words }) => words.join("\t")).toSorted()
    ])
    .filter((words) => words.length > 0)

const commentsOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => /^[ \t-\r]*#/.test(line))
    .map((line) => line.replace(/^[ \t-\r]+|[ \t-\r]+$/g, ""))
    .toSorted()

/** Asserts that the canonical form holds the same words and comments, means the same, and stays as it is. */
export const assertFormatKeeps = (config: StructuredConfig): void => {
  const formatted = format(config)
  const again = Result.getOrThrow(parse(formatted))
  assert.deepEqual(wordsOf(again), wordsOf(config))
  assert.deepEqual(commentsOf(formatted), commentsOf(config.document.text))
  assert.deepEqual(compare(config, again, { order: "strict" }).operations, [])
  assert.equal(format(again), formatted)
}
