import type { Draft } from "../grammar/Args.ts"
import { itemsInOrder, source } from "../grammar/Line.ts"
import { ConfigSection } from "../model/ConfigSection.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import { meaningOf, sameMeaning } from "../model/values.ts"
import { sectionKinds, type SectionKeyword } from "../text/SectionKind.ts"
import type { ConfigDiff } from "./ConfigDiff.ts"
import { summarizeOperations } from "./DiffSummary.ts"
import { type Edit, editScript } from "./EditScript.ts"
import type { FieldChange, Operation } from "./Operation.ts"
import { isChildField, sectionWords, wordsOf } from "./Vocabulary.ts"

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
}

/**
 * Compares two configurations and returns what turns the first into the second, in an order in which it can be carried out.
 *
 * **Details**
 *
 * Creates and updates come in an order in which what is referred to is there first; deleted sections come last, those that refer to
 * others before those. Sections whose text is equal are not read. What means the same is equal: `5s` and `5000ms`, quotes, comments. The
 * result is the same for the same two texts.
 *
 * **Example** (A server's weight)
 *
 * ```ts
 * import { Result } from "effect"
 * import { compare, describe, parse } from "@lockstep/haproxy-sync"
 *
 * const [current, desired] = ["weight 1", "weight 2"].map((weight) =>
 *   Result.getOrThrow(parse(`backend app\n  server s1 10.0.0.1:80 ${weight}\n`))
 * )
 * compare(current, desired).operations.map(describe)
 * // ["Update server 's1' in backend 'app'"]
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
  const operations: Array<Operation> = []
  const deletes: Array<Operation> = []
  const parents = { current: implicitDefaults(current), desired: implicitDefaults(desired) }
  for (const keyword of byReference) {
    for (const after of desired.ofKind(keyword)) {
      const before = current.section(keyword, after.name)
      if (before === undefined) {
        operations.push(...createSection(after))
        continue
      }
      const moved = parents.current.get(before) !== parents.desired.get(after)
      if (!moved && before.text === after.text) continue
      operations.push(...compareSections(before, after, options))
      if (moved) operations.push(inheritance(after, parents.current.get(before), parents.desired.get(after)))
    }
    for (const before of current.ofKind(keyword)) {
      if (desired.section(keyword, before.name) === undefined) deletes.push(deleteSection(before))
    }
  }
  operations.push(...comparePreambles(current, desired), ...deletes.toReversed())
  return { operations, summary: summarizeOperations(operations) }
}

/** What is referred to comes first: the server's own order, but for frontends, which refer to backends. */
const byReference: ReadonlyArray<SectionKeyword> = [
  ...sectionKinds.map(({ keyword }) => keyword).filter((keyword) => keyword !== "frontend"),
  "frontend"
]

/**
 * Compares configurations; as a value, for those who know it by that name.
 *
 * @category comparing
 * @since 0.1.0
 */
export const Comparator = { compare } as const

/** Proxies without `from` inherit from the last defaults before them: a change of that is a change of meaning. */
const implicitDefaults = (config: StructuredConfig): ReadonlyMap<ConfigSection, string> => {
  const result = new Map<ConfigSection, string>()
  let last = ""
  for (const section of config.sections) {
    if (section.keyword === "defaults") last = section.name
    else if (section.parts[0]?.kind?.inherits === true && section.parts[0].from === undefined) result.set(section, last)
  }
  return result
}

const inheritance = (section: ConfigSection, before: string | undefined, after: string | undefined): Operation => ({
  type: "update",
  ...sectionOf(section),
  changed: [{ field: "defaults", before: before ?? section.value["from"], after: after ?? section.value["from"] }],
  onlyRaw: `the ${section.keyword} inherits from another defaults section without naming it; write "from" to make that explicit`
})

const sectionOf = ({ keyword, name }: ConfigSection) => ({
  section: sectionWords[keyword].section,
  keyword,
  owner: name,
  ...(name === "" ? {} : { name })
})

