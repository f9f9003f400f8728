/**
 * The release lines of HAProxy whose language is known.
 *
 * @category versions
 * @since 0.1.0
 */
export const haproxyVersions = ["2.6", "2.8", "3.0", "3.1", "3.2", "3.3", "3.4"] as const

/**
 * One of the release lines of HAProxy whose language is known.
 *
 * @category versions
 * @since 0.1.0
 */
export type HaproxyVersion = (typeof haproxyVersions)[number]

/**
 * The version that is meant where none is given.
 *
 * @category versions
 * @since 0.1.0
 */
export const defaultHaproxyVersion: HaproxyVersion = "3.2"

/**
 * Reports whether `version` lies in the given range, both ends included; an absent end is open.
 *
 * @category versions
 * @since 0.1.0
 */
export const versionIn = (
  version: HaproxyVersion,
  range: { readonly since?: HaproxyVersion; readonly until?: HaproxyVersion }
): boolean =>
  (range.since === undefined || compareVersions(version, range.since) >= 0) &&
  (range.until === undefined || compareVersions(version, range.until) <= 0)

/**
 * Orders two release lines, as a comparator for `sort` does.
 *
 * @category versions
 * @since 0.1.0
 */
export const compareVersions = (a: HaproxyVersion, b: HaproxyVersion): number =>
  haproxyVersions.indexOf(a) - haproxyVersions.indexOf(b)
