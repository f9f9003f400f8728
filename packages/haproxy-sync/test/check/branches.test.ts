import { assert, describe, it } from "@effect/vitest"
import { checked } from "../support/checked.ts"

const short = (text: string, version: "3.0" | "3.2" = "3.2") =>
  checked(text, version).map((one) => one.split(":", 2).join(":"))

describe("The branches of a file", () => {
  it("are passed over where the version of HAProxy skips them", () => {
    const text = `backend app
.if version_atleast(3.2)
  nonsense of today
.else
  nonsense of old
.endif
`
    assert.deepStrictEqual(short(text, "3.2"), ["3:3 error keyword.unknown"])
    assert.deepStrictEqual(short(text, "3.0"), ["5:3 error keyword.unknown"])
  })

  it.each([
    ["1", "2"],
    ["0", "4"],
    ["!1", "4"],
    ["version_before(3.2)", "4"],
    ["version_before(3.3) && !0", "2"],
    ["0 || (1 && version_atleast(2.4))", "2"],
    [`""`, "4"]
  ])("follow the condition %s", (condition, line) => {
    const [first = ""] = short(`.if ${condition}\nnonsense\n.else\nnonsense\n.endif\n`)
    assert.strictEqual(first, `${line}:1 error section.none`)
  })

  it("give warnings where the environment decides", () => {
    const text = `frontend web
  bind :80
.if defined(NEW)
  nonsense
  default_backend new
.elif 0
  nonsense
.else
  default_backend old
.endif
`
    assert.deepStrictEqual(short(text), [
      "4:3 warning keyword.unknown",
      "5:19 warning reference.backend",
      "9:19 warning reference.backend"
    ])
  })

  it("declare what the lines behind them name", () => {
    const text = `frontend web
  bind :80
.if defined(NEW)
  acl here path /
  default_backend app
.endif
  http-request deny if here
.if defined(NEW)
backend app
.endif
`
    assert.deepStrictEqual(short(text), [])
  })

  it("may hold both halves of a section's header", () => {
    const text = `.if defined(OLD)
frontend old
.else
frontend new
.endif
  bind :80
  whatever this is
  default_backend app
backend app
`
    assert.deepStrictEqual(short(text), [])
  })

  it("may hold sections of the same name", () => {
    const text = `.if version_atleast(3.2)
backend app
.else
backend app
.endif
.if defined(X)
backend one
.else
backend one
.endif
`
    assert.deepStrictEqual(short(text), [])
  })

  it("keep a skipped header from beginning a section", () => {
    assert.deepStrictEqual(short("frontend web\n.if 0\nbackend app\n.endif\n  bind :80\n"), [])
  })

  it.each([
    [".if 1\n", "1:1 error syntax.branch"],
    [".endif\n", "1:1 error syntax.branch"],
    [".else\n", "1:1 error syntax.branch"],
    [".if 1\n.else\n.elif 1\n.endif\n", "3:1 error syntax.branch"],
    [".if 1\n.else now\n.endif\n", "2:7 error syntax.branch"],
    [".if 1\n.endif now\n", "2:8 error syntax.branch"],
    [".if yes\n.endif\n", "1:5 error syntax.condition"],
    [".if 1 2\n.endif\n", "1:5 error syntax.condition"],
    [".elseif 1\n", "1:1 error keyword.unknown"],
    [".alert stop\n", "1:1 error syntax.alert"]
  ])("are wrong in %j", (text, expected) => {
    assert.deepStrictEqual(short(text), [expected])
  })

  it.each([
    ".if 0\n.alert stop\n.endif\n",
    ".if 0\n.if yes\n.endif\n.endif\n",
    ".if 0\n.elseif 1\n.endif\n",
    ".if 1\n.elif yes\n.endif\n",
    ".diag a\n.notice b\n.warning c\n"
  ])("are fine in %j", (text) => {
    assert.deepStrictEqual(short(text), [])
  })

  it("may depend on predicates that are not known", () => {
    assert.deepStrictEqual(short(`.if newer_thing(1) || streq("a)b","$X")\n.endif\n.if "$X"\n.endif\n`), [])
  })
})
