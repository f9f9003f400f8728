import type { ConfigSection } from "../model/ConfigSection.ts"
import { sameMeaning } from "../model/values.ts"
import type { Statement } from "../text/Document.ts"
import { orderDiffers } from "./LineOrder.ts"
import type { FieldChange } from "./Operation.ts"

const opaqueOf = ({ opaqueInPlace }: ConfigSection): ReadonlyArray<string> =>
  opaqueInPlace.map(({ words }) => words.join(" "))

/** What stands in the headers behind the names; sections that accumulate may have several. */
const behindNames = ({ parts }: ConfigSection): ReadonlyArray<string> =>
  parts.map(({ behindName }) => behindName.join(" ")).filter((words) => words !== "")

/** A line among which the order counts: of the others at most one counts, wherever it stands. */
const isOrdered = ({ grammar }: ConfigSection, { words }: Statement): boolean => {
  const lines = grammar?.find(words)?.lines ?? []
  return lines.length === 0 || lines.some(({ line }) => line.repeats)
}

const isServer = (word: string): boolean => word === "server" || word === "server-template"

/** The lines that form an order together; undefined for one that stands for itself, as a server mostly does. */
const familyOf = (section: ConfigSection, statement: Statement, numbered: boolean): string | undefined => {
  const [word = ""] = statement.words
  if (isServer(word)) return numbered ? "server" : undefined
  return isOrdered(section, statement) ? word : undefined
}

/** The lines of families of which some have no field: what each is, in the order of the text. */
const sequenceOf = (
  section: ConfigSection,
  families: ReadonlySet<string | undefined>,
  numbered: boolean
): ReadonlyArray<string> =>
  section.lines.flatMap(({ rank, statement }) => {
    const family = familyOf(section, statement, numbered)
    if (family === undefined || !families.has(family)) return []
    return [rank === undefined ? statement.words.join(" ") : `#${rank}`]
  })

/**
 * Returns the line that the Data Plane API moves behind others among which its place counts; undefined where there is none.
 *
 * @category comparing
 * @since 0.1.0
 */
export const movedLine = (section: ConfigSection): Statement | undefined => {
  const unplaced = section.lines.filter(({ place, rank }) => rank === undefined && place === undefined)
  return unplaced
    .map(({ statement }) => statement)
    .find((statement) => {
      const family = familyOf(section, statement, false)
      return (
        family !== undefined &&
        section.lines.some(
          ({ place, rank, statement: other }) =>
            (rank ?? place) !== undefined && other.line > statement.line && familyOf(section, other, false) === family
        )
      )
    })
}

/**
 * Returns the differences that no field of the model shows: opaque lines, what follows the name in a header, and the order among
 * lines where the model has none. That of servers counts only where they are `numbered`.
 *
 * @category comparing
 * @since 0.1.0
 */
export const lineChanges = (
  before: ConfigSection,
  after: ConfigSection,
  numbered: boolean
): ReadonlyArray<FieldChange> => {
  const changes: Array<FieldChange> = []
  const headers = [behindNames(before), behindNames(after)] as const
  if (!sameMeaning(...headers)) changes.push({ field: "header", before: headers[0], after: headers[1] })
  const [from, to] = [opaqueOf(before), opaqueOf(after)]
  const families = new Set(
    [before, after].flatMap((section) => section.opaque.map((statement) => familyOf(section, statement, numbered)))
  )
  if (
    !sameMeaning(from, to) ||
    !sameMeaning(sequenceOf(before, families, numbered), sequenceOf(after, families, numbered)) ||
    orderDiffers(before, after)
  ) {
    changes.push({ field: "lines", before: from, after: to })
  }
  return changes
}
