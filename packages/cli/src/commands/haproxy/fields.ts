import { describeSection, type FieldReference, type LineReference, sectionKinds } from "@lockstep/haproxy-sync"
import { Effect } from "effect"
import { Argument, Command } from "effect/cli"
import { output, reported, writeDocument, writeLine } from "../../Output.ts"
import { layout } from "../../table.ts"
import { usageError } from "../../usageError.ts"

const keywords = sectionKinds.map(({ keyword }) => keyword)

export const commandHaproxyFields = Command.make(
  "fields",
  {
    section: Argument.Literals("section", keywords).pipe(Argument.withDescription("A kind of section")),
    keywords: Argument.String("keyword").pipe(
      Argument.withDescription("Only the lines that begin so, such as server, or option httpchk in quotes"),
      Argument.variadic()
    ),
    output
  },
  Effect.fnUntraced(function* ({ keywords: wanted, output: format, section }) {
    const all = describeSection(section)
    const unknown = wanted.filter((one) => !all.some(({ keyword }) => keyword === one))
    if (unknown.length > 0) {
      return yield* usageError(
        `${section} has no line that begins with ${unknown.join(" or ")} and sets fields`,
        `leave the keyword out to see all of them: lockstep haproxy fields ${section}`
      )
    }
    const lines = wanted.length === 0 ? all : all.filter(({ keyword }) => wanted.includes(keyword))
    yield* format === "human" ? writeLine(table(lines)) : writeDocument("Fields", { section, lines }, format)
  }, reported)
).pipe(
  Command.withDescription("Show which fields of the model the lines of a section set: types, values, versions, reloads")
)

const limits = ({ max, min, values }: FieldReference): string => {
  if (values !== undefined) return values.join(" | ")
  if (min === undefined && max === undefined) return ""
  return max === undefined ? `≥ ${min}` : `${min ?? ""} … ${max}`
}

const versions = ({ since, until }: FieldReference): string =>
  [since === undefined ? "" : `from ${since}`, until === undefined ? "" : `to ${until}`]
    .filter((one) => one !== "")
    .join(" ")

const notes = ({ runtime, secret }: FieldReference): string =>
  [runtime === true ? "no reload" : "", secret === true ? "secret" : ""].filter((one) => one !== "").join(", ")

const rowsOf = ({ fields, keyword }: LineReference): ReadonlyArray<ReadonlyArray<string>> =>
  fields.length === 0
    ? [[keyword, "–", "", "", "the text alone carries it", ""]]
    : fields.map((field, index) => [
        index === 0 ? keyword : "",
        field.path,
        field.type,
        versions(field),
        notes(field),
        limits(field)
      ])

const table = (lines: ReadonlyArray<LineReference>): string =>
  layout("  ")([["KEYWORD", "FIELD", "TYPE", "VERSIONS", "NOTES", "VALUES"], ...lines.flatMap(rowsOf)])
