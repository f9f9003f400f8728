/**
 * Which changes of an object a controller wants to hear of.
 *
 * @since 0.1.0
 */
import type { Instance } from "../resource/Resource.ts"

/**
 * Decides whether a change counts, by the object before and after it.
 *
 * @category models
 * @since 0.1.0
 */
export type Predicate<Object> = (before: Object, after: Object) => boolean

type Any = Instance<string, unknown, unknown>

/**
 * Every change counts.
 *
 * @category predicates
 * @since 0.1.0
 */
export const always: Predicate<unknown> = () => true

/**
 * What was asked for changed: anything outside metadata and status, or the beginning of the deletion.
 *
 * @category predicates
 * @since 0.1.0
 */
export const generation: Predicate<Any> = (before, after) => before.metadata.generation !== after.metadata.generation

/**
 * The labels changed.
 *
 * @category predicates
 * @since 0.1.0
 */
export const labels: Predicate<Any> = (before, after) => !sameTexts(before.metadata.labels, after.metadata.labels)

/**
 * The annotations changed.
 *
 * @category predicates
 * @since 0.1.0
 */
export const annotations: Predicate<Any> = (before, after) =>
  !sameTexts(before.metadata.annotations, after.metadata.annotations)

/**
 * The finalizers changed.
 *
 * @category predicates
 * @since 0.1.0
 */
export const finalizers: Predicate<Any> = (before, after) =>
  !sameList(before.metadata.finalizers ?? [], after.metadata.finalizers ?? [])

/**
 * The object began to be deleted.
 *
 * @category predicates
 * @since 0.1.0
 */
export const deletion: Predicate<Any> = (before, after) =>
  before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp

/**
 * One of several predicates holds.
 *
 * **Example** (Spec or labels)
 *
 * ```ts
 * import { Predicate, Source, type Resource } from "@lockstep/core"
 *
 * const source = (kind: Resource.Any) =>
 *   Source.resource(kind, { changes: Predicate.any(Predicate.generation, Predicate.labels) })
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const any =
  <Object>(...predicates: ReadonlyArray<Predicate<Object>>): Predicate<Object> =>
  (before, after) =>
    predicates.some((predicate) => predicate(before, after))

/**
 * All of several predicates hold.
 *
 * @category combinators
 * @since 0.1.0
 */
export const all =
  <Object>(...predicates: ReadonlyArray<Predicate<Object>>): Predicate<Object> =>
  (before, after) =>
    predicates.every((predicate) => predicate(before, after))

/**
 * What people and other programs ask for changed: spec, labels, annotations, finalizers, or the beginning of a deletion.
 * A write of status alone doesn't count.
 *
 * @category predicates
 * @since 0.1.0
 */
export const desired: Predicate<Any> = any(generation, labels, annotations, finalizers, deletion)

// Asked about every event of every object, so they compare and hash nothing.
const sameTexts = (
  a: { readonly [key: string]: string } | undefined,
  b: { readonly [key: string]: string } | undefined
): boolean => {
  if (a === b) return true
  const [keys, others] = [Object.keys(a ?? {}), Object.keys(b ?? {})]
  return keys.length === others.length && keys.every((key) => b !== undefined && b[key] === a?.[key])
}

const sameList = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index])
