import type { Operation } from "../diff/Operation.ts"
import { isChildField } from "../diff/Vocabulary.ts"
import type { Draft } from "../grammar/Args.ts"
import { itemsInOrder, order } from "../grammar/Line.ts"
import { writeSection } from "../grammar/SectionGrammar.ts"
import { grammars } from "../grammar/grammars.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import type { Step } from "./Plan.ts"

/**
 * Returns the text that a configuration becomes when the steps of a plan are carried out on it, computed without a server.
 *
 * **Details**
 *
 * Sections that no step touches come back as they are written. The others are printed from their model, with the lines that have no
 * field behind the rest. `following` tells for a new section which one it is to stand behind.
 *
 * @category simulation
 * @since 0.1.0
 */
export const simulate = (
  steps: ReadonlyArray<Step>,
  current: StructuredConfig,
  following: ReadonlyMap<string, string> = new Map()
): string => {
  const whole = steps.find((step) => "text" in step)
  if (whole !== undefined && "text" in whole) return whole.text
  const touched = new Map<string, Array<Operation>>()
  for (const operation of steps.flatMap((step): ReadonlyArray<Operation> => step.operations)) {
    const key = keyOf(operation.keyword, operation.owner)
    const list = touched.get(key)
    if (list === undefined) touched.set(key, [operation])
    else list.push(operation)
  }
  if (touched.size === 0) return current.document.text

  const texts: Array<readonly [key: string, text: string]> = []
  for (const section of current.sections) {
    const key = keyOf(section.keyword, section.name)
    const text = changed(section, touched.get(key) ?? [])
    if (text !== undefined) texts.push([key, text])
  }
  for (const [key, operations] of touched) {
    const [first] = operations
    if (first === undefined || current.section(first.keyword, first.owner) !== undefined) continue
    const previous = following.get(key)
    const place = previous === "" ? 0 : texts.findIndex(([one]) => one === previous) + 1
    texts.splice(place > 0 || previous === "" ? place : texts.length, 0, [key, created(operations, current.version)])
  }
  const [preamble] = current.document.sections
  return `${preamble?.kind === undefined ? (preamble?.text ?? "") : ""}${texts.map(([, text]) => text).join("")}`
}

/** The key of a section in the maps of this module. */
export const keyOf = (keyword: SectionKeyword, owner: string): string => `${keyword} ${owner}`

const changed = (section: ConfigSection, operations: ReadonlyArray<Operation>): string | undefined => {
  if (operations.length === 0) return section.text
  if (operations.some((one) => one.field === undefined && one.type === "delete")) return undefined
  if (section.grammar === undefined) return section.text
  const value = operations.reduce(carryOut, copyOf(section.written))
  return writeSection(section.grammar, value, section.opaque, section.version)
}

const created = (operations: ReadonlyArray<Operation>, version: HaproxyVersion): string => {
  const whole = operations.find((one) => one.field === undefined)
  const grammar = whole === undefined ? undefined : grammars.get(whole.keyword)
  if (whole?.after === undefined || grammar === undefined) return ""
  return writeSection(grammar, whole.after, [], version)
}

const copyOf = (value: Readonly<Draft>): Draft => {
  const copy: Draft = { ...value }
  for (const [name, field] of Object.entries(copy)) {
    if (Array.isArray(field)) copy[name] = [...field]
    else if (typeof field === "object" && field !== null && order in field) copy[name] = fromItems(entriesOf(field))
  }
  return copy
}

const entriesOf = (map: object): ReadonlyArray<readonly [string, Draft]> => {
  const names = new Map(Object.entries(map as Readonly<Record<string, Draft>>).map(([name, item]) => [item, name]))
  return itemsInOrder(map).map((item) => [names.get(item) ?? "", item])
}

const fromItems = (entries: ReadonlyArray<readonly [string, Draft]>): object =>
  Object.assign(Object.create(null), Object.fromEntries(entries), { [order]: entries.map(([name]) => name) })

const carryOut = (value: Draft, operation: Operation): Draft => {
  const { field } = operation
  if (field === undefined) return replaceBase(value, operation)
  if (operation.name !== undefined) {
    const entries = entriesOf(value[field] ?? fromItems([]))
    value[field] = fromItems(changeNamed([...entries], operation, operation.name))
    return value
  }
  const items = (value[field] ??= []) as Array<unknown>
  const { after, index = 0, toIndex = 0 } = operation
  if (operation.type === "create") items.splice(index, 0, after)
  else if (operation.type === "delete") items.splice(index, 1)
  else if (operation.type === "update") items[index] = after
  else items.splice(toIndex, 0, ...items.splice(index, 1))
  return value
}

const changeNamed = (
  entries: Array<readonly [string, Draft]>,
  { after = {}, toIndex = 0, type }: Operation,
  name: string
): ReadonlyArray<readonly [string, Draft]> => {
  const index = entries.findIndex(([one]) => one === name)
  if (type === "create") return [...entries, [name, after]]
  if (type === "delete") return entries.filter(([one]) => one !== name)
  if (type === "update") return entries.with(index, [name, after])
  const [moved] = entries.splice(index, 1)
  if (moved !== undefined) entries.splice(toIndex, 0, moved)
  return entries
}

/** An update of a section replaces its own fields; its name stays, and its children have operations of their own. */
const replaceBase = (value: Draft, { after = {}, keyword }: Operation): Draft => {
  const children = (grammars.get(keyword)?.fields ?? []).filter(isChildField).map((field) => field.name)
  const staying = new Set(["name", ...children])
  const own = Object.entries(after).filter(([name]) => !staying.has(name))
  const kept = Object.entries(value).filter(([name]) => staying.has(name))
  return Object.fromEntries([...own, ...kept])
}
