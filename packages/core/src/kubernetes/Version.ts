/**
 * Versions of objects, as far as one may look into them.
 *
 * A resource version is opaque: only equality says something for sure. Servers from 1.35 on promise that versions that are
 * decimal numbers can be compared, and all servers before them and all stores of ours have kept to that.
 *
 * @since 0.1.0
 */

const decimal = /^(0|[1-9]\d*)$/u

/**
 * Compares two versions: negative if the first is older, 0 if they are the same, positive if it is newer, and `undefined`
 * if there is no telling.
 *
 * **Example** (Versions of any length)
 *
 * ```ts
 * import { Version } from "@lockstep/core"
 *
 * Version.compare("9", "10") // => a negative number
 * Version.compare("abc", "10") // => undefined
 * ```
 *
 * @category comparing
 * @since 0.1.0
 */
export const compare = (a: string, b: string): number | undefined => {
  if (a === b) return 0
  if (!decimal.test(a) || !decimal.test(b)) return undefined
  if (a.length !== b.length) return a.length - b.length
  return a < b ? -1 : 1
}

/**
 * Reports whether the first version is certainly newer than the second.
 *
 * @category comparing
 * @since 0.1.0
 */
export const isNewer = (a: string, b: string): boolean => {
  const order = compare(a, b)
  return order !== undefined && order > 0
}

/**
 * Reports whether the first version is certainly the second or an older one.
 *
 * @category comparing
 * @since 0.1.0
 */
export const isNotNewer = (a: string, b: string): boolean => {
  const order = compare(a, b)
  return order !== undefined && order <= 0
}
