import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Arbitrary, Schema } from "effect"
import { corpusPresent, corpusTable, corpusText } from "../packages/haproxy-sync/test/support/corpusFiles.ts"
import { lineOf, textOf } from "../packages/haproxy-sync/test/support/texts.ts"

const example = (name: string): string => readFileSync(join(import.meta.dirname, "../examples/haproxy", name), "utf8")

/** The texts that inputs are cut from: those of the corpus, where it is, and our own examples. */
const sources = (): ReadonlyArray<string> => [
  example("current.cfg"),
  example("desired.cfg"),
  ...(corpusPresent ? corpusTable("configs.tsv").map(({ file = "" }) => corpusText(file)) : [])
]

const part = Arbitrary.schema(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.9999 })))
const one = <const T extends string | number>(values: ReadonlyArray<T>) => Arbitrary.schema(Schema.Literals(values))

/** A change of a text: what goes where, and what comes from somewhere else. */
const change = Arbitrary.all({
  kind: one(["cut", "flip", "splice", "insert"]),
  at: part,
  length: one([1, 1, 2, 20, 300]),
  source: part,
  from: part,
  bit: one([1, 2, 4, 8, 16, 32, 64, 128]),
  line: lineOf
})

type Change = typeof change extends Arbitrary.Arbitrary<infer C> ? C : never

const chosen = <T>(list: ReadonlyArray<T>, where: number): T | undefined => list[Math.floor(where * list.length)]

const changed = (text: string, { at, bit, from, kind, length, line, source }: Change, all: ReadonlyArray<string>) => {
  const place = Math.floor(at * text.length)
  if (kind === "cut") return text.slice(0, place) + text.slice(place + length)
  if (kind === "insert") return text.slice(0, place) + line.slice(0, 40) + text.slice(place)
  if (kind === "flip") {
    const flipped = String.fromCharCode((text.charCodeAt(place) || 0) ^ bit)
    return text.slice(0, place) + flipped + text.slice(place + 1)
  }
  const other = chosen(all, source) ?? ""
  const begin = Math.floor(from * other.length)
  return text.slice(0, place) + other.slice(begin, begin + length) + text.slice(place)
}

const upTo = (text: string, from: number, length: number): string => {
  const begin = text.lastIndexOf("\n", Math.floor(from * text.length)) + 1
  const end = text.indexOf("\n", begin + length)
  return text.slice(begin, end < 0 ? text.length : end + 1)
}

/** Texts of real configurations, whole or in part, with bytes flipped, parts cut out and parts of others put in. */
export const mutatedTexts = (): Arbitrary.Arbitrary<string> => {
  const all = sources()
  const cutOut = Arbitrary.map(
    Arbitrary.all({
      source: part,
      from: part,
      length: one([100, 400, 400, 1500, 1500, 6000]),
      header: one(["", "", "global\n", "defaults\n", "frontend f\n", "backend b\n", "listen l\n", "peers p\n"]),
      changes: Arbitrary.array(change, { maxLength: 6 })
    }),
    ({ changes, from, header, length, source }) =>
      changes.reduce<string>(
        (text, next) => changed(text, next, all),
        header + upTo(chosen(all, source) ?? "", from, length)
      )
  )
  return Arbitrary.flatMap(one([0, 1, 1, 1, 1, 1]), (kind) => (kind === 0 ? textOf : cutOut))
}
