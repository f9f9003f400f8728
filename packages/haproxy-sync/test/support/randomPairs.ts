import { parse } from "@lockstep/haproxy-sync"
import { Arbitrary, Effect, Result, Schema } from "effect"
import { grammars } from "../../src/grammar/grammars.ts"
import { type SectionGrammar, writeSection } from "../../src/grammar/SectionGrammar.ts"
import { defaultHaproxyVersion, versionIn } from "../../src/text/HaproxyVersion.ts"
import { sectionKindByKeyword } from "../../src/text/SectionKind.ts"
import { maxWords } from "../../src/text/Words.ts"
import { corpusTable, corpusText } from "./corpusFiles.ts"
import { randomModel } from "./randomModels.ts"

/** Two texts. */
export type Pair = readonly [current: string, desired: string]

const one = <const T extends string | number | boolean>(values: ReadonlyArray<T>): Arbitrary.Arbitrary<T> =>
  Arbitrary.schema(Schema.Literals(values))
const fraction = Arbitrary.schema(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.999 })))

const edits = ["delete", "repeat", "insert", "move", "count", "shorten", "quote", "comment"] as const

interface LineEdit {
  readonly kind: (typeof edits)[number]
  readonly at: number
  readonly other: number
}

const lineEdit: Arbitrary.Arbitrary<LineEdit> = Arbitrary.all({ kind: one(edits), at: fraction, other: fraction })

const edited = (lines: ReadonlyArray<string>, { at, kind, other }: LineEdit, pool: ReadonlyArray<string>) => {
  // Headers stay where they are, mostly: without them there is nothing to compare.
  const inside = lines.flatMap((text, index) => (/^\s/.test(text) || at > 0.98 ? [index] : []))
  const place = inside[Math.floor(at * inside.length)] ?? 0
  const line = lines[place] ?? ""
  const elsewhere = inside[Math.floor(other * inside.length)] ?? 0
  const changed = (text: string) => lines.with(place, text)
  if (lines.length === 0) return lines
  if (kind === "delete") return lines.toSpliced(place, 1)
  if (kind === "repeat") return lines.toSpliced(elsewhere, 0, line)
  if (kind === "insert") return lines.toSpliced(place, 0, pool[Math.floor(other * pool.length)] ?? "")
  if (kind === "move") return lines.toSpliced(place, 1).toSpliced(elsewhere, 0, line)
  if (kind === "count") return changed(line.replace(/\d+/, (number) => String(Number(number) + 1)))
  if (kind === "quote")
    return changed(line.replace(/(\S+)\s*$/, (word) => (/["'\\#$]/.test(word) ? word : `"${word.trim()}"`)))
  if (kind === "comment") return changed(`${line} # ${line}`)
  const words = line.split(" ")
  return changed(words.toSpliced(Math.floor(other * words.length), 1).join(" "))
}

/** A file of the corpus and what some edits make of it, in either order; now and then two files that have nothing in common. */
export const corpusPair = (): Arbitrary.Arbitrary<Pair> => {
  const files = corpusTable("configs.tsv").map(({ file = "" }) => file)
  return Arbitrary.map(
    Arbitrary.all({
      file: one(files),
      other: one(files),
      far: one([false, false, false, false, false, true]),
      back: one([false, true]),
      changes: Arbitrary.array(lineEdit, { maxLength: 6 })
    }),
    ({ back, changes, far, file, other }) => {
      const linesOf = (name: string) => corpusText(name).replace(/\n$/, "").split("\n")
      const pool = linesOf(other).filter((line) => /^\s/.test(line))
      const lines = changes.reduce<ReadonlyArray<string>>(
        (all, change) => edited(all, change, pool),
        far ? linesOf(other) : linesOf(file)
      )
      const pair = [corpusText(file), `${lines.join("\n")}\n`] as const
      return back ? [pair[1], pair[0]] : pair
    }
  )
}

/** A model may ask for more words than HAProxy takes on one line, some of them only once the line is read. */
const withoutLongLines = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.split(/\s+/).length < maxWords * 0.75)
    .join("\n")

type Model = Readonly<Record<string, unknown>>

/** The grammars of the sections of a version, each with some models made from its fields. */
type Pools = ReadonlyArray<{ readonly grammar: SectionGrammar<unknown>; readonly models: ReadonlyArray<Model> }>

/** Makes models to choose from: to make each anew takes longer than everything that is done with it. */
export const modelPools: Effect.Effect<Pools, Arbitrary.SampleError> = Effect.forEach(
  [...grammars.values()].filter(({ keyword }) =>
    versionIn(defaultHaproxyVersion, sectionKindByKeyword.get(keyword) ?? {})
  ),
  (grammar) =>
    Arbitrary.sampleEffect(randomModel(grammar.fields, defaultHaproxyVersion), { count: 8 }).pipe(
      Effect.map((models) => ({ grammar, models }))
    )
)

const textOf = (grammar: SectionGrammar<unknown>, name: string, model: Model): string => {
  const { name: _, ...rest } = model
  const whole = sectionKindByKeyword.get(grammar.keyword)?.named === "never" ? rest : { ...rest, name }
  return withoutLongLines(writeSection(grammar, whole, [], defaultHaproxyVersion))
}

/** The text without the lines that only the text as a whole can carry. */
const carried = (text: string): string => {
  const { document, sections } = Result.getOrThrow(parse(text))
  const dropped = new Set(sections.flatMap(({ opaque }) => opaque.map(({ line }) => line)))
  return document.text
    .split("\n")
    .filter((line, index) => !dropped.has(index + 1) && !/["'\\$]/.test(line))
    .join("\n")
}

const carriedText: typeof textOf = (...model) => carried(textOf(...model))

/** What may become of a section: it is on one side only, on both, or on both with some fields of another model. */
const fates = ["left", "right", "same", "changed", "changed", "changed"] as const

/** Two small configurations made from models of the grammars, with sections and fields in common. */
export const grammarPair = (pools: Pools): Arbitrary.Arbitrary<Pair> => {
  const chosen = <T>(list: ReadonlyArray<T>, part: number): T | undefined => list[Math.floor(part * list.length)]
  const sectionPair = Arbitrary.map(
    Arbitrary.all({
      kind: fraction,
      first: fraction,
      second: fraction,
      taken: Arbitrary.array(fraction, { minLength: 1, maxLength: 3 }),
      name: one(["a", "b", "c"]),
      fate: one(fates),
      all: one([false, false, false, true])
    }),
    ({ all, fate, first, kind, name, second, taken }): Pair => {
      const pool = chosen(pools, kind)
      if (pool === undefined) return ["", ""]
      const [before, other] = [chosen(pool.models, first) ?? {}, chosen(pool.models, second) ?? {}]
      const names = [...new Set([...Object.keys(before), ...Object.keys(other)])]
      const fields = new Set(fate === "changed" ? taken.map((part) => chosen(names, part)) : [])
      const after = Object.fromEntries([
        ...Object.entries(before).filter(([field]) => !fields.has(field)),
        ...Object.entries(other).filter(([field]) => fields.has(field))
      ])
      const text = (model: Model) => (all ? textOf : carriedText)(pool.grammar, name, model)
      return [fate === "right" ? "" : text(before), fate === "left" ? "" : text(after)]
    }
  )
  return Arbitrary.map(Arbitrary.array(sectionPair, { minLength: 1, maxLength: 5 }), (sections) => [
    sections.map(([before]) => before).join(""),
    sections.map(([, after]) => after).join("")
  ])
}
