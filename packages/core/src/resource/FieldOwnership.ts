/**
 * Who owns which field of an object: the part of server-side apply that both domains need.
 *
 * Ownership is kept per leaf. Lists are leaves as a whole, but for finalizers and owner references, whose entries are owned
 * one by one.
 *
 * @since 0.1.0
 */
import { Equal, Predicate, type Schema } from "effect"

/**
 * The owned paths of each manager. Someone who applies and someone who updates are two managers, also under one name.
 *
 * @category models
 * @since 0.1.0
 */
export type FieldOwnership = ReadonlyMap<string, ReadonlySet<string>>

/**
 * The leaves of an object by path.
 *
 * @category models
 * @since 0.1.0
 */
export type Leaves = ReadonlyMap<string, Schema.Json>

/**
 * Returns the name of the manager behind an update or an apply.
 *
 * @category managers
 * @since 0.1.0
 */
export const manager = (name: string, operation: "apply" | "update"): string => `${name}/${operation}`

/**
 * Returns the leaves of what managers can own: labels, annotations, finalizers, owner references and the spec.
 *
 * @category leaves
 * @since 0.1.0
 */
export const leavesOf = (body: Body): Leaves => {
  const found = new Map<string, Schema.Json>()
  collect(found, ["metadata", "labels"], body.metadata.labels)
  collect(found, ["metadata", "annotations"], body.metadata.annotations)
  for (const finalizer of body.metadata.finalizers ?? []) {
    found.set(path(["metadata", "finalizers", finalizer]), finalizer)
  }
  for (const owner of body.metadata.ownerReferences ?? []) {
    found.set(path(["metadata", "ownerReferences", owner.uid]), owner)
  }
  collect(found, ["spec"], body.spec)
  return found
}

/**
 * The part of an object that managers can own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Body {
  readonly metadata: {
    readonly labels?: { readonly [key: string]: string }
    readonly annotations?: { readonly [key: string]: string }
    readonly finalizers?: ReadonlyArray<string>
    readonly ownerReferences?: ReadonlyArray<{ readonly uid: string } & { readonly [field: string]: Schema.Json }>
  }
  readonly spec?: Schema.Json
}

const collect = (found: Map<string, Schema.Json>, at: ReadonlyArray<string>, value: Schema.Json | undefined): void => {
  if (value === undefined) return
  if (isObject(value) && (Object.keys(value).length > 0 || at.length === 1)) {
    for (const [field, inner] of Object.entries(value)) collect(found, [...at, field], inner)
  } else if (!(isObject(value) && at[0] === "metadata")) {
    found.set(path(at), value)
  }
}

const isObject = (value: Schema.Json): value is Schema.JsonObject => Predicate.isObject(value)

const path = (steps: ReadonlyArray<string>): string =>
  steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("")

const stepsOf = (at: string): ReadonlyArray<string> =>
  at
    .slice(1)
    .split("/")
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))

const without = (owned: ReadonlySet<string>, lost: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...owned].filter((at) => !lost.has(at)))

/**
 * Returns ownership after an update: whoever changes a field owns it from then on, alone.
 *
 * @category ownership
 * @since 0.1.0
 */
export const afterUpdate = (ownership: FieldOwnership, name: string, before: Leaves, after: Leaves): FieldOwnership => {
  const changed = new Set([...after].filter(([at, value]) => !Equal.equals(before.get(at), value)).map(([at]) => at))
  return settle(ownership, manager(name, "update"), changed, changed, after)
}

/**
 * What applying an intent leads to: the fields in dispute, or the merged leaves with their new ownership.
 *
 * @category models
 * @since 0.1.0
 */
export type Applied =
  | {
      readonly _tag: "conflict"
      readonly conflicts: ReadonlyArray<{ readonly manager: string; readonly field: string }>
    }
  | { readonly _tag: "merged"; readonly leaves: Leaves; readonly ownership: FieldOwnership }

/**
 * Merges what a manager wants into what is there.
 *
 * **Details**
 *
 * Fields with the same value are shared. Fields that another manager owns with another value are in dispute, unless forced.
 * Fields that the manager owned and no longer wants are dropped if nobody else owns them.
 *
 * @category ownership
 * @since 0.1.0
 */
