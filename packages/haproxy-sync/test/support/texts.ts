import { Arbitrary, Schema } from "effect"

/** What lines are put together from: everything that means something to HAProxy's tokenizer, and some that means nothing. */
const pieces = [
  "a",
  "b",
  "0",
  "1",
  " ",
  "\t",
  '"',
  "'",
  "\\",
  "#",
  "$",
  "{",
  "}",
  "[*]",
  "-",
  ".",
  "_",
  "\r",
  "\0",
  "é",
  "😀",
  "\v",
  "\f",
  "\u00a0",
  "\\\\",
  '\\"',
  "\\x41",
  "\\x4",
  "${A}",
  "${A-b}",
  "${A[*]}",
  "$.LINE",
  '"a b"',
  "'c d'",
  "server",
  "http-request"
]

const piece = Arbitrary.schema(Schema.Literals(pieces))

/** A line, mostly broken in some way. */
export const lineOf: Arbitrary.Arbitrary<string> = Arbitrary.map(Arbitrary.array(piece, { maxLength: 40 }), (parts) =>
  parts.join("")
)

const headers = ["global", "defaults", "frontend f", "backend b", '"backend" "b c"', "listen l", "nonsense", ""]

/** A text of several sections, mostly broken in some way. */
export const textOf: Arbitrary.Arbitrary<string> = Arbitrary.map(
  Arbitrary.all([
    Arbitrary.array(
      Arbitrary.all([Arbitrary.schema(Schema.Literals(headers)), Arbitrary.array(lineOf, { maxLength: 6 })]),
      {
        maxLength: 5
      }
    ),
    Arbitrary.schema(Schema.Literals(["\n", "", "\r\n", "\n\n"]))
  ]),
  ([sections, end]) => sections.flatMap(([header, lines]) => [header, ...lines]).join("\n") + end
)

/** How a text is changed: where, how much goes, and what comes. */
export interface Mutation {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

const fraction = Arbitrary.schema(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })))

/** Changes of a text at places given as fractions of its length. */
export const mutations: Arbitrary.Arbitrary<ReadonlyArray<Mutation>> = Arbitrary.array(
  Arbitrary.map(
    Arbitrary.all([fraction, Arbitrary.schema(Schema.Literals([0, 0, 1, 2, 20, 300])), lineOf]),
    ([at, remove, insert]) => ({ at, remove, insert: insert.slice(0, 12) })
  ),
  { minLength: 1, maxLength: 4 }
)

/** The text with these changes made one after another. */
export const mutate = (text: string, changes: ReadonlyArray<Mutation>): string =>
  changes.reduce((one, { at, insert, remove }) => {
    const place = Math.floor(at * one.length)
    return one.slice(0, place) + insert + one.slice(place + remove)
  }, text)
