import type { HaproxyVersion } from "../text/HaproxyVersion.ts"

/**
 * The release lines of the Data Plane API whose routes are known. Those from 3.0 on speak the third version of the API; 2.9 speaks the
 * second, which is translated.
 *
 * @category versions
 * @since 0.1.0
 */
export const apiVersions = ["2.9", "3.0", "3.1", "3.2", "3.3", "3.4"] as const

/**
 * A release line of the Data Plane API.
 *
 * @category versions
 * @since 0.1.0
 */
export type ApiVersion = (typeof apiVersions)[number]

/**
 * The line that is meant where none is given.
 *
 * @category versions
 * @since 0.1.0
 */
export const defaultApiVersion: ApiVersion = "3.2"

/**
 * From when until when something is there, both ends included; an absent end is open.
 *
 * @category versions
 * @since 0.1.0
 */
export interface ApiRange {
  readonly since?: ApiVersion
  readonly until?: ApiVersion
}

/**
 * Reports whether a line lies in a range.
 *
 * @category versions
 * @since 0.1.0
 */
export const apiIn = (version: ApiVersion, range: ApiRange): boolean => {
  const at = apiVersions.indexOf(version)
  return (
    (range.since === undefined || at >= apiVersions.indexOf(range.since)) &&
    (range.until === undefined || at <= apiVersions.indexOf(range.until))
  )
}

/**
 * Returns the line that a server's version text names: `v3.2.13 dev.dirty` is 3.2. A newer line than the newest known one counts as
 * that; undefined where the text names none, or one that is older than the oldest known one.
 *
 * @category versions
 * @since 0.1.0
 */
export const parseApiVersion = (text: string): ApiVersion | undefined => {
  const match = /^v?(\d+)\.(\d+)/.exec(text.trim())
  if (match === null) return undefined
  const [, major, minor] = match
  const found = apiVersions.find((version) => version === `${major}.${minor}`)
  if (found !== undefined) return found
  return Number(major) === 3 ? apiVersions.at(-1) : undefined
}

/**
 * Returns the line of HAProxy whose configuration a line of the Data Plane API manages; for 2.9 the one before, whose language is known.
 *
 * @category versions
 * @since 0.1.0
 */
export const haproxyOf = (version: ApiVersion): HaproxyVersion => (version === "2.9" ? "2.8" : version)

/**
 * The version of the API that a line speaks, as it stands in front of all paths.
 *
 * @category versions
 * @since 0.1.0
 */
export const apiRoot = (version: ApiVersion): "/v2" | "/v3" => (version === "2.9" ? "/v2" : "/v3")
