import { parse, printModel } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"
import { assertModelSurvives } from "../support/laws/roundTrips.ts"
import { textOf } from "../support/texts.ts"

describe("printModel", () => {
  it("writes canonical order and spacing, and lines without a field behind the others", () => {
    const text = [
      "# not kept",
      ".notice hello",
      "backend   b",
      "\tserver s 10.0.0.1:80   weight 5 # kept",
      "  no-such-keyword",
      "  mode http",
      "defaults",
      "  mode http"
    ]
    assert.strictEqual(
      printModel(Result.getOrThrow(parse(`${text.join("\n")}\n`))),
      [
        ".notice hello",
        "",
        "backend b",
        "  mode http",
        "  server s 10.0.0.1:80 weight 5 # kept",
        "  no-such-keyword",
        "",
        "defaults",
        "  mode http",
        ""
      ].join("\n")
    )
  })

  it("writes a listen section though the Data Plane API does not address it", () => {
    const text = "listen l from d # why\n  bind :80\n  server s :1\n"
    assert.strictEqual(printModel(Result.getOrThrow(parse(text))), text)
  })

  it.prop("gives a text with the same model", [textOf], ([text]) => {
    const config = parse(text)
    if (Result.isSuccess(config)) assertModelSurvives(config.success)
  })

  describeCorpus("over the corpus", () => {
    const files = corpusTable("configs.tsv")
      .map(({ file = "" }) => file)
      .filter((file) => Result.isSuccess(parse(corpusText(file))))

    it("reads nearly all files", () => assert.isAbove(files.length, 550))

    it.each(files)("gives a text with the same model as %s", (file) => {
      const text = corpusText(file)
      assertModelSurvives(Result.getOrThrow(parse(text)))
      assert.isNotEmpty(text)
    })
  })
})
