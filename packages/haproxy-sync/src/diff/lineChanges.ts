import type { ConfigSection } from "../model/ConfigSection.ts"
import { sameMeaning } from "../model/values.ts"
import { orderDiffers } from "./LineOrder.ts"
import type { FieldChange } from "./Operation.ts"

const opaqueOf = ({ opaque }: ConfigSection): ReadonlyArray<string> => opaque.map(({ words }) => words.join(" "))

/** What stands in the headers behind the names; sections that accumulate may have several. */
const behindNames = ({ parts }: ConfigSection): ReadonlyArray<string> =>
  parts.map(({ behindName }) => behindName.join(" ")).filter((words) => words !== "")

/** Lines of which the Data Plane API keeps the order only among the ones it understands. */
const familyOf = (word: string): string => (/^(default-server|server|server-template)$/.test(word) ? "server" : word)

/** The lines that share a keyword with an opaque one: what each is, in the order of the text. */
const sequenceOf = ({ lines }: ConfigSection, families: ReadonlySet<string>): ReadonlyArray<string> =>
  lines.flatMap(({ rank, statement: { words } }) => {
    if (!families.has(familyOf(words[0] ?? ""))) return []
    return [rank === undefined ? words.join(" ") : `#${rank}`]
  })

/**
 * Returns the differences that no field of the model shows: opaque lines, what follows the name in a header, and the order among
 * lines where the model has none.
 *
 * @category comparing
 * @since 0.1.0
 */
export const lineChanges = (before: ConfigSection, after: ConfigSection): ReadonlyArray<FieldChange> => {
  const changes: Array<FieldChange> = []
  const headers = [behindNames(before), behindNames(after)] as const
  if (!sameMeaning(...headers)) changes.push({ field: "header", before: headers[0], after: headers[1] })
  const [from, to] = [opaqueOf(before), opaqueOf(after)]
  const families = new Set(
    [...before.opaque, ...after.opaque].map(({ words: [word = ""] }) => familyOf(word)).filter((word) => word !== "no")
  )
  if (
    !sameMeaning(from, to) ||
    !sameMeaning(sequenceOf(before, families), sequenceOf(after, families)) ||
    orderDiffers(before, after)
  ) {
    changes.push({ field: "lines", before: from, after: to })
  }
  return changes
}
