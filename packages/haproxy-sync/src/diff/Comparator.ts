import type { Draft } from "../grammar/Args.ts"
import { ConfigSection } from "../model/ConfigSection.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import { sameMeaning } from "../model/values.ts"
import { sectionKinds, type SectionKeyword } from "../text/SectionKind.ts"
import { changesOf, isObject } from "./changes.ts"
import { withCommentChanges } from "./commentChanges.ts"
import { compareList, compareNamed, createChildren } from "./compareChildren.ts"
import { compareServerLines } from "./compareServerLines.ts"
import type { ConfigDiff } from "./ConfigDiff.ts"
import { summarizeOperations } from "./DiffSummary.ts"
import { lineChanges } from "./lineChanges.ts"
import { because, whyNotWritten, whyOnlyRaw, whyUnaddressed } from "./onlyRaw.ts"
import type { FieldChange, Operation } from "./Operation.ts"
import { outlineChanges } from "./outline.ts"
import { sameWords } from "./sameWords.ts"
import { isToldApart, sectionWords } from "./Vocabulary.ts"

/**
 * How two configurations are compared.
 *
 * @category comparing
 * @since 0.1.0
 */
export interface CompareOptions {
  /**
   * Whether the order of named children counts: servers, binds, users. `auto`, the default, counts the order of servers where it
   * has a meaning: with `balance first` and with hashing, which number the servers in the order of the text.
   */
  readonly order?: "strict" | "ignore" | "auto"
  /**
   * Whether a section whose comments differ is another one; blank lines never count. `ignore` is the default, and the only choice for what
   * a server holds: it writes comments in a way of its own, and loses some.
   */
  readonly comments?: "ignore" | "count"
}

/**
 * Compares two configurations and returns what turns the first into the second, in an order in which it can be carried out.
 *
 * **Details**
 *
 * Creates and updates come in an order in which what is referred to is there first; deleted sections come last, those that refer to
 * others before those. Sections whose text is equal are not read. What means the same is equal: `5s` and `5000ms`, quotes,
 * and comments unless they are asked for. The result is the same for the same two texts.
 *
 * **Example** (A server's weight)
 *
 * ```ts
 * import { Result } from "effect"
 * import { compare, describe, parse } from "@lockstep/haproxy-sync"
 *
 * const withWeight = (weight: number) =>
 *   Result.getOrThrow(parse(`backend app\n  server s1 10.0.0.1:80 weight ${weight}\n`))
 *
 * compare(withWeight(1), withWeight(2)).operations.map(describe)
 * // => ["Update server 's1' in backend 'app'"]
 * ```
 *
 * @category comparing
 * @since 0.1.0
 */
export const compare = (
  current: StructuredConfig,
  desired: StructuredConfig,
  options: CompareOptions = {}
): ConfigDiff => {
  if (current.document.text === desired.document.text && current.version === desired.version) return unchanged
  const operations: Array<Operation> = []
  const deletes: Array<Operation> = []
  for (const { keyword, named } of byReference) {
    for (const after of desired.ofKind(keyword)) {
      const before = current.section(keyword, after.name) ?? (named === "never" ? empty(after) : undefined)
      if (before === undefined) {
        operations.push(...createSection(after))
        continue
      }
      const parents = { before: current.parentName(before), after: desired.parentName(after) }
      const sameParent = parents.before === parents.after
      if (sameParent && before.text === after.text) continue
      const ordered = (field: string) => orderCounts(desired, after, field, options)
      operations.push(...compareSections(before, after, { ordered, sameParent }))
      if (!sameParent && desired.implicitParent(after) !== undefined) operations.push(inheritance(after, parents))
    }
    for (const before of current.ofKind(keyword)) {
      if (desired.section(keyword, before.name) !== undefined) continue
      if (named === "never") operations.push(...compareSections(before, empty(before), anyOrder))
      else deletes.push(deleteSection(before))
    }
  }
  operations.push(...compareAround(current, desired), ...deletes.toReversed())
  const all = options.comments === "count" ? withCommentChanges(operations, current, desired) : operations
  return { operations: all, summary: summarizeOperations(all) }
}

const unchanged: ConfigDiff = { operations: [], summary: summarizeOperations([]) }

/** What is referred to comes first: the server's own order, but for frontends, which refer to backends. */
const byReference = sectionKinds.toSorted((a, b) => Number(a.keyword === "frontend") - Number(b.keyword === "frontend"))

/**
 * Compares configurations; as a value, for those who know it by that name.
 *
 * @category comparing
 * @since 0.1.0
 */
export const Comparator = { compare } as const

const sectionOf = ({ keyword, name }: ConfigSection) => ({
  section: sectionWords[keyword].section,
  keyword,
  owner: name,
  ...(name === "" ? {} : { name })
})

/** Proxies without `from` inherit from the last defaults before them: a change of that is a change of meaning. */
const inheritance = (
  section: ConfigSection,
  { after, before }: { readonly before: string | undefined; readonly after: string | undefined }
): Operation => ({
  type: "update",
  ...sectionOf(section),
  changed: [{ field: "defaults", before, after }],
  onlyRaw: `the ${section.keyword} inherits from another defaults section without naming it; write "from" to make that explicit`
})

