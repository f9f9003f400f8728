import type { ConfigSection } from "../model/ConfigSection.ts"
import type { ReadLine } from "../grammar/SectionGrammar.ts"
import { sameMeaning } from "../model/values.ts"
import type { Statement } from "../text/Document.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"

/**
 * Lines that change what the lines behind them mean, across keywords. The order among lines of one keyword is part of the model.
 */
interface Family {
  readonly sections: ReadonlyArray<SectionKeyword>
  /** The keywords of the lines that change the meaning of others. */
  readonly setters: ReadonlyArray<string>
  /** Finds the first line whose meaning may be changed, where the API writes the others before all of these. */
  readonly first?: RegExp
  /** What tells a line whose meaning is changed from others of its section; undefined for a line that is not concerned. */
  readonly identify: (words: ReadonlyArray<string>, setters: ReadonlyArray<ReadonlyArray<string>>) => string | undefined
  /** Whether one of the setters concerns a line; absent where each does. */
  readonly concerns?: (setter: ReadonlyArray<string>, words: ReadonlyArray<string>) => boolean
}

const byName =
  (...keywords: ReadonlyArray<string>) =>
  (words: ReadonlyArray<string>): string | undefined =>
    keywords.includes(words[0] ?? "") ? words.slice(0, 2).join(" ") : undefined

/** The keywords of lines that change variables. */
export const environment = ["setenv", "presetenv", "unsetenv", "resetenv"]

/** The variables that a line changes; undefined for all of them. */
const changedBy = ([keyword, ...names]: ReadonlyArray<string>): ReadonlyArray<string> | undefined => {
  if (keyword === "resetenv") return undefined
  return keyword === "unsetenv" ? names : names.slice(0, 1)
}

const refersTo = (words: ReadonlyArray<string>, name: string): boolean =>
  words.some((word) => word.includes(`$${name}`) || word.includes(`\${${name}`))

/** Whether a line that changes variables concerns another one, which changes or uses one of them. */
const sharesVariable = (setter: ReadonlyArray<string>, words: ReadonlyArray<string>): boolean => {
  const own = environment.includes(words[0] ?? "") ? changedBy(words) : []
  const names = changedBy(setter)
  return names === undefined || own === undefined || names.some((name) => own.includes(name) || refersTo(words, name))
}

/** The lines that change variables, and those that refer to one that is changed. */
const byVariable: Family["identify"] = (words, setters) => {
  const concerned = environment.includes(words[0] ?? "") || setters.some((setter) => sharesVariable(setter, words))
  return concerned ? words.join(" ") : undefined
}

const families: ReadonlyArray<Family> = [
  {
    sections: ["backend", "listen", "peers"],
    setters: ["default-server"],
    first: /^[ \t]*["']?(?:server|server-template|peer)\b/m,
    identify: byName("server", "server-template", "peer")
  },
  { sections: ["peers"], setters: ["default-bind"], first: /^[ \t]*["']?bind\b/m, identify: byName("bind") },
  {
    sections: ["global"],
    setters: ["lua-prepend-path", "default-path"],
    identify: ([first, ...rest]) => (first?.startsWith("lua-load") === true ? [first, ...rest].join(" ") : undefined)
  },
  { sections: ["global"], setters: environment, identify: byVariable, concerns: sharesVariable }
]

/** For each line of a family, what stands before it: `all` of the lines that change its meaning, or only these. */
type Contexts = ReadonlyMap<string, "all" | ReadonlyArray<string>>

const contextsOf = (
  statements: ReadonlyArray<Statement>,
  { concerns = () => true, identify, setters }: Family
): Contexts => {
  const all = statements.map(({ words }) => words).filter(([word = ""]) => setters.includes(word))
  const contexts = new Map<string, "all" | ReadonlyArray<string>>()
  if (all.length === 0) return contexts
  const before: Array<ReadonlyArray<string>> = []
  for (const { words } of statements) {
    const key = identify(words, all)
    const counts = (setter: ReadonlyArray<string>) => setter[0] !== words[0] && concerns(setter, words)
    const context = before.filter(counts)
    if (key !== undefined) {
      contexts.set(key, context.length === all.filter(counts).length ? "all" : context.map((one) => one.join(" ")))
    }
    if (setters.includes(words[0] ?? "")) before.push(words)
  }
  return contexts
}

const differ = (a: Contexts, b: Contexts): string | undefined => {
  for (const [key, context] of a) {
    const other = b.get(key)
    if (other !== undefined && !sameMeaning(context, other)) return key
  }
  return undefined
}

const familiesOf = (section: ConfigSection): ReadonlyArray<Family> =>
  families.filter(({ sections }) => sections.includes(section.keyword))

const statementsOf = ({ lines }: ConfigSection): ReadonlyArray<Statement> => lines.map(({ statement }) => statement)

/**
 * Reports whether lines that both sections have stand behind other lines that change what they mean: a server behind another
 * `default-server`, a Lua file before the path it is looked for in.
 *
 * @category comparing
 * @since 0.1.0
 */
export const orderDiffers = (before: ConfigSection, after: ConfigSection): boolean =>
  familiesOf(after).some((family) => {
    const [from, to] = [contextsOf(statementsOf(before), family), contextsOf(statementsOf(after), family)]
    // Where one side has no such lines at all, each line of the other that is not behind all of them has changed its meaning.
    if (from.size === 0 || to.size === 0) return [...from.values(), ...to.values()].some((context) => context !== "all")
    return differ(from, to) !== undefined
  })

/** Looks at the text alone, so that a section without such lines, or with all of them in front, is not read. */
const mayBreak = (text: string, { first, setters }: Family): boolean => {
  const last = Math.max(...setters.map((setter) => text.lastIndexOf(setter)))
  if (last < 0 || first === undefined) return last >= 0
  const concerned = text.search(first)
  return concerned >= 0 && concerned < last
}

/**
 * Returns the line whose meaning changes when the Data Plane API writes a section in the order of its own; undefined where none does.
 *
 * @category comparing
 * @since 0.1.0
 */
export const brokenByReordering = (section: ConfigSection): Statement | undefined => {
  const own = familiesOf(section).filter((family) => mayBreak(section.text, family))
  if (own.length === 0) return undefined
  const place = ({ place: among, rank }: ReadLine) => rank ?? among ?? Number.MAX_SAFE_INTEGER
  const reordered = section.lines.toSorted((a, b) => place(a) - place(b)).map(({ statement }) => statement)
  for (const family of own) {
    const broken = differ(contextsOf(statementsOf(section), family), contextsOf(reordered, family))
    if (broken === undefined) continue
    const setters = reordered.map(({ words }) => words).filter(([word = ""]) => family.setters.includes(word))
    return section.lines.find(({ statement: { words } }) => family.identify(words, setters) === broken)?.statement
  }
  return undefined
}
