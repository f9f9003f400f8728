import { type Diagnostic, formatDiagnostic, ParseError } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"

const quote: Diagnostic = {
  severity: "error",
  code: "syntax.quote",
  message: "this double quote is not closed",
  file: "web.cfg",
  line: 3,
  column: 9,
  hint: "close it"
}
const { hint: _, ...bare } = quote

describe("formatDiagnostic", () => {
  it("puts place, severity, message and hint on one line, as compilers do", () => {
    assert.strictEqual(formatDiagnostic(quote), "web.cfg:3:9: error: this double quote is not closed (close it)")
    assert.strictEqual(formatDiagnostic(bare), "web.cfg:3:9: error: this double quote is not closed")
  })
})

describe("ParseError.message", () => {
  it("tells the first diagnostic, how many follow, and which of two texts it was", () => {
    assert.strictEqual(new ParseError({ diagnostics: [bare] }).message, formatDiagnostic(bare))
    assert.strictEqual(
      new ParseError({ diagnostics: [bare, quote, quote], side: "desired" }).message,
      `desired configuration: ${formatDiagnostic(bare)} and 2 more`
    )
  })
})
