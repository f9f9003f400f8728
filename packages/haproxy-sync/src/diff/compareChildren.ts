import type { Draft } from "../grammar/Args.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import { meaningOf, sameMeaning } from "../model/values.ts"
import { changesOf } from "./changes.ts"
import { type Edit, editScript } from "./EditScript.ts"
import { identical } from "./identical.ts"
import { rawItems } from "./onlyRaw.ts"
import type { Operation } from "./Operation.ts"
import { wordsOf } from "./Vocabulary.ts"

/** A section, as far as its named children are compared. */
export type NamedChildren = Pick<ConfigSection, "keyword" | "name" | "named">

/** What the operations on a collection of children have in common. */
export const childOf = (section: Pick<ConfigSection, "keyword" | "name">, field: string) => ({
  section: wordsOf(field).section,
  keyword: section.keyword,
  owner: section.name,
  field
})

/** The operations that create all children of a collection. */
export const createChildren = (section: ConfigSection, field: string): ReadonlyArray<Operation> => {
  const child = childOf(section, field)
  return Array.isArray(section.value[field])
    ? section.items(field).map((after, index) => ({ type: "create", ...child, index, after, changed: [] }))
    : section.named(field).map(([name, after]) => ({ type: "create", ...child, name, after, changed: [] }))
}

/** The operations that turn one ordered list into another. */
export const compareList = (before: ConfigSection, after: ConfigSection, field: string): ReadonlyArray<Operation> => {
  const from = before.items(field)
  const to = after.items(field)
  if (identical(from, to)) return []
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
    ...rawItems(before, after)
  }
}

/** A child by the key that it is compared by, with the name that the API knows it by. */
interface Named {
  readonly name: string
  readonly item: Readonly<Draft>
}

/** The operations that turn one collection of named children into another; `ordered` where their order counts. */
export const compareNamed = (
  before: NamedChildren,
  after: NamedChildren,
  field: string,
  ordered: boolean
): ReadonlyArray<Operation> => {
  const [from, to] = keyed(before, after, field)
  const child = childOf(after, field)
  const operations: Array<Operation> = []
  for (const [key, { item, name }] of from) {
    if (!to.has(key)) operations.push({ type: "delete", ...child, name, before: item, changed: [], ...rawItems(item) })
  }
  for (const [key, { item, name }] of to) {
    const old = from.get(key)
    if (old === undefined) {
      operations.push({ type: "create", ...child, name, after: item, changed: [], ...rawItems(item) })
      continue
    }
    if (identical(old.item, item)) continue
    const changed = changesOf(comparable(field, old.item), comparable(field, item))
    if (changed.length === 0 && sameMeaning(comparable(field, old.item), comparable(field, item))) continue
    operations.push({
      type: "update",
      ...child,
      name: old.name,
      before: old.item,
      after: item,
      changed,
      ...rawItems(old.item, item)
    })
  }
  return ordered ? [...operations, ...moves(child, from, to)] : operations
}

type Keyed = ReadonlyMap<string, Named>

/** The children of both sides by what they are compared by: their names, but for binds that only look different. */
const keyed = (before: NamedChildren, after: NamedChildren, field: string): readonly [from: Keyed, to: Keyed] => {
  const by = (section: NamedChildren, key: (name: string) => string): Keyed =>
    new Map(section.named(field).map(([name, item]) => [key(name), { name, item }]))
  const exact = [by(before, String), by(after, String)] as const
  if (field !== "binds") return exact
  const alike = [by(before, plainAddress), by(after, plainAddress)] as const
  // Two of one side must not become one.
  return alike.every((one, index) => one.size === exact[index]?.size) ? alike : exact
}

/** A bind without a name goes by its address: `*:80` and `:80` are the same one, `[::]:80` and `:::80` too. */
const plainAddress = (name: string): string => name.replace(/^\*:/, ":").replace(/^\[::\]:/, ":::")

const comparable = (field: string, item: Readonly<Draft>): Readonly<Draft> => {
  if (field !== "binds") return item
  const { address, name, ...rest } = item
  return Object.assign(rest, { name: plainAddress(String(name)) }, address === "*" ? {} : { address })
}

/** The API appends new names and keeps the others, so what matters is where the lists differ after that. */
const moves = (child: ReturnType<typeof childOf>, from: Keyed, to: Keyed): ReadonlyArray<Operation> => {
  const reached = [...[...from.keys()].filter((key) => to.has(key)), ...[...to.keys()].filter((key) => !from.has(key))]
  const wanted = [...to.keys()]
  return editScript(reached, wanted).flatMap((edit): ReadonlyArray<Operation> => {
    if (edit.type !== "move") return []
    const key = wanted[edit.to] ?? ""
    const item = to.get(key)?.item ?? {}
    return [
      {
        type: "move",
        ...child,
        name: (from.get(key) ?? to.get(key))?.name ?? key,
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
