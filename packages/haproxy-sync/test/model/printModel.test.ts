import { parse, printModel, type StructuredConfig } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"
import { textOf } from "../support/texts.ts"

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

const assertSurvives = (text: string): void => {
  const config = Result.getOrThrow(parse(text))
  const printed = printModel(config)
  const again = Result.getOrThrow(parse(printed))
  assert.deepStrictEqual(shape(again), shape(config))
  assert.strictEqual(printModel(again), printed)
}

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
    if (Result.isSuccess(parse(text))) assertSurvives(text)
  })

  describeCorpus("over the corpus", () => {
    const files = corpusTable("configs.tsv")
      .map(({ file = "" }) => file)
      .filter((file) => Result.isSuccess(parse(corpusText(file))))

    it("reads nearly all files", () => assert.isAbove(files.length, 550))

    it.each(files)("gives a text with the same model as %s", (file) => {
      const text = corpusText(file)
      assertSurvives(text)
      assert.isNotEmpty(text)
    })
  })
})
