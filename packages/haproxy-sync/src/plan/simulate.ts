import type { Operation } from "../diff/Operation.ts"
import { isToldApart } from "../diff/Vocabulary.ts"
import type { Draft } from "../grammar/Args.ts"
import { itemsInOrder, order } from "../grammar/Line.ts"
import { writeSection } from "../grammar/SectionGrammar.ts"
import { grammars } from "../grammar/grammars.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import type { HaproxyVersion } from "../text/HaproxyVersion.ts"
import type { Step } from "./Plan.ts"

/** Operations on one section, and whether it is written as a whole. */
interface Touched {
  readonly operations: Array<Operation>
  whole: boolean
}

/**
 * Returns the text that a configuration becomes when the steps of a plan to `desired` are carried out on it, computed without a
 * server.
 *
 * **Details**
 *
 * The sections that a step touches are printed from their model, with the lines that have no field in their places; one that is
 * written as a whole has its named children in the order of their names, as the Data Plane API has it. A new section stands where it
 * stands in `desired`. What the steps don't change stays as it is written, also where `desired` says the same in other words.
 *
 * @category simulation
 * @since 0.1.0
 */
export const simulate = (steps: ReadonlyArray<Step>, current: StructuredConfig, desired: StructuredConfig): string => {
  const whole = steps.find((step) => "text" in step)
  if (whole !== undefined && "text" in whole) return whole.text
  const touched = touchedBy(steps)
  const added = addedSections(touched, current, desired)
  const [preamble] = current.document.sections
  const texts = [preamble?.kind === undefined ? (preamble?.text ?? "") : "", ...(added.get("") ?? [])]
  for (const section of current.sections) {
    const key = keyOf(section.keyword, section.name)
    const one = touched.get(key)
    const text = one === undefined ? section.text : changed(section, one)
    texts.push(text ?? "", ...(added.get(key) ?? []))
  }
  return texts.join("")
}

/** The texts of new sections by the key of the section that they stand behind; the empty string for those in front. */
const addedSections = (
  touched: ReadonlyMap<string, Touched>,
  current: StructuredConfig,
  desired: StructuredConfig
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const added = new Map<string, Array<string>>()
  let previous = ""
  for (const { keyword, name } of desired.sections) {
    const key = keyOf(keyword, name)
    const one = touched.get(key)
    if (current.section(keyword, name) !== undefined) previous = key
    else if (one !== undefined) added.set(previous, [...(added.get(previous) ?? []), created(one, current.version)])
  }
  return added
}

const touchedBy = (steps: ReadonlyArray<Step>): ReadonlyMap<string, Touched> => {
  const touched = new Map<string, Touched>()
  for (const step of steps) {
    for (const operation of step.operations) {
      const key = keyOf(operation.keyword, operation.owner)
      const one = touched.get(key) ?? { operations: [], whole: false }
      one.operations.push(operation)
      one.whole ||= step.route === "section"
      touched.set(key, one)
    }
  }
  return touched
}

/** The key of a section in the maps of this module. */
export const keyOf = (keyword: SectionKeyword, owner: string): string => `${keyword} ${owner}`

const changed = (section: ConfigSection, { operations, whole }: Touched): string | undefined => {
  if (operations.some((one) => one.field === undefined && one.type === "delete")) return undefined
  if (section.grammar === undefined) return section.text
  const value = operations.reduce(carryOut, copyOf(section.written))
  return writeSection(section.grammar, whole ? byName(value) : value, section.opaque, section.version)
}

const created = ({ operations }: Touched, version: HaproxyVersion): string => {
  const whole = operations.find((one) => one.field === undefined)
  const grammar = whole === undefined ? undefined : grammars.get(whole.keyword)
  if (whole?.after === undefined || grammar === undefined) return ""
  return writeSection(grammar, byName(whole.after), [], version)
}

/** Puts named children in the order of their names. */
const byName = (value: Readonly<Draft>): Draft => {
  const sorted: Draft = { ...value }
  for (const [field, map] of Object.entries(sorted)) {
    if (typeof map === "object" && map !== null && order in map) {
      sorted[field] = fromItems(entriesOf(map).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    }
  }
  return sorted
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

/** An update of a section replaces its own fields; its name stays, and children with operations of their own do. */
const replaceBase = (value: Draft, { after = {}, keyword }: Operation): Draft => {
  const stays = (name: string) => name === "name" || isToldApart(keyword, name)
  const own = Object.entries(after).filter(([name]) => !stays(name))
  const kept = Object.entries(value).filter(([name]) => stays(name))
  return Object.fromEntries([...own, ...kept])
}
