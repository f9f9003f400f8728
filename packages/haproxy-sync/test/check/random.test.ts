import { checkDocument, haproxyVersions, parseDocument } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Schema } from "effect"
import { changedLine } from "../support/directives.ts"
import { assertPointsInto } from "../support/laws/pointsInto.ts"
import { textOf } from "../support/texts.ts"

const version = Arbitrary.schema(Schema.Literals(haproxyVersions))

describe("checkDocument", () => {
  it.prop("points into the line that is wrong, whatever the text", [textOf, version], ([text, one]) => {
    for (const diagnostic of checkDocument(parseDocument(text), { version: one })) assertPointsInto(text, diagnostic)
  })

  it.prop(
    "points into the line that is wrong, in texts that are almost right",
    [changedLine, version],
    ([{ text }, one]) => {
      for (const diagnostic of checkDocument(parseDocument(text), { version: one })) assertPointsInto(text, diagnostic)
    }
  )

  it.prop("finds the same whatever follows in another section", [changedLine, version], ([{ text }, one]) => {
    const alone = checkDocument(parseDocument(text), { version: one })
    const longer = checkDocument(parseDocument(`${text}backend one-more\n  mode http\n`), { version: one })
    assert.deepStrictEqual(
      longer.filter(({ code }) => !code.startsWith("reference.")),
      alone.filter(({ code }) => !code.startsWith("reference."))
    )
  })
})
