import assert from "node:assert/strict"

/** Asserts that a place is in a text, at most behind the last character of its line. */
export const assertPointsInto = (
  text: string,
  { column, line }: { readonly line: number; readonly column: number }
): void => {
  const lines = text.split("\n")
  assert.ok(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}`)
  const length = (lines[line - 1] ?? "").length
  assert.ok(column >= 1 && column <= length + 1, `column ${column} of a line of ${length}`)
}
