import { assert, describe, it } from "@effect/vitest"
import { childRoute } from "../../src/api/Routes.ts"
import { childWords, isChildField, isToldApart, sectionWords } from "../../src/diff/Vocabulary.ts"
import { grammars } from "../../src/grammar/grammars.ts"
import { sectionKinds } from "../../src/text/SectionKind.ts"

const fields = [...grammars.values()].flatMap((grammar) => grammar.fields.map((field) => ({ grammar, field })))

/** Lists of objects that are fields of their section: the API has no requests for them. */
const ownLists = new Set(["force_persist_list", "ignore_persist_list"])

describe("childWords", () => {
  it("has words for every collection that a grammar has, and for no other", () => {
    const collections = fields
      .filter(({ field }) => field.fields !== undefined && (field.type === "map" || field.name.endsWith("_list")))
      .map(({ field }) => field.name)
      .filter((name) => !ownLists.has(name))
    assert.sameMembers([...new Set(collections)], Object.keys(childWords))
  })

  it("has a label in every item that is not named by its place", () => {
    for (const { field } of fields.filter((one) => isChildField(one.field))) {
      const { label } = childWords[field.name] ?? {}
      if (typeof label !== "string") continue
      assert.include(
        (field.fields ?? []).map(({ name }) => name),
        label,
        field.name
      )
    }
  })
})

describe("sectionWords", () => {
  it("has words for every kind of section", () => {
    assert.sameMembers(
      Object.keys(sectionWords),
      sectionKinds.map(({ keyword }) => keyword)
    )
  })
})

describe("isToldApart", () => {
  it("holds only for what the API has requests for, but for listen, which it does not address", () => {
    for (const { field, grammar } of fields) {
      if (!isToldApart(grammar.keyword, field.name) || grammar.keyword === "listen") continue
      assert.isDefined(childRoute(grammar.keyword, field.name, "3.4"), `${grammar.keyword} ${field.name}`)
    }
  })
})
