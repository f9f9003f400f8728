import { describeSection, parse, sectionKinds } from "@lockstep/haproxy-sync"
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import type { Field } from "../../src/grammar/Args.ts"
import { grammars } from "../../src/grammar/grammars.ts"
import { corpusTable, corpusText, describeCorpus } from "../support/corpus.ts"
import { stripNulls } from "../support/resources.ts"

/** The ways to the values of a model, as they are written for the fields that its grammar declares. */
const pathsIn = (value: unknown, fields: ReadonlyArray<Field>, prefix: string): ReadonlyArray<string> =>
  Object.entries(value as object).flatMap(([name, inner]: readonly [string, unknown]) => {
    const field = fields.find((one) => one.name === name)
    const path = prefix + name
    if (field?.fields === undefined || field.fields.length === 0) return [path]
    const items = field.type === "object" ? [inner] : Object.values(inner as object)
    const mark = field.type === "list" ? "[]" : field.type === "map" ? "{}" : ""
    return items.flatMap((item: unknown) => pathsIn(item, field.fields ?? [], `${path}${mark}.`))
  })

describe("describeSection", () => {
  it("says where in the model a line is kept, and what may be said of it", () => {
    const server = describeSection("backend").find(({ keyword }) => keyword === "server")
    assert.isTrue(server?.repeats)
    assert.deepStrictEqual(
      server?.fields.find(({ path }) => path === "servers{}.weight"),
      { path: "servers{}.weight", type: "integer", min: 0, max: 256, runtime: true }
    )
  })

  it("tells of each line of an object its own fields only", () => {
    const [line] = describeSection("global").filter(({ keyword }) => keyword === "chroot")
    assert.deepStrictEqual(line?.fields, [{ path: "chroot", type: "string" }])
    const [base] = describeSection("global").filter(({ keyword }) => keyword === "ca-base")
    assert.deepStrictEqual(base?.fields, [{ path: "ssl_options.ca_base", type: "string" }])
  })

  it("knows nothing of sections without a grammar", () => assert.deepStrictEqual(describeSection("namespace_list"), []))

  describeCorpus("over the corpus", () => {
    const configs = corpusTable("configs.tsv").map(({ file = "" }) => parse(corpusText(file)))
    it.each(sectionKinds.filter(({ keyword }) => grammars.has(keyword)))(
      "has every field that a $keyword shows",
      ({ keyword }) => {
        const known = new Set(describeSection(keyword).flatMap(({ fields }) => fields.map(({ path }) => path)))
        const shown = configs.flatMap((config) =>
          Result.isFailure(config)
            ? []
            : config.success
                .ofKind(keyword)
                .flatMap(({ grammar, value }) => pathsIn(stripNulls(value), grammar?.fields ?? [], ""))
        )
        const header = new Set(["name", "from", "metadata"])
        assert.deepStrictEqual(
          [...new Set(shown)].filter((path) => !known.has(path) && !header.has(path)),
          []
        )
      }
    )
  })
})