/** The children of a created section that have operations of their own: those the reference implementation tells apart. */
const toldApart: Readonly<Partial<Record<SectionKeyword, ReadonlyArray<string> | "all">>> = {
  backend: "all",
  frontend: "all",
  mailers: ["mailer_entries"],
  peers: ["peer_entries"],
  resolvers: ["nameservers"],
  userlist: ["users"]
}

const createSection = (section: ConfigSection): ReadonlyArray<Operation> => {
  const reason = whyOnlyRaw(section)
  const told = toldApart[section.keyword]
  const children = childFields(section).filter((field) => told === "all" || told?.includes(field) === true)
  const onlyRaw = reason === undefined ? {} : { onlyRaw: reason }
  return [
    {
      // `global` and `traces` are always there: to create one is to update it.
      type: section.name === "" ? "update" : "create",
      ...sectionOf(section),
      after: section.value,
      changed:
        section.name === "" ? baseChanges(section.keyword, {}, section.value, section.grammar?.fields ?? []) : [],
      ...onlyRaw
    },
    ...children.flatMap((field) =>
      section.items(field).map((after, index): Operation => ({
        type: "create",
        ...childOf(section, field),
        ...identity(section, field, after, index),
        after,
        changed: [],
        ...onlyRaw
      }))
    )
  ]
}

const deleteSection = (section: ConfigSection): Operation => ({
  type: "delete",
  ...sectionOf(section),
  before: section.value,
  changed: [],
  ...(section.keyword === "listen" ? { onlyRaw: listenReason } : {})
})

const listenReason = "the Data Plane API does not address listen sections"

/** Why a section can't be written through its resource, whatever the difference is. */
const whyOnlyRaw = (section: ConfigSection): string | undefined => {
  if (section.keyword === "listen") return listenReason
  if (section.grammar === undefined) return `the Data Plane API does not address ${section.keyword} sections`
  if (section.name.includes("#") && section.name !== section.parts[0]?.name) return "another section has the same name"
  const [opaque] = section.opaque
  if (opaque !== undefined)
    return `the Data Plane API has no field for "${opaque.words.join(" ")}" on line ${opaque.line}`
  if (childFields(section).some((field) => section.items(field).some((item) => source in item))) {
    return "an environment reference stands where the Data Plane API wants a number"
  }
  return undefined
}

const compareSections = (
  before: ConfigSection,
  after: ConfigSection,
  options: CompareOptions
): ReadonlyArray<Operation> => {
  const lines = lineChanges(before, after)
  const fields = after.grammar?.fields ?? []
  const changed = [...baseChanges(after.keyword, before.value, after.value, fields), ...lines]
  const reason =
    lines.length > 0
      ? (whyOnlyRaw(after) ?? whyOnlyRaw(before) ?? "the order of lines differs that the Data Plane API can't order")
      : after.keyword === "listen"
        ? listenReason
        : undefined
  const onlyRaw = reason === undefined ? {} : { onlyRaw: reason }
  const update: Operation = {
    type: "update",
    ...sectionOf(after),
    before: before.value,
    after: after.value,
    changed,
    ...onlyRaw
  }
  return [
    ...(changed.length === 0 ? [] : [update]),
    ...fields.filter(isChildField).flatMap(({ name, type }) =>
      (type === "map" ? compareNamed(before, after, name, options) : compareList(before, after, name)).map((one) => ({
        ...onlyRaw,
        ...one
      }))
    )
  ]
}

/** The fields of the section itself, those of objects one by one. */
const baseChanges = (
  keyword: SectionKeyword,
  before: Readonly<Draft>,
  after: Readonly<Draft>,
  fields: ReadonlyArray<{ readonly name: string; readonly type: string }>
): ReadonlyArray<FieldChange> => {
  const children = new Set(fields.filter(isChildField).map((field) => field.name))
  const own = (value: Readonly<Draft>) =>
    Object.fromEntries(
      Object.entries(value).filter(([name]) => !children.has(name) && (keyword !== "defaults" || name !== "name"))
    )
  return changesOf(own(before), own(after))
}

/**
 * Returns the fields in which two objects differ, by path, in alphabetical order; comments don't count.
 *
 * @category comparing
 * @since 0.1.0
 */
