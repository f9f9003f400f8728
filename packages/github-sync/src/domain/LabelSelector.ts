/**
 * Which pull requests are meant, by their labels.
 *
 * @since 0.1.0
 */
import { Schema } from "effect"
import { fold, type Label } from "./Label.ts"

const Names = Schema.Array(Schema.NonEmptyString).check(Schema.isMaxLength(50))

/**
 * Which pull requests are meant, by their labels: those that have all of `all`, one of `any`, and none of `none`. Whatever
 * is left out doesn't matter.
 *
 * @category schemas
 * @since 0.1.0
 */
export const LabelSelector = Schema.Struct({
  all: Schema.optionalKey(Names),
  any: Schema.optionalKey(Names),
  none: Schema.optionalKey(Names)
})

/**
 * Which pull requests are meant, by their labels.
 *
 * @category models
 * @since 0.1.0
 */
export type LabelSelector = typeof LabelSelector.Type

/**
 * Reports whether labels are as a selector asks for. Their case doesn't matter, as it doesn't to GitHub.
 *
 * **Example** (Everything but what is left to people)
 *
 * ```ts
 * import { LabelSelector } from "@lockstep/github-sync"
 *
 * LabelSelector.matches({ none: ["no-lockstep"] }, [{ name: "bug" }]) // => true
 * ```
 *
 * @category queries
 * @since 0.1.0
 */
export const matches = (selector: LabelSelector, labels: ReadonlyArray<Pick<Label, "name">>): boolean => {
  const present = new Set(labels.map(({ name }) => fold(name)))
  const has = (name: string) => present.has(fold(name))
  const { all = [], any, none = [] } = selector
  return all.every(has) && (any === undefined || any.some(has)) && !none.some(has)
}