const createSection = (section: ConfigSection): ReadonlyArray<Operation> => {
  const onlyRaw = because(whyOnlyRaw(section))
  return [
    { type: "create", ...sectionOf(section), after: section.value, changed: [], ...onlyRaw },
    ...(section.grammar?.fields ?? [])
      .filter(({ name }) => isToldApart(section.keyword, name))
      .flatMap(({ name }) => createChildren(section, name).map((one): Operation => ({ ...one, ...onlyRaw })))
  ]
}

const deleteSection = (section: ConfigSection): Operation => ({
  type: "delete",
  ...sectionOf(section),
  before: section.value,
  changed: [],
  ...because(whyUnaddressed(section))
})

/** `global` and `traces` are always there for the API: where a text has none, it is an empty one. */
const empty = ({ keyword, version }: ConfigSection): ConfigSection => new ConfigSection(keyword, "", [], version)

/** What a comparison of two sections depends on beside them. */
interface Around {
  /** Whether the order of the named children in a field counts. */
  readonly ordered: (field: string) => boolean
  /** Both inherit from one defaults section, whether they name it or not. */
  readonly sameParent: boolean
}

const anyOrder: Around = { ordered: () => false, sameParent: true }

const compareSections = (
  before: ConfigSection,
  after: ConfigSection,
  { ordered, sameParent }: Around
): ReadonlyArray<Operation> => {
  const unaddressed = whyUnaddressed(after)
  const servers = sameParent && unaddressed === undefined ? compareServerLines(before, after) : undefined
  if (servers !== undefined) return servers
  if (sameParent && sameWords(before, after)) return []
  const lines = lineChanges(before, after, ordered("servers"))
  const fields = after.grammar?.fields ?? []
  const base = baseChanges(after.keyword, before.value, after.value).filter(
    ({ after: to, field }) => field !== "from" || (!sameParent && to !== undefined)
  )
  const onlyRaw = because(
    lines.length > 0
      ? (whyOnlyRaw(after) ?? whyOnlyRaw(before) ?? "the order of lines differs that the Data Plane API can't order")
      : unaddressed
  )
  const changed = [...base, ...lines]
  const update: Operation = {
    type: "update",
    ...sectionOf(after),
    before: before.value,
    after: after.value,
    changed,
    ...because(whyNotWritten(after) ?? whyNotWritten(before)),
    ...onlyRaw
  }
  return [
    ...(changed.length === 0 ? [] : [update]),
    ...fields
      .filter(({ name }) => isToldApart(after.keyword, name))
      .flatMap(({ name, type }) =>
        (type === "map" ? compareNamed(before, after, name, ordered(name)) : compareList(before, after, name)).map(
          (one) => ({ ...onlyRaw, ...one })
        )
      )
  ]
}

/** The fields of the section itself, those of objects one by one, and the children that have no operations of their own. */
const baseChanges = (
  keyword: SectionKeyword,
  before: Readonly<Draft>,
  after: Readonly<Draft>
): ReadonlyArray<FieldChange> => {
  const own = (value: Readonly<Draft>) =>
    Object.fromEntries(
      Object.entries(value).filter(
        ([name]) => !isToldApart(keyword, name) && (keyword !== "defaults" || name !== "name")
      )
    )
  return changesOf(own(before), own(after))
}

/** With these, it does not matter which number a server has. */
const unnumbered: ReadonlyArray<unknown> = [undefined, "roundrobin", "static-rr", "leastconn", "random"]

/** Servers get their numbers in the order of the text; `balance first` and hashing go by them. */
const orderCounts = (
  config: StructuredConfig,
  section: ConfigSection,
  field: string,
  { order = "auto" }: CompareOptions
): boolean => {
  if (order !== "auto") return order === "strict"
  if (field !== "servers" && field !== "server_templates") return false
  const seen = new Set<ConfigSection>()
  for (let one: ConfigSection | undefined = section; one !== undefined && !seen.has(one); one = config.parent(one)) {
    seen.add(one)
    const balance = one.value["balance"]
    if (isObject(balance)) return !unnumbered.includes(balance["algorithm"])
  }
  return false
}

/** What belongs to no section alone: the lines before the first one, and what depends on its place in the file. */
const compareAround = (current: StructuredConfig, desired: StructuredConfig): ReadonlyArray<Operation> => {
  const words = (config: StructuredConfig) => config.preamble.map((statement) => statement.words.join(" "))
  const [before, after] = [words(current), words(desired)]
  const preamble = sameMeaning(before, after) ? [] : [{ field: "lines", before, after }]
  const whole: Operation = { type: "update", section: "global", keyword: "global", owner: "", changed: [] }
  return [
    ...preamble.map((change) => ({
      ...whole,
      changed: [change],
      onlyRaw: "the Data Plane API has no place for lines before the first section"
    })),
    ...outlineChanges(current, desired).map((change) => ({
      ...whole,
      changed: [change],
      onlyRaw: "the Data Plane API does not keep lines whose place in the file counts"
    }))
  ]
}