export const changesOf = (before: Readonly<Draft>, after: Readonly<Draft>, path = ""): ReadonlyArray<FieldChange> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => name !== "metadata" && !sameMeaning(before[name] ?? null, after[name] ?? null))
    .toSorted()
    .flatMap((name) => {
      const [from, to] = [before[name], after[name]]
      return isObject(from) && isObject(to)
        ? changesOf(from, to, `${path}${name}.`)
        : [{ field: `${path}${name}`, before: from, after: to }]
    })

const isObject = (value: unknown): value is Readonly<Draft> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Lines that the order of counts together: what a default-server line means depends on the servers behind it. */
const familyOf = (word: string): string => (/^(default-server|server|server-template)$/.test(word) ? "server" : word)

/** The differences that no field shows: opaque lines, what follows the name in a header, order among what the model can't order. */
const lineChanges = (before: ConfigSection, after: ConfigSection): ReadonlyArray<FieldChange> => {
  const opaque = (section: ConfigSection) => section.opaque.map((statement) => statement.words.join(" "))
  const headers = (section: ConfigSection) => section.parts.map((part) => (part.header?.words ?? []).join(" "))
  const families = new Set(
    [...before.opaque, ...after.opaque].map(({ words: [word = ""] }) => familyOf(word)).filter((word) => word !== "no")
  )
  const sequence = (section: ConfigSection) =>
    section.lines
      .filter(
        ({
          statement: {
            words: [word = ""]
          }
        }) => families.has(familyOf(word))
      )
      .map(({ rank, statement }) => (rank === undefined ? statement.words.join(" ") : `#${rank}`))
  const [from, to] = [opaque(before), opaque(after)]
  const changes: Array<FieldChange> = []
  if (
    !sameMeaning(headers(before).toSorted(), headers(after).toSorted()) &&
    before.value["from"] === after.value["from"]
  ) {
    changes.push({ field: "header", before: headers(before).join("; "), after: headers(after).join("; ") })
  }
  if (!sameMeaning(from, to) || !sameMeaning(sequence(before), sequence(after))) {
    changes.push({ field: "lines", before: from, after: to })
  }
  return changes
}

const childFields = (section: ConfigSection): ReadonlyArray<string> =>
  (section.grammar?.fields ?? []).filter(isChildField).map((field) => field.name)

const childOf = (section: ConfigSection, field: string) => ({
  section: wordsOf(field).section,
  keyword: section.keyword,
  owner: section.name,
  field
})

/** A child in a map is known by its key, one in a list by its place. */
const identity = (section: ConfigSection, field: string, item: Readonly<Draft>, index: number) => {
  const map = section.value[field]
  if (Array.isArray(map)) return { index }
  const name = Object.entries((map ?? {}) as Readonly<Record<string, unknown>>).find(([, one]) => one === item)?.[0]
  return name === undefined ? { index } : { name }
}

const rawItem = (...items: ReadonlyArray<Readonly<Draft> | undefined>) =>
  items.some((item) => item !== undefined && source in item)
    ? { onlyRaw: "an environment reference stands where the Data Plane API wants a number" }
    : {}

const compareList = (before: ConfigSection, after: ConfigSection, field: string): ReadonlyArray<Operation> => {
  const from = before.items(field)
  const to = after.items(field)
  if (from.length === 0 && to.length === 0) return []
  return editScript(from.map(meaningOf), to.map(meaningOf)).map((edit) => listOperation(after, field, edit, from, to))
}

const listOperation = (
  section: ConfigSection,
  field: string,
  edit: Edit,
  from: ReadonlyArray<Readonly<Draft>>,
  to: ReadonlyArray<Readonly<Draft>>
): Operation => {
  const before = edit.type === "create" ? undefined : from[edit.from]
  const after = edit.type === "delete" ? undefined : to[edit.to]
  return {
    type: edit.type,
    ...childOf(section, field),
    index: edit.index,
    ...(edit.type === "move" ? { toIndex: edit.toIndex } : {}),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    changed: edit.type === "update" ? changesOf(before ?? {}, after ?? {}) : [],
    ...rawItem(before, after)
  }
}

