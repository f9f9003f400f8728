import { hiddenIn, hiding } from "../../src/diff/hiddenIn.ts"
import { assert, describe, it } from "@effect/vitest"
import { lines, secret } from "../support/secretLines.ts"

describe("hiddenIn", () => {
  it.each(lines)("in %s finds the secret of %s, as it is written and as it is said", (header, line) => {
    const hide = hiding(hiddenIn(`${header}\n  ${line}\n`))
    assert.notInclude(hide(line), secret)
    assert.notInclude(hide(JSON.stringify({ line })), secret)
  })

  it("finds what a comment holds", () => {
    assert.isTrue(hiddenIn(`global\n  # cluster-secret ${secret}\n`).has(secret))
  })

  it("finds nothing where there is no secret, and then changes no message", () => {
    const none = hiddenIn("global\n  daemon\n  log 10.0.0.1 local0\n")
    assert.strictEqual(none.size, 0)
    assert.strictEqual(hiding(none)("daemon"), "daemon")
  })

  it("replaces a short secret only where it stands alone", () => {
    assert.strictEqual(hiding(new Set(["pw"]))("the pwd 'pw' is pw-1"), "the pwd '<redacted>' is pw-1")
  })
})
