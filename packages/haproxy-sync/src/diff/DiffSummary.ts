import type { Operation } from "./Operation.ts"

/**
 * What a diff touches, counted and by name.
 *
 * **Details**
 *
 * A move counts as an update. Names are in the order of the operations; the servers are listed by backend. `backendsModified` and
 * `frontendsModified` also name those of which only a child changed.
 *
 * @category models
 * @since 0.1.0
 */
export interface DiffSummary {
  readonly totalCreates: number
  readonly totalUpdates: number
  readonly totalDeletes: number
  readonly globalChanged: boolean
  readonly defaultsChanged: boolean
  readonly frontendsAdded: ReadonlyArray<string>
  readonly frontendsModified: ReadonlyArray<string>
  readonly frontendsDeleted: ReadonlyArray<string>
  readonly backendsAdded: ReadonlyArray<string>
  readonly backendsModified: ReadonlyArray<string>
  readonly backendsDeleted: ReadonlyArray<string>
  readonly serversAdded: Readonly<Record<string, ReadonlyArray<string>>>
  readonly serversModified: Readonly<Record<string, ReadonlyArray<string>>>
  readonly serversDeleted: Readonly<Record<string, ReadonlyArray<string>>>
  /** How many operations concern other kinds of sections, by the kind's key. */
  readonly otherChanges: Readonly<Record<string, number>>
}

/**
 * Counts the operations of a diff.
 *
 * @category constructors
 * @since 0.1.0
 */
export const summarizeOperations = (operations: ReadonlyArray<Operation>): DiffSummary => {
  const count = (...types: ReadonlyArray<Operation["type"]>) =>
    operations.filter(({ type }) => types.includes(type)).length
  const sections = (keyword: string, type: Operation["type"]) =>
    operations
      .filter((one) => one.keyword === keyword && one.field === undefined && one.type === type)
      .map((one) => one.owner)
  const modified = (keyword: string) => {
    const whole = new Set([...sections(keyword, "create"), ...sections(keyword, "delete")])
    return [
      ...new Set(operations.filter((one) => one.keyword === keyword && !whole.has(one.owner)).map((one) => one.owner))
    ]
  }
  const servers = (...types: ReadonlyArray<Operation["type"]>) => {
    const own = operations.filter(
      ({ field, keyword, type }) => keyword === "backend" && field === "servers" && types.includes(type)
    )
    const backends = Map.groupBy(own, ({ owner }) => owner)
    return Object.fromEntries([...backends].map(([owner, ones]) => [owner, ones.flatMap(({ name }) => name ?? [])]))
  }
  const other = new Map<string, number>()
  for (const { keyword } of operations) {
    if (!["global", "defaults", "frontend", "backend"].includes(keyword))
      other.set(keyword, (other.get(keyword) ?? 0) + 1)
  }
  return {
    totalCreates: count("create"),
    totalUpdates: count("update", "move"),
    totalDeletes: count("delete"),
    globalChanged: operations.some(({ keyword }) => keyword === "global"),
    defaultsChanged: operations.some(({ keyword }) => keyword === "defaults"),
    frontendsAdded: sections("frontend", "create"),
    frontendsModified: modified("frontend"),
    frontendsDeleted: sections("frontend", "delete"),
    backendsAdded: sections("backend", "create"),
    backendsModified: modified("backend"),
    backendsDeleted: sections("backend", "delete"),
    serversAdded: servers("create"),
    serversModified: servers("update", "move"),
    serversDeleted: servers("delete"),
    otherChanges: Object.fromEntries(other)
  }
}

/**
 * Reports whether there is anything to do.
 *
 * @category queries
 * @since 0.1.0
 */
export const hasChanges = (summary: DiffSummary): boolean => totalOperations(summary) > 0

/**
 * Returns how many operations there are.
 *
 * @category queries
 * @since 0.1.0
 */
export const totalOperations = (summary: DiffSummary): number =>
  summary.totalCreates + summary.totalUpdates + summary.totalDeletes

/**
 * Returns how many operations change the structure: all but updates of servers, which HAProxy may take at runtime.
 *
 * @category queries
 * @since 0.1.0
 */
export const structuralOperations = (summary: DiffSummary): number =>
  totalOperations(summary) - Object.values(summary.serversModified).reduce((sum, names) => sum + names.length, 0)

/**
 * Returns the summary as text: a line with the totals, then one for each thing that changes.
 *
 * @category views
 * @since 0.1.0
 */
export const formatSummary = (summary: DiffSummary): string => {
  if (!hasChanges(summary)) return "No changes"
  const named = (what: string, names: ReadonlyArray<string>) =>
    names.length === 0 ? [] : [`- ${what}: ${names.join(", ")}`]
  const counted = (what: string, counts: Readonly<Record<string, number>>) =>
    named(
      what,
      Object.entries(counts)
        .map(([name, count]) => `${name}: ${count}`)
        .toSorted()
    )
  const servers = (what: string, backends: Readonly<Record<string, ReadonlyArray<string>>>) =>
    counted(what, Object.fromEntries(Object.entries(backends).map(([name, names]) => [name, names.length])))
  return [
    `Total: ${totalOperations(summary)} operations (${summary.totalCreates} creates, ${summary.totalUpdates} updates, ${summary.totalDeletes} deletes)`,
    ...(summary.globalChanged ? ["- Global settings modified"] : []),
    ...(summary.defaultsChanged ? ["- Defaults modified"] : []),
    ...named("Frontends added", summary.frontendsAdded),
    ...named("Frontends modified", summary.frontendsModified),
    ...named("Frontends deleted", summary.frontendsDeleted),
    ...named("Backends added", summary.backendsAdded),
    ...named("Backends modified", summary.backendsModified),
    ...named("Backends deleted", summary.backendsDeleted),
    ...servers("Servers added", summary.serversAdded),
    ...servers("Servers modified", summary.serversModified),
    ...servers("Servers deleted", summary.serversDeleted),
    ...counted("Other changes", summary.otherChanges)
  ].join("\n")
}