const compareNamed = (
  before: ConfigSection,
  after: ConfigSection,
  field: string,
  options: CompareOptions
): ReadonlyArray<Operation> => {
  const from = keyed(before, field)
  const to = keyed(after, field)
  const child = childOf(after, field)
  const operations: Array<Operation> = []
  for (const [name, item] of from) {
    if (!to.has(name)) operations.push({ type: "delete", ...child, name, before: item, changed: [], ...rawItem(item) })
  }
  for (const [name, item] of to) {
    const old = from.get(name)
    if (old === undefined)
      operations.push({ type: "create", ...child, name, after: item, changed: [], ...rawItem(item) })
    else if (!sameMeaning(comparable(field, old), comparable(field, item))) {
      operations.push({
        type: "update",
        ...child,
        name,
        before: old,
        after: item,
        changed: changesOf(comparable(field, old), comparable(field, item)),
        ...rawItem(old, item)
      })
    }
  }
  return orderCounts(after, field, options) ? [...operations, ...moves(child, from, to)] : operations
}

const keyed = (section: ConfigSection, field: string): ReadonlyMap<string, Readonly<Draft>> => {
  const map = (section.value[field] ?? {}) as Readonly<Record<string, Readonly<Draft>>>
  const names = new Map(Object.entries(map).map(([name, item]) => [item, name]))
  return new Map(itemsInOrder(map).map((item) => [comparableName(field, names.get(item) ?? ""), item]))
}

/** A bind without a name goes by its address: `*:80` and `:80` are the same one. */
const comparableName = (field: string, name: string): string => (field === "binds" ? name.replace(/^\*:/, ":") : name)

const comparable = (field: string, item: Readonly<Draft>): Readonly<Draft> => {
  if (field !== "binds") return item
  const { address, name, ...rest } = item
  return { ...rest, name: comparableName(field, String(name)), ...(address === "*" ? {} : { address }) }
}

/** Servers get their numbers in the order of the text; `balance first` and hashing go by them. */
const orderCounts = (section: ConfigSection, field: string, { order = "auto" }: CompareOptions): boolean => {
  if (order !== "auto") return order === "strict"
  if (field !== "servers" && field !== "server_templates") return false
  const balance = section.value["balance"]
  const algorithm = isObject(balance) ? String(balance["algorithm"]) : ""
  return !["", "undefined", "roundrobin", "static-rr", "leastconn", "random"].includes(algorithm)
}

/** The API appends new names and keeps the others, so what matters is where the lists differ after that. */
const moves = (
  child: ReturnType<typeof childOf>,
  from: ReadonlyMap<string, Readonly<Draft>>,
  to: ReadonlyMap<string, Readonly<Draft>>
): ReadonlyArray<Operation> => {
  const reached = [
    ...[...from.keys()].filter((name) => to.has(name)),
    ...[...to.keys()].filter((name) => !from.has(name))
  ]
  const wanted = [...to.keys()]
  return editScript(reached, wanted).flatMap((edit): ReadonlyArray<Operation> => {
    if (edit.type !== "move") return []
    const name = wanted[edit.to] ?? ""
    const item = to.get(name) ?? {}
    return [
      {
        type: "move",
        ...child,
        name,
        index: edit.index,
        toIndex: edit.toIndex,
        before: item,
        after: item,
        changed: [],
        onlyRaw: "the Data Plane API can't choose the place of a named item"
      }
    ]
  })
}

const comparePreambles = (current: StructuredConfig, desired: StructuredConfig): ReadonlyArray<Operation> => {
  const words = (config: StructuredConfig) => config.preamble.map((statement) => statement.words.join(" "))
  const [before, after] = [words(current), words(desired)]
  return sameMeaning(before, after)
    ? []
    : [
        {
          type: "update",
          section: "global",
          keyword: "global",
          owner: "",
          changed: [{ field: "lines", before, after }],
          onlyRaw: "the Data Plane API has no place for lines before the first section"
        }
      ]
}
