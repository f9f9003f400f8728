import type { Operation } from "../diff/Operation.ts"
import { isToldApart } from "../diff/Vocabulary.ts"
import type { Draft } from "../grammar/Args.ts"
import { entriesInOrder, order } from "../grammar/Line.ts"
import { writeSection } from "../grammar/SectionGrammar.ts"
import { grammars } from "../grammar/grammars.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import { sectionKey } from "../model/sectionKey.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
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
    const key = sectionKey(section.keyword, section.name)
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
    const key = sectionKey(keyword, name)
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
      const key = sectionKey(operation.keyword, operation.owner)
      const one = touched.get(key) ?? { operations: [], whole: false }
      one.operations.push(operation)
      one.whole ||= step.route === "section"
      touched.set(key, one)
    }
  }
  return touched
}

const changed = (section: ConfigSection, { operations, whole }: Touched): string | undefined => {
  if (operations.some((one) => one.field === undefined && one.type === "delete")) return undefined
  if (section.grammar === undefined) return section.text
  const value = carriedOut(section.written, operations)
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
      sorted[field] = fromItems(entriesInOrder(map).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    }
  }
  return sorted
}

const fromItems = (entries: ReadonlyArray<readonly [string, Draft]>): object =>
  Object.assign(Object.create(null), Object.fromEntries(entries), { [order]: entries.map(([name]) => name) })

/** The model of a section after its operations, each field's one after another. */
const carriedOut = (before: Readonly<Draft>, operations: ReadonlyArray<Operation>): Draft => {
  let value: Draft = { ...before }
  for (const [field, own] of Map.groupBy(operations, (operation) => operation.field)) {
    if (field === undefined) value = own.reduce(replaceBase, value)
    else if (own[0]?.name === undefined) value[field] = changeList(value[field] ?? [], own)
    else value[field] = changeNamed(value[field], own)
  }
  return value
}

const changeList = (list: unknown, operations: ReadonlyArray<Operation>): ReadonlyArray<unknown> => {
  const items = [...(list as ReadonlyArray<unknown>)]
  for (const { after, index = 0, toIndex = 0, type } of operations) {
    if (type === "create") items.splice(index, 0, after)
    else if (type === "delete") items.splice(index, 1)
    else if (type === "update") items[index] = after
    else items.splice(toIndex, 0, ...items.splice(index, 1))
  }
  return items
}

/** What is new comes last, and what is changed stays in its place; a move by name is never a step, since no request can do it. */
const changeNamed = (map: unknown, operations: ReadonlyArray<Operation>): object => {
  const items = new Map(entriesInOrder(map))
  for (const { after = {}, name = "", type } of operations) {
    if (type === "delete") items.delete(name)
    else items.set(name, after)
  }
  return fromItems([...items])
}

/** An update of a section replaces its own fields; its name stays, and children with operations of their own do. */
const replaceBase = (value: Draft, { after = {}, keyword }: Operation): Draft => {
  const stays = (name: string) => name === "name" || isToldApart(keyword, name)
  const own = Object.entries(after).filter(([name]) => !stays(name))
  const kept = Object.entries(value).filter(([name]) => stays(name))
  return Object.fromEntries([...own, ...kept])
}
