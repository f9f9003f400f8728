import type { Draft } from "../grammar/Args.ts"
import { sameMeaning } from "../model/values.ts"
import { identical } from "./identical.ts"
import type { FieldChange } from "./Operation.ts"

/** Reports whether a value is an object with fields. */
export const isObject = (value: unknown): value is Readonly<Draft> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * Returns the fields in which two objects differ, by path, in alphabetical order; comments don't count.
 *
 * @category comparing
 * @since 0.1.0
 */
export const changesOf = (before: Readonly<Draft>, after: Readonly<Draft>, path = ""): ReadonlyArray<FieldChange> =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(
      (name) =>
        name !== "metadata" &&
        !identical(before[name], after[name]) &&
        !sameMeaning(before[name] ?? null, after[name] ?? null)
    )
    .toSorted()
    .flatMap((name) => {
      const [from, to] = [before[name], after[name]]
      return isObject(from) && isObject(to)
        ? changesOf(from, to, `${path}${name}.`)
        : [{ field: `${path}${name}`, before: from, after: to }]
    })
