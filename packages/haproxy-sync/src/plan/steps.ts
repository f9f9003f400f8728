import { childRoutes, sectionRouteByKeyword } from "../api/Routes.ts"
import type { Operation } from "../diff/Operation.ts"
import { childFieldsOf } from "../diff/childFields.ts"
import { rawItems, whyOnlyRaw } from "../diff/onlyRaw.ts"
import { isChildField } from "../diff/Vocabulary.ts"
import type { Draft } from "../grammar/Args.ts"
import { itemsInOrder } from "../grammar/Line.ts"
import type { ConfigSection } from "../model/ConfigSection.ts"
import { sectionKey } from "../model/sectionKey.ts"
import type { StructuredConfig } from "../model/StructuredConfig.ts"
import type { SectionKeyword } from "../text/SectionKind.ts"
import { type CostModel, secondsOf, structuredPreference } from "./Cost.ts"
import type { PlannedOperation, Step } from "./Plan.ts"
import type { Route } from "./Route.ts"
import { deferredFields, reloadCauses } from "./Runtime.ts"

/** An operation with its route and what it causes. */
export const planned = (operation: Operation, route: Route): PlannedOperation => {
  if (route === "runtime") {
    const deferred = deferredFields(operation)
    return { ...operation, route, reload: false, reloadBecause: [], ...(deferred.length === 0 ? {} : { deferred }) }
  }
  const causes = reloadCauses(operation)
  return { ...operation, route, reload: causes.length > 0 || route === "raw", reloadBecause: causes }
}

/** From this many changes of one list, replacing it costs less than changing its items. */
const listThreshold = 2

/** Whether the API can update sections of a kind, rather than only create and delete them. */
const isUpdatable = (keyword: SectionKeyword): boolean => sectionRouteByKeyword.get(keyword)?.put === true

/** Lists that the API can't replace as a whole, and only appends to. */
const appendOnly: ReadonlySet<string> = new Set(
  childRoutes.filter(({ addressing, listPut }) => addressing === "index" && !listPut).map(({ field }) => field)
)

/** Whether an update of a section stores the children that come with it: of crt-stores it drops the loads. */
const storesChildren = (keyword: SectionKeyword): boolean =>
  sectionRouteByKeyword.get(keyword)?.fullSection === true || childFieldsOf(keyword).length === 0

/**
 * Returns the requests that carry out operations piece by piece; undefined where something would get lost.
 *
 * **Details**
 *
 * A section that is created goes in one request with its children, and so does one whose children have no requests of their own. Of
 * the others each item goes alone, a list as a whole where several of its items differ, and the section as a whole where that is
 * much cheaper.
 */
export const structuredSteps = (
  operations: ReadonlyArray<Operation>,
  desired: StructuredConfig,
  costs: CostModel,
  bytes: number
): ReadonlyArray<Step> | undefined => {
  const groups = Map.groupBy(operations, ({ keyword, owner }) => sectionKey(keyword, owner))
  const steps: Array<Step> = []
  for (const group of groups.values()) {
    const own = stepsOf(group, desired, costs, bytes)
    if (own === undefined) return undefined
    steps.push(...own)
  }
  return steps
}

/** How many requests a step takes. */
export const requestsOf = (step: Step): number => {
  if (step.route !== "section") return 1
  const apart = step.type === "update" ? 0 : childrenApart(step)
  return (step.type === "replace" ? 2 : 1) + apart
}

/** The children that go in requests of their own after their section has been created. */
const childrenApart = ({ keyword, value }: Extract<Step, { readonly route: "section" }>): number =>
  sectionRouteByKeyword.get(keyword)?.postsChildren === true
    ? 0
    : childFieldsOf(keyword).reduce((sum, { name }) => sum + itemsInOrder(value[name]).length, 0)

/** What steps cost in a transaction that is open already, in seconds. */
export const costOf = (steps: ReadonlyArray<Step>, costs: CostModel, bytes: number): number =>
  steps.reduce((sum, step) => sum + secondsOf(costs.request[step.route], bytes, requestsOf(step)), 0)

/** The steps for the operations of one section. */
const stepsOf = (
  operations: ReadonlyArray<Operation>,
  desired: StructuredConfig,
  costs: CostModel,
  bytes: number
): ReadonlyArray<Step> | undefined => {
  const [first] = operations
  if (first === undefined) return []
  const { keyword, owner } = first
  const section = desired.section(keyword, owner)
  const itself = operations.find((one) => one.field === undefined)
  const as = (type: "create" | "update" | "replace", value: Readonly<Draft>): ReadonlyArray<Step> => [
    { route: "section", type, keyword, owner, value, operations: operations.map((one) => planned(one, "section")) }
  ]
  // A section that is always there has only been emptied.
  if (section === undefined) return itself?.type === "update" ? as("update", {}) : operations.map(itemStep)

  const whole = (type: "create" | "update" | "replace"): ReadonlyArray<Step> | undefined =>
    whyOnlyRaw(section) === undefined && (type !== "update" || storesChildren(keyword))
      ? as(type, section.value)
      : undefined
  if (itself?.type === "create") return whole("create")
  if (itself !== undefined && !isUpdatable(keyword)) return whole("replace")
  if (itself?.changed.some(({ field }) => isChildField({ name: field.split(".")[0] ?? "" })) === true) {
    return whole("update")
  }
  const parts = byField(operations, section)
  if (!sortedByName(section) || !isUpdatable(keyword)) return parts
  const one = whole("update")
  if (one === undefined) return parts
  return parts === undefined || costOf(parts, costs, bytes) > structuredPreference * costOf(one, costs, bytes)
    ? one
    : parts
}

/** With its children in one request, the API writes named ones in the order of their names. */
const sortedByName = (section: ConfigSection): boolean =>
  childFieldsOf(section.keyword)
    .filter(({ type }) => type === "map")
    .every(({ name }) => {
      const names = section.named(name).map(([one]) => one)
      return names.every((one, index) => index === 0 || (names[index - 1] ?? "") < one)
    })

/** The step that sends an operation alone. */
export const itemStep = (operation: Operation): Extract<Step, { readonly route: "item" }> => ({
  route: "item",
  operations: [planned(operation, "item")]
})

const byField = (operations: ReadonlyArray<Operation>, section: ConfigSection): ReadonlyArray<Step> | undefined => {
  const lists = Map.groupBy(operations, ({ field, index, name }) =>
    index === undefined || name !== undefined ? undefined : field
  )
  const steps: Array<Step> = (lists.get(undefined) ?? []).map(itemStep)
  for (const [field, changes] of lists) {
    if (field === undefined) continue
    const moves = changes.some((change) => change.type === "move")
    const items = section.items(field)
    if (appendOnly.has(field)) {
      if (moves || !onlyAppends(changes, items.length)) return undefined
      steps.push(...changes.map(itemStep))
    } else if ((changes.length >= listThreshold || moves) && rawItems(...items).onlyRaw === undefined) {
      steps.push({
        route: "list",
        keyword: section.keyword,
        owner: section.name,
        field,
        items,
        operations: changes.map((change) => planned(change, "list"))
      })
    } else steps.push(...changes.map(itemStep))
  }
  return steps
}

/** Whether each item that is created comes behind all that are there. */
const onlyAppends = (changes: ReadonlyArray<Operation>, length: number): boolean => {
  const created = changes.filter(({ type }) => type === "create")
  return created.every(({ index = 0 }, place) => index === length - created.length + place)
}
