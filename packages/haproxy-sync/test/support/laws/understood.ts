import assert from "node:assert/strict"
import { checkDocument, format, modelOf, parse, parseDocument, printDocument } from "@lockstep/haproxy-sync"
import { Result } from "effect"
import { assertPointsInto } from "./pointsInto.ts"

/**
 * Asserts that reading a text, whatever it is, ends in a model in which each of its statements has its place, or in errors that say
 * where they are.
 */
export const assertUnderstood = (text: string): void => {
  const document = parseDocument(text)
  assert.equal(printDocument(document), text)
  assert.equal(document.sections.map((section) => section.text).join(""), text)
  for (const diagnostic of checkDocument(document)) assertPointsInto(text, diagnostic)
  const result = parse(text)
  if (Result.isFailure(result)) {
    const { diagnostics } = result.failure
    assert.notEqual(diagnostics.length, 0)
    for (const diagnostic of diagnostics) assertPointsInto(text, diagnostic)
    return
  }
  const config = result.success
  const read = [
    ...config.preamble,
    ...config.sections.flatMap(({ lines }) => lines.map(({ statement }) => statement))
  ].map(({ line }) => line)
  const written = document.sections.flatMap(({ statements }) => statements.map(({ line }) => line))
  assert.deepEqual(
    read.toSorted((a, b) => a - b),
    written
  )
  assert.ok(JSON.stringify(modelOf(config)).length > 0)
  assertPointsInto(format(config), { line: 1, column: 1 })
}