export const apply = (
  ownership: FieldOwnership,
  name: string,
  current: Leaves,
  wanted: Leaves,
  force: boolean
): Applied => {
  const self = manager(name, "apply")
  const disputed = new Set([...wanted].filter(([at, value]) => !Equal.equals(current.get(at), value)).map(([at]) => at))
  if (!force) {
    const conflicts = [...ownership].flatMap(([other, owned]) =>
      other === self
        ? []
        : [...owned].filter((at) => disputed.has(at)).map((at) => ({ manager: other, field: dotted(at) }))
    )
    if (conflicts.length > 0) return { _tag: "conflict", conflicts }
  }
  const wantedPaths = new Set(wanted.keys())
  const others = [...ownership].filter(([other]) => other !== self).map(([, owned]) => owned)
  const abandoned = [...(ownership.get(self) ?? [])].filter(
    (at) => !wantedPaths.has(at) && !others.some((owned) => owned.has(at))
  )
  const merged = new Map(current)
  for (const at of abandoned) merged.delete(at)
  for (const [at, value] of wanted) {
    for (const below of merged.keys()) if (overlaps(below, at)) merged.delete(below)
    merged.set(at, value)
  }
  return {
    _tag: "merged",
    leaves: merged,
    ownership: settle(ownership, self, wantedPaths, disputed, merged, true)
  }
}

// A scalar that becomes an object, or the reverse, takes the place of what was there.
const overlaps = (a: string, b: string) => a !== b && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`))

const settle = (
  ownership: FieldOwnership,
  self: string,
  gained: ReadonlySet<string>,
  lost: ReadonlySet<string>,
  present: Leaves,
  replace = false
): FieldOwnership => {
  const next = new Map<string, ReadonlySet<string>>()
  for (const [other, owned] of ownership) {
    if (other !== self) next.set(other, without(owned, lost))
  }
  next.set(self, new Set([...gained, ...(replace ? [] : (ownership.get(self) ?? []))]))
  return new Map(
    [...next]
      .map(([other, owned]) => [other, new Set([...owned].filter((at) => present.has(at)))] as const)
      .filter(([, owned]) => owned.size > 0)
  )
}

const dotted = (at: string) => `.${stepsOf(at).join(".")}`

/**
 * Builds the ownable part of an object from its leaves, as JSON that is still to be checked.
 *
 * @category leaves
 * @since 0.1.0
 */
export const toBody = (from: Leaves): { readonly metadata: Schema.JsonObject; readonly spec: Schema.Json } => {
  const below = (first: string, second?: string) =>
    [...from]
      .map(([at, value]) => ({ steps: stepsOf(at), value }))
      .filter(({ steps }) => steps[0] === first && (second === undefined || steps[1] === second))
  const map = (field: "labels" | "annotations") => {
    const entries = below("metadata", field)
    return entries.length === 0 ? {} : { [field]: nest(entries, 2) }
  }
  const list = (field: "finalizers" | "ownerReferences") => {
    const entries = below("metadata", field)
    return entries.length === 0 ? {} : { [field]: entries.map(({ value }) => value) }
  }
  return {
    metadata: { ...map("labels"), ...map("annotations"), ...list("finalizers"), ...list("ownerReferences") },
    spec: nest(below("spec"), 1)
  }
}

const nest = (
  entries: ReadonlyArray<{ readonly steps: ReadonlyArray<string>; readonly value: Schema.Json }>,
  depth: number
): Schema.Json => {
  const [first] = entries
  if (first !== undefined && first.steps.length === depth) return first.value
  const groups = Map.groupBy(entries, ({ steps }) => steps[depth] ?? "")
  return Object.fromEntries([...groups].map(([field, group]) => [field, nest(group, depth + 1)]))
}

/**
 * Reports whether two ownerships are the same.
 *
 * @category ownership
 * @since 0.1.0
 */
export const same = (a: FieldOwnership, b: FieldOwnership): boolean =>
  a.size === b.size &&
  [...a].every(([name, owned]) => {
    const other = b.get(name)
    return other !== undefined && other.size === owned.size && [...owned].every((at) => other.has(at))
  })
