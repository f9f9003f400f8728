import { readStatements } from "../grammar/SectionGrammar.ts"
import { entriesInOrder } from "../grammar/Line.ts"
import type { Draft } from "../grammar/Args.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import { compareNamed, type NamedChildren } from "./compareChildren.ts"
import type { Operation } from "./Operation.ts"

/** A line of a server, with its name. */
const serverLine = /^[ \t]*server[ \t]+([^ \t\r]+)/

/** Lines for which a server can't be told by its first words, or means something else than the line says. */
const intricate = /^[ \t]*[^ \t\n]*["'\\]|^[ \t]*server[ \t]+[^ \t\n]*["'\\#$]|default-server/m

/**
 * Returns what differs between two texts of a backend if these are only the words behind the names of some servers; undefined where more
 * may differ.
 *
 * **Details**
 *
 * It reads the lines that differ, and not the sections: weights and addresses of many servers are what changes most often.
 */
export const compareServerLines = (
  before: ConfigSection,
  after: ConfigSection
): ReadonlyArray<Operation> | undefined => {
  const { grammar, keyword, name } = after
  if (keyword !== "backend" || grammar === undefined || intricate.test(before.text)) return undefined
  const [from, to] = [before.text.split("\n"), after.text.split("\n")]
  if (from.length !== to.length) return undefined
  const names = new Set<string>()
  const different: Array<number> = []
  for (const [index, line] of from.entries()) {
    const server = serverLine.exec(line)?.[1]
    if (server !== undefined) {
      // The second one of a name has no place in the model.
      if (names.has(server)) return undefined
      names.add(server)
    }
    if (line === to[index]) continue
    if (server === undefined || serverLine.exec(to[index] ?? "")?.[1] !== server) return undefined
    different.push(index)
  }
  const read = (section: ConfigSection): NamedChildren | undefined => {
    const [part] = section.parts
    if (part === undefined) return undefined
    const { document, firstLine } = part
    const statements = different.flatMap((index) => document.statement(firstLine + index) ?? [])
    const { lines, value } = readStatements(grammar, {}, statements, section.version)
    const servers: ReadonlyArray<readonly [string, Draft]> = entriesInOrder(value["servers"])
    return lines.length === different.length && lines.every(({ rank }) => rank !== undefined)
      ? { keyword, name, named: () => servers }
      : undefined
  }
  const [old, wanted] = [read(before), read(after)]
  return old === undefined || wanted === undefined ? undefined : compareNamed(old, wanted, "servers", false)
}
